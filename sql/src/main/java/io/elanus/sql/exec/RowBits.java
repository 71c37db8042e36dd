package io.elanus.sql.exec;

import java.util.Arrays;

/// Bitmaps of rows of a batch.
final class RowBits {
    private RowBits() {}

    static long[] none(int rows) {
        return new long[(rows + 63) >>> 6];
    }

    static long[] all(int rows) {
        long[] bits = none(rows);
        Arrays.fill(bits, -1L);
        if ((rows & 63) != 0) {
            bits[bits.length - 1] = (1L << rows) - 1;
        }
        return bits;
    }

    static int count(long[] bits) {
        int count = 0;
        for (long word : bits) {
            count += Long.bitCount(word);
        }
        return count;
    }

    static void set(long[] bits, int row) {
        bits[row >>> 6] |= 1L << row;
    }

    static boolean isSet(long[] bits, int row) {
        return (bits[row >>> 6] & 1L << row) != 0;
    }

    /// The rows whose bit is `wanted`.
    static int[] rows(long[] bits, int rows, boolean wanted) {
        int[] found = new int[rows];
        int count = 0;
        for (int row = 0; row < rows; row++) {
            if (isSet(bits, row) == wanted) {
                found[count++] = row;
            }
        }
        return Arrays.copyOf(found, count);
    }
}
