package io.elanus.storage.compute;

import java.util.Arrays;

/// Encoded keys of many rows, one after the other. Key i is `heap[starts[i]]` to `heap[starts[i + 1]]`.
final class KeyBytes {
    byte[] heap = new byte[0];
    int[] starts = new int[1];
    int count;

    void clear() {
        count = 0;
    }

    int length(int row) {
        return starts[row + 1] - starts[row];
    }

    long heapBytes() {
        return heap.length + 4L * starts.length;
    }

    void append(KeyBytes source, int row) {
        int length = source.length(row);
        int at = starts[count];
        if (heap.length - at < length) {
            heap = Arrays.copyOf(heap, Math.max(Math.addExact(at, length), (int)
                    Math.min(2L * heap.length, Integer.MAX_VALUE - 8)));
        }
        if (starts.length < count + 2) {
            starts = Arrays.copyOf(starts, Math.max(64, 2 * starts.length));
        }
        System.arraycopy(source.heap, source.starts[row], heap, at, length);
        count++;
        starts[count] = at + length;
    }

    /// Becomes one key: a group's number before a key.
    void set(int group, KeyBytes source, int row) {
        int length = source.length(row);
        if (heap.length < length + Integer.BYTES) {
            heap = new byte[2 * (length + Integer.BYTES)];
        }
        if (starts.length < 2) {
            starts = new int[2];
        }
        for (int i = 0; i < Integer.BYTES; i++) {
            heap[i] = (byte) (group >>> (8 * i));
        }
        System.arraycopy(source.heap, source.starts[row], heap, Integer.BYTES, length);
        starts[1] = length + Integer.BYTES;
        count = 1;
    }

    static int compare(KeyBytes a, int i, KeyBytes b, int j) {
        return Arrays.compareUnsigned(a.heap, a.starts[i], a.starts[i + 1], b.heap, b.starts[j], b.starts[j + 1]);
    }

    /// The first 8 bytes of a key as an unsigned number, padded with zeros: orders as the keys do, or says nothing.
    long prefix(int row) {
        int from = starts[row];
        int to = Math.min(from + Long.BYTES, starts[row + 1]);
        long prefix = 0;
        for (int i = from; i < to; i++) {
            prefix = prefix << 8 | (heap[i] & 0xFF);
        }
        return prefix << (8 * (Long.BYTES - (to - from)));
    }

    long hash(int row) {
        return hash(heap, starts[row], starts[row + 1]);
    }

    static long hash(byte[] heap, int from, int to) {
        long hash = 0x9E3779B97F4A7C15L ^ (to - from);
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            hash = mix(hash ^ (long) LONGS.get(heap, at));
        }
        long tail = 0;
        for (; at < to; at++) {
            tail = tail << 8 | (heap[at] & 0xFF);
        }
        return mix(hash ^ tail);
    }

    private static final java.lang.invoke.VarHandle LONGS =
            java.lang.invoke.MethodHandles.byteArrayViewVarHandle(long[].class, java.nio.ByteOrder.LITTLE_ENDIAN);

    private static long mix(long value) {
        long product = value * 0xD6E8FEB86659FD93L;
        product ^= product >>> 32;
        product *= 0xD6E8FEB86659FD93L;
        return product ^ product >>> 32;
    }
}
