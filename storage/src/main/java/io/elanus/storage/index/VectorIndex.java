package io.elanus.storage.index;

/// An open index over one segment. Immutable; thread safe. Closing it invalidates its searchers.
public interface VectorIndex extends AutoCloseable {
    IndexSpec spec();

    int rows();

    /// A searcher with its own scratch memory. Owned by the caller; reuse it, it allocates nothing per search once
    /// warm.
    Searcher newSearcher();

    /// Bytes of the file and of the segment's vectors that searches read all over, so that should stay in memory.
    long memoryBytes();

    /// Reads the whole file against its checksums; fails with `CORRUPT`, naming the object. Opening does not: call
    /// this on a worker thread, once, after a file was fetched.
    void verify();

    @Override
    void close();

    interface Searcher extends AutoCloseable {
        /// Puts the k nearest rows that pass the filter into `hits`, nearest first, rows at equal distance in row
        /// order; fewer only when fewer with a vector pass within `maxDistance`. Returns how many.
        ///
        /// @param query float32 elements of the index's dimension; BINARY: a bit is set where one is above 0
        int search(float[] query, SearchParameters parameters, RowFilter filter, Hits hits);

        /// The same for a query of any form; the searchers of a column take the form of its type.
        default int search(Query query, SearchParameters parameters, RowFilter filter, Hits hits) {
            return search(query.dense(), parameters, filter, hits);
        }

        /// Begins a search whose rows are taken bit by bit. The caller closes it before the searcher does anything
        /// else.
        ///
        /// @param parameters their k is not looked at
        default NearestIterator iterate(Query query, SearchParameters parameters, RowFilter filter) {
            return new RepeatedSearch(this, query, parameters, filter);
        }

        @Override
        void close();
    }

    /// @param effort ef_search or nprobe; 0: the index decides
    /// @param maxDistance hits farther than this are dropped; infinite to keep all
    /// @param accuracy recall in percent that the index is to reach when no effort is given; 0: the index decides
    record SearchParameters(int k, int effort, float maxDistance, int accuracy) {
        public SearchParameters(int k, int effort, float maxDistance) {
            this(k, effort, maxDistance, 0);
        }

        public static SearchParameters nearest(int k) {
            return new SearchParameters(k, 0, Float.POSITIVE_INFINITY);
        }
    }

    /// Results of a search, in arrays that are reused. `distances[i]` is as [io.elanus.storage.type.Metric] defines
    /// it.
    final class Hits {
        public final int[] rows;
        public final float[] distances;
        public int count;
        /// Distances computed by the last search, for EXPLAIN ANALYZE.
        public long distancesComputed;
        /// How the last search went about it, for EXPLAIN ANALYZE.
        public SearchStrategy strategy = SearchStrategy.EXACT;

        public Hits(int capacity) {
            rows = new int[capacity];
            distances = new float[capacity];
        }
    }
}
