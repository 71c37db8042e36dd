package io.elanus.storage.compute;

import org.jspecify.annotations.Nullable;

/// Sorts unsigned 64-bit numbers together with an int each. Stable. A byte in which all numbers agree costs one
/// look.
public final class RadixSort {
    private static final int DIGITS = 256;

    private RadixSort() {}

    public static void sort(long[] keys, int[] values) {
        int size = keys.length;
        long[] fromKeys = keys;
        int[] fromValues = values;
        long[] toKeys = new long[size];
        int[] toValues = new int[size];
        boolean moved = false;
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            int[] starts = starts(fromKeys, shift);
            if (starts == null) {
                continue;
            }
            for (int i = 0; i < size; i++) {
                int to = starts[digit(fromKeys[i], shift)]++;
                toKeys[to] = fromKeys[i];
                toValues[to] = fromValues[i];
            }
            long[] keysBefore = fromKeys;
            int[] valuesBefore = fromValues;
            fromKeys = toKeys;
            fromValues = toValues;
            toKeys = keysBefore;
            toValues = valuesBefore;
            moved = !moved;
        }
        if (moved) {
            System.arraycopy(fromKeys, 0, keys, 0, size);
            System.arraycopy(fromValues, 0, values, 0, size);
        }
    }

    /// Where each digit's numbers go; null when all have the same digit.
    private static int @Nullable [] starts(long[] keys, int shift) {
        int[] counts = new int[DIGITS];
        for (long key : keys) {
            counts[digit(key, shift)]++;
        }
        if (keys.length == 0 || counts[digit(keys[0], shift)] == keys.length) {
            return null;
        }
        int start = 0;
        for (int i = 0; i < DIGITS; i++) {
            int count = counts[i];
            counts[i] = start;
            start += count;
        }
        return counts;
    }

    private static int digit(long key, int shift) {
        return (int) (key >>> shift) & (DIGITS - 1);
    }
}
