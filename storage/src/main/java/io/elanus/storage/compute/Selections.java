package io.elanus.storage.compute;

import io.elanus.storage.filter.Bitmaps;

/// Bitmaps of chosen rows as lists of row numbers.
final class Selections {
    private Selections() {}

    /// Row numbers of the set bits among `rows` bits from `bitOffset` on.
    static int[] rows(long[] bitmap, int bitOffset, int rows) {
        long[] words = new long[(rows + 63) >>> 6];
        Bitmaps.read(bitmap, bitOffset, rows, words);
        int count = 0;
        for (long word : words) {
            count += Long.bitCount(word);
        }
        int[] chosen = new int[count];
        int at = 0;
        for (int w = 0; w < words.length; w++) {
            if (words[w] == -1L) {
                for (int i = 0; i < Long.SIZE; i++) {
                    chosen[at + i] = (w << 6) + i;
                }
                at += Long.SIZE;
                continue;
            }
            for (long word = words[w]; word != 0; word &= word - 1) {
                chosen[at++] = (w << 6) + Long.numberOfTrailingZeros(word);
            }
        }
        return chosen;
    }

    /// Fills in the set bits among `count` bits, no more than the list holds, from `from` on: row i is bit
    /// `bitOffset + i`. Returns how many there are.
    static int fill(long[] bitmap, int bitOffset, int from, int count, int[] chosen) {
        int filled = 0;
        for (int start = from; start < from + count; start += Long.SIZE) {
            long word = Bitmaps.word(bitmap, bitOffset + start);
            int left = from + count - start;
            if (left < Long.SIZE) {
                word &= (1L << left) - 1;
            }
            if (word == -1L) {
                for (int i = 0; i < Long.SIZE; i++) {
                    chosen[filled + i] = start + i;
                }
                filled += Long.SIZE;
                continue;
            }
            for (; word != 0; word &= word - 1) {
                chosen[filled++] = start + Long.numberOfTrailingZeros(word);
            }
        }
        return filled;
    }

    static int[] all(int rows) {
        int[] chosen = new int[rows];
        for (int i = 0; i < rows; i++) {
            chosen[i] = i;
        }
        return chosen;
    }

    /// A bitmap of `rows` set bits.
    static long[] bitmap(int rows) {
        long[] words = new long[(rows + 63) >>> 6];
        java.util.Arrays.fill(words, -1L);
        if ((rows & 63) != 0) {
            words[words.length - 1] = (1L << (rows & 63)) - 1;
        }
        return words;
    }
}
