package io.elanus.storage.text;

import java.util.Arrays;

/// The terms of one text in their order. Reused from text to text.
public final class Tokens {
    private String[] terms = new String[64];
    private int[] positions = new int[64];
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int count;
    private int length;

    void clear() {
        count = 0;
        length = 0;
    }

    void add(String term, int position, boolean overlaps, int start, int end) {
        if (count == terms.length) {
            terms = Arrays.copyOf(terms, 2 * count);
            positions = Arrays.copyOf(positions, 2 * count);
            starts = Arrays.copyOf(starts, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        terms[count] = term;
        positions[count] = position;
        starts[count] = start;
        ends[count++] = end;
        length += overlaps ? 0 : 1;
    }

    public int count() {
        return count;
    }

    /// Terms without those that stand at the place of another: what BM25 takes for the text's length.
    public int length() {
        return length;
    }

    public String term(int i) {
        return terms[i];
    }

    public int position(int i) {
        return positions[i];
    }

    /// Where the term begins in the text, in chars.
    public int start(int i) {
        return starts[i];
    }

    public int end(int i) {
        return ends[i];
    }
}
