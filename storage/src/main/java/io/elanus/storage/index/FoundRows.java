package io.elanus.storage.index;

import io.elanus.storage.index.VectorIndex.Hits;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The rows that a search which goes on has compared: those not given yet, and which it knows. Reused from search
/// to search. One thread at a time.
public final class FoundRows {
    private final RankedHeap waiting = new RankedHeap();
    private @Nullable RowFilter filter;
    private long[] known = new long[0];
    private float maxDistance;
    private long given;
    private boolean ended;

    /// Forgets everything.
    ///
    /// @param rowFilter which rows are to be found
    /// @param limit rows beyond this distance end the search
    public void begin(RowFilter rowFilter, float limit) {
        waiting.clear();
        filter = rowFilter;
        maxDistance = limit;
        given = 0;
        ended = false;
        int words = rowFilter.words().length;
        if (known.length < words) {
            known = new long[words];
        } else {
            Arrays.fill(known, 0, words, 0);
        }
    }

    public RowFilter filter() {
        RowFilter current = filter;
        if (current == null) {
            throw new IllegalStateException("No search has begun");
        }
        return current;
    }

    /// Rows given so far.
    public long given() {
        return given;
    }

    /// Rows found and not given yet.
    public int waiting() {
        return waiting.size();
    }

    /// Has a row come that lies beyond the greatest distance?
    public boolean ended() {
        return ended;
    }

    /// Takes a row that passes, unless it is known.
    public void offer(float rank, int row) {
        long bit = 1L << row;
        if ((known[row >>> 6] & bit) == 0) {
            known[row >>> 6] |= bit;
            waiting.add(Ranked.of(rank, row));
        }
    }

    /// Takes rows that pass and are not known.
    public void offerAll(NearestRows rows) {
        rows.mark(known);
        rows.drainTo(waiting);
    }

    /// The rows that pass and are not known.
    public RowFilter rest() {
        RowFilter all = filter();
        long[] words = new long[all.words().length];
        for (int i = 0; i < words.length; i++) {
            words[i] = all.words()[i] & ~known[i];
        }
        return RowFilter.of(words, all.rows());
    }

    /// Gives the nearest of what waits, with their ranks as distances.
    public int give(int count, Hits hits) {
        int most = ended ? 0 : Math.min(count, waiting.size());
        for (int i = 0; i < most; i++) {
            long nearest = waiting.poll();
            hits.rows[i] = Ranked.row(nearest);
            hits.distances[i] = Ranked.rank(nearest);
        }
        hits.count = most;
        given += most;
        return most;
    }

    /// Ends the search if the hits, whose distances are final, were cut at the greatest distance.
    public int cut(Hits hits) {
        int before = hits.count;
        int kept = SparseBruteForceSearch.cut(maxDistance, hits);
        ended |= kept < before;
        return kept;
    }

    public long heldBytes() {
        return waiting.heldBytes() + (long) known.length * Long.BYTES;
    }

    /// Lets go of what only this search needed.
    public void end() {
        waiting.clear();
        filter = null;
    }
}
