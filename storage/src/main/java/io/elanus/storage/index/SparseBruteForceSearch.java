package io.elanus.storage.index;

import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.kernel.SparseDistance;
import io.elanus.storage.type.Metric;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// [BruteForceSearch] for sparse vectors. One thread at a time; allocates nothing once warm.
public final class SparseBruteForceSearch implements VectorIndex.Searcher {
    private final ValueSource source;
    private final SparseDistance distance;
    private final NearestRows nearest = new NearestRows();
    private final FoundRows found = new FoundRows();
    private byte[] vector = new byte[1024];

    public SparseBruteForceSearch(ValueSource source, Metric metric) {
        this.source = source;
        this.distance = new SparseDistance(metric);
    }

    @Override
    public int search(float[] query, VectorIndex.SearchParameters parameters, RowFilter filter, VectorIndex.Hits hits) {
        throw new IllegalArgumentException("This column's vectors are sparse");
    }

    @Override
    public int search(Query query, VectorIndex.SearchParameters parameters, RowFilter filter, VectorIndex.Hits hits) {
        if (!(query instanceof Query.Sparse(byte[] packed))) {
            throw new IllegalArgumentException("This column's vectors are sparse");
        }
        prepare(packed);
        nearest.reset(Math.min(parameters.k(), filter.cardinality()));
        long compared = collect(filter);
        hits.count = nearest.drainTo(hits.rows, hits.distances);
        hits.distancesComputed = compared;
        hits.strategy = SearchStrategy.EXACT;
        return cut(parameters.maxDistance(), hits);
    }

    /// Compares the rows that pass once, and gives them bit by bit.
    @Override
    public NearestIterator iterate(Query query, VectorIndex.SearchParameters parameters, RowFilter filter) {
        if (!(query instanceof Query.Sparse(byte[] packed))) {
            throw new IllegalArgumentException("This column's vectors are sparse");
        }
        prepare(packed);
        nearest.reset(filter.cardinality());
        long compared = collect(filter);
        found.begin(filter, parameters.maxDistance());
        found.offerAll(nearest);
        return new ExactIterator(found, compared);
    }

    private long collect(RowFilter filter) {
        if (filter.rows() > source.rows()) {
            throw new IllegalArgumentException(
                    "The filter covers " + filter.rows() + " rows, the source has " + source.rows());
        }
        long compared = 0;
        long[] words = filter.words();
        int wordCount = (filter.rows() + 63) >>> 6;
        for (int w = 0; w < wordCount; w++) {
            for (long word = words[w]; word != 0; word &= word - 1) {
                int row = w * 64 + Long.numberOfTrailingZeros(word);
                if (!source.isNull(row)) {
                    nearest.offer((float) distance(row), row);
                    compared++;
                }
            }
        }
        return compared;
    }

    /// Makes ready for [#distance].
    public void prepare(byte[] packed) {
        distance.prepare(packed);
    }

    /// Of a row that is not NULL to the prepared query.
    public double distance(int row) {
        int bytes = source.bytes(row);
        if (vector.length < bytes) {
            vector = new byte[2 * bytes];
        }
        MemorySegment.copy(NativeMemory.ALL, ValueLayout.JAVA_BYTE, source.address(row), vector, 0, bytes);
        return distance.distance(vector, 0, bytes);
    }

    /// Drops the hits beyond `maxDistance`. Returns how many stay.
    public static int cut(float maxDistance, VectorIndex.Hits hits) {
        int kept = 0;
        while (kept < hits.count && hits.distances[kept] <= maxDistance) {
            kept++;
        }
        hits.count = kept;
        return kept;
    }

    @Override
    public void close() {
        // The vectors belong to the caller.
    }
}
