package io.elanus.cluster.querynode.fragment;

/// Ranges of a bitmap in longs. Pure.
final class Bits {
    private Bits() {}

    static boolean none(long[] words, int from, int count) {
        return next(words, from, from + count) < 0;
    }

    static void clear(long[] words, int from, int count) {
        for (int bit = next(words, from, from + count); bit >= 0; bit = next(words, bit, from + count)) {
            int word = bit >>> 6;
            long keep = ~(-1L << bit);
            int end = from + count;
            if (end >>> 6 == word) {
                keep |= -1L << end;
            }
            words[word] &= keep;
        }
    }

    /// The first bit that is set in `[from, end)`, or -1.
    static int next(long[] words, int from, int end) {
        int bit = from;
        while (bit < end) {
            long rest = words[bit >>> 6] >>> bit;
            if (rest != 0) {
                int found = bit + Long.numberOfTrailingZeros(rest);
                return found < end ? found : -1;
            }
            bit = (bit | 63) + 1;
        }
        return -1;
    }

    /// The first bit that is clear in `[from, end)`, or `end`.
    static int nextClear(long[] words, int from, int end) {
        int bit = from;
        while (bit < end) {
            long rest = ~words[bit >>> 6] >>> bit;
            if (rest != 0) {
                return Math.min(end, bit + Long.numberOfTrailingZeros(rest));
            }
            bit = (bit | 63) + 1;
        }
        return end;
    }

    static int count(long[] words, int from, int count) {
        int total = 0;
        int end = from + count;
        for (int bit = from; bit < end; ) {
            int inWord = Math.min(64 - (bit & 63), end - bit);
            long mask = inWord == 64 ? -1L : (1L << inWord) - 1;
            total += Long.bitCount((words[bit >>> 6] >>> bit) & mask);
            bit += inWord;
        }
        return total;
    }
}
