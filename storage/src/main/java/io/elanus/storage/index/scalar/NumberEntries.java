package io.elanus.storage.index.scalar;

import io.elanus.storage.compute.RadixSort;
import io.elanus.storage.index.IndexFileWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Entries whose values are numbers. They are kept with the sign turned, which makes their unsigned order the right
/// one.
final class NumberEntries extends Entries {
    private final KeyForm form;
    private long[] values = new long[1024];

    NumberEntries(KeyForm form) {
        this.form = form;
    }

    KeyForm form() {
        return form;
    }

    void add(long value, int row) {
        int at = add(row);
        values[at] = value ^ Long.MIN_VALUE;
    }

    @Override
    void grow(int capacity) {
        values = Arrays.copyOf(values, capacity);
    }

    @Override
    void sort() {
        values = Arrays.copyOf(values, size());
        RadixSort.sort(values, rows());
    }

    @Override
    boolean same(int a, int b) {
        return values[a] == values[b];
    }

    @Override
    void move(int from, int to) {
        values[to] = values[from];
    }

    @Override
    void writeKeys(int[] starts, IndexFileWriter file, Arena arena) {
        int count = starts.length - 1;
        MemorySegment keys = arena.allocate(8L * count, 8);
        for (int i = 0; i < count; i++) {
            keys.set(RowLists.LONG, 8L * i, values[starts[i]] ^ Long.MIN_VALUE);
        }
        file.section(ScalarBuild.KEYS, keys).section(ScalarBuild.KEY_BYTES, MemorySegment.NULL);
    }
}
