package io.elanus.storage.index;

/// An open index over one segment. Immutable; thread safe. Closing it invalidates its searchers.
public interface VectorIndex extends AutoCloseable {
    IndexSpec spec();

    int rows();

    /// A searcher with its own scratch memory. Owned by the caller; reuse it, it allocates nothing per search once
    /// warm.
    Searcher newSearcher();

    @Override
    void close();

    interface Searcher extends AutoCloseable {
        /// Puts the k nearest rows that pass the filter into `hits`, nearest first; fewer only when fewer pass.
        /// Returns how many.
        ///
        /// @param query float32 elements of the index's dimension
        int search(float[] query, SearchParameters parameters, RowFilter filter, Hits hits);

        @Override
        void close();
    }

    /// @param effort ef_search or nprobe; 0: the index decides
    record SearchParameters(int k, int effort, float maxDistance) {}

    /// Results of a search, in arrays that are reused. `distances[i]` is as [io.elanus.storage.type.Metric] defines
    /// it.
    final class Hits {
        public final int[] rows;
        public final float[] distances;
        public int count;
        /// Distances computed by the last search, for EXPLAIN ANALYZE.
        public long distancesComputed;

        public Hits(int capacity) {
            rows = new int[capacity];
            distances = new float[capacity];
        }
    }
}
