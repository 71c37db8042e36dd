package io.elanus.storage.index.inverted;

import java.util.Arrays;

/// Counts how often each of many whole numbers occurs, and gives the distinct ones in order. One thread at a time.
final class TermTable {
    private static final int EMPTY = -1;

    private int[] keys = new int[1024];
    private long[] counts = new long[1024];
    private int size;

    TermTable() {
        Arrays.fill(keys, EMPTY);
    }

    /// @param term from 0
    void add(int term) {
        int slot = slot(term);
        if (keys[slot] == EMPTY) {
            keys[slot] = term;
            size++;
        }
        counts[slot]++;
        if (2 * size > keys.length) {
            grow();
        }
    }

    long count(int term) {
        return counts[slot(term)];
    }

    int[] sorted() {
        int[] terms = Arrays.stream(keys).filter(key -> key != EMPTY).toArray();
        Arrays.sort(terms);
        return terms;
    }

    private int slot(int term) {
        int mask = keys.length - 1;
        int slot = (term * 0x9E37_79B9) >>> 7 & mask;
        while (keys[slot] != EMPTY && keys[slot] != term) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        int[] oldKeys = keys;
        long[] oldCounts = counts;
        keys = new int[2 * oldKeys.length];
        counts = new long[keys.length];
        Arrays.fill(keys, EMPTY);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                counts[slot] = oldCounts[i];
            }
        }
    }
}
