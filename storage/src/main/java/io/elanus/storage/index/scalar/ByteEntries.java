package io.elanus.storage.index.scalar;

import io.elanus.storage.compute.MergeSort;
import io.elanus.storage.compute.RadixSort;
import io.elanus.storage.index.IndexFileWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.apache.arrow.memory.util.MemoryUtil;

/// Entries whose values are bytes that stay where they are: in the chunks that the build holds, or in its scratch
/// memory.
final class ByteEntries extends Entries {
    private final KeyForm form;
    private final Arena scratch;
    private long[] addresses = new long[1024];
    private int[] lengths = new int[1024];

    ByteEntries(KeyForm form, Arena scratch) {
        this.form = form;
        this.scratch = scratch;
    }

    KeyForm form() {
        return form;
    }

    void add(long address, int length, int row) {
        int at = add(row);
        addresses[at] = address;
        lengths[at] = length;
    }

    void add(byte[] value, int row) {
        MemorySegment copy = scratch.allocate(value.length);
        MemorySegment.copy(value, 0, copy, ValueLayout.JAVA_BYTE, 0, value.length);
        add(copy.address(), value.length, row);
    }

    @Override
    void grow(int capacity) {
        addresses = Arrays.copyOf(addresses, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
    }

    /// By the first eight bytes, then where these agree by all.
    @Override
    void sort() {
        int size = size();
        long[] prefixes = new long[size];
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            prefixes[i] = prefix(addresses[i], lengths[i]);
            order[i] = i;
        }
        RadixSort.sort(prefixes, order);
        for (int from = 0; from < size; ) {
            int to = from + 1;
            while (to < size && prefixes[to] == prefixes[from]) {
                to++;
            }
            if (to - from > 1) {
                MergeSort.sort(order, from, to, this::compare);
            }
            from = to;
        }
        permute(order);
    }

    private static long prefix(long address, int length) {
        long prefix = 0;
        for (int i = 0; i < 8; i++) {
            prefix = prefix << 8 | (i < length ? MemoryUtil.getByte(address + i) & 0xFF : 0);
        }
        return prefix;
    }

    private int compare(int a, int b) {
        int shorter = Math.min(lengths[a], lengths[b]);
        for (int i = 0; i < shorter; i++) {
            int order =
                    Byte.compareUnsigned(MemoryUtil.getByte(addresses[a] + i), MemoryUtil.getByte(addresses[b] + i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(lengths[a], lengths[b]);
    }

    private void permute(int[] order) {
        long[] sortedAddresses = new long[order.length];
        int[] sortedLengths = new int[order.length];
        int[] sortedRows = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            sortedAddresses[i] = addresses[order[i]];
            sortedLengths[i] = lengths[order[i]];
            sortedRows[i] = rows()[order[i]];
        }
        addresses = sortedAddresses;
        lengths = sortedLengths;
        System.arraycopy(sortedRows, 0, rows(), 0, order.length);
    }

    @Override
    boolean same(int a, int b) {
        return lengths[a] == lengths[b] && compare(a, b) == 0;
    }

    @Override
    void move(int from, int to) {
        addresses[to] = addresses[from];
        lengths[to] = lengths[from];
    }

    @Override
    void writeKeys(int[] starts, IndexFileWriter file, Arena arena) {
        int count = starts.length - 1;
        MemorySegment places = arena.allocate(8L * (count + 1), 8);
        long bytes = 0;
        for (int i = 0; i < count; i++) {
            places.set(RowLists.LONG, 8L * i, bytes);
            bytes += lengths[starts[i]];
        }
        places.set(RowLists.LONG, 8L * count, bytes);
        MemorySegment heap = arena.allocate(bytes);
        for (int i = 0; i < count; i++) {
            int entry = starts[i];
            long at = places.get(RowLists.LONG, 8L * i);
            for (int b = 0; b < lengths[entry]; b++) {
                heap.set(ValueLayout.JAVA_BYTE, at + b, MemoryUtil.getByte(addresses[entry] + b));
            }
        }
        file.section(ScalarBuild.KEYS, places).section(ScalarBuild.KEY_BYTES, heap);
    }
}
