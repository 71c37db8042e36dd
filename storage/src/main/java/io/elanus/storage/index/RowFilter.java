package io.elanus.storage.index;

/// Which rows of a segment a search may return: those that are visible and pass the filter. A plain bitmap, one bit
/// per row.
///
/// @param words bit i of word i / 64 is row i; null bits beyond the last row are 0
/// @param cardinality number of bits set
@SuppressWarnings("ArrayRecordComponent")
public record RowFilter(long[] words, int rows, int cardinality) {
    public static RowFilter all(int rows) {
        long[] words = new long[(rows + 63) >>> 6];
        java.util.Arrays.fill(words, -1L);
        if ((rows & 63) != 0) {
            words[words.length - 1] = (1L << (rows & 63)) - 1;
        }
        return new RowFilter(words, rows, rows);
    }

    public static RowFilter of(long[] words, int rows) {
        int cardinality = 0;
        for (long word : words) {
            cardinality += Long.bitCount(word);
        }
        return new RowFilter(words, rows, cardinality);
    }

    public boolean passes(int row) {
        return (words[row >>> 6] & 1L << row) != 0;
    }

    public boolean passesAll() {
        return cardinality == rows;
    }
}
