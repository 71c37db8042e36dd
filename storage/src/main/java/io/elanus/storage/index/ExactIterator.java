package io.elanus.storage.index;

import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.kernel.DistanceKernel;
import org.jspecify.annotations.Nullable;

/// Gives rows that were all compared when the search began.
final class ExactIterator implements NearestIterator {
    private final FoundRows found;
    private final @Nullable DistanceKernel kernel;
    private long compared;

    /// Of rows whose ranks are their distances.
    ExactIterator(FoundRows found, long compared) {
        this.found = found;
        this.kernel = null;
        this.compared = compared;
    }

    ExactIterator(FoundRows found, DistanceKernel kernel, long compared) {
        this.found = found;
        this.kernel = kernel;
        this.compared = compared;
    }

    @Override
    public int next(int count, Hits hits) {
        hits.distancesComputed = compared;
        hits.strategy = SearchStrategy.EXACT;
        compared = 0;
        found.give(count, hits);
        if (kernel != null) {
            BruteForceSearch.finish(kernel, Float.POSITIVE_INFINITY, hits);
        }
        return found.cut(hits);
    }

    @Override
    public long heldBytes() {
        return found.heldBytes();
    }

    @Override
    public void close() {
        found.end();
    }
}
