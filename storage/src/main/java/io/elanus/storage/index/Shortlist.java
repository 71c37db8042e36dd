package io.elanus.storage.index;

import java.util.Arrays;

/// The k nearest rows seen so far, in no order: what [NearestRows] keeps, for hundreds of rows, at a cost per offer
/// that does not grow with k. Rows are put behind each other, and only when there are twice as many as wanted are
/// those beyond the k nearest dropped (Hoare's FIND). Between two such cuts the limit stands, so more rows pass it
/// than would pass a heap's. Of rows at equal rank those with lower ordinals stay. One thread at a time.
public final class Shortlist implements NearestKeeper {
    private long[] entries = new long[0];
    private int size;
    private int wanted;
    /// Only entries below this one are taken.
    private long bound;

    /// @param k at least one
    @Override
    public void reset(int k) {
        if (entries.length < 2 * k) {
            entries = new long[2 * k];
        }
        wanted = k;
        size = 0;
        bound = Long.MAX_VALUE;
    }

    @Override
    public float limit() {
        return bound == Long.MAX_VALUE ? Float.POSITIVE_INFINITY : Ranked.rank(bound);
    }

    @Override
    public void offer(float rank, int row) {
        long entry = Ranked.of(rank, row);
        if (entry < bound) {
            entries[size++] = entry;
            if (size == 2 * wanted) {
                cut();
            }
        }
    }

    /// Moves the rows out, in no order, those that are not wanted left out. Returns how many.
    public int drainTo(int[] rows) {
        if (size > wanted) {
            cut();
        }
        for (int i = 0; i < size; i++) {
            rows[i] = Ranked.row(entries[i]);
        }
        int count = size;
        reset(wanted);
        return count;
    }

    /// The same, nearest first.
    public int drainSortedTo(int[] rows) {
        if (size > wanted) {
            cut();
        }
        Arrays.sort(entries, 0, size);
        return drainTo(rows);
    }

    private void cut() {
        select(entries, size, wanted - 1);
        size = wanted;
        bound = entries[wanted - 1];
    }

    /// Puts the entry that sorting would put at `place` there, none above it before it and none below it behind it.
    private static void select(long[] entries, int size, int place) {
        int from = 0;
        int to = size - 1;
        while (from < to) {
            long pivot = median(entries[from], entries[(from + to) >>> 1], entries[to]);
            int low = from;
            int high = to;
            while (low <= high) {
                while (entries[low] < pivot) {
                    low++;
                }
                while (entries[high] > pivot) {
                    high--;
                }
                if (low <= high) {
                    long lower = entries[high];
                    entries[high--] = entries[low];
                    entries[low++] = lower;
                }
            }
            if (place <= high) {
                to = high;
            } else if (place >= low) {
                from = low;
            } else {
                return;
            }
        }
    }

    private static long median(long a, long b, long c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }
}
