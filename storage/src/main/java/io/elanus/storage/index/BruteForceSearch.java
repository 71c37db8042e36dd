package io.elanus.storage.index;

import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.Distances;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.Metric;
import java.lang.foreign.Arena;

/// The exact search: every row that passes is compared, four at a time. What a segment without an index, a
/// selective filter and every test's oracle use. The source may grow between searches: the filter says how many
/// rows there are.
///
/// One thread at a time; allocates nothing once warm. The owner closes it before the source's memory goes.
public final class BruteForceSearch implements VectorIndex.Searcher {
    private static final int BATCH = 32;

    private VectorSource source;
    private final DistanceKernel kernel;
    private final Arena arena;
    private final long query;
    private final NearestRows nearest = new NearestRows();
    private final FoundRows found = new FoundRows();
    private final int[] rows = new int[BATCH];
    private final long[] vectors = new long[BATCH];
    private final float[] ranks = new float[BATCH];
    private int batched;
    private long compared;
    /// Keeps the compiler from dropping the loads that bring vectors into the cache.
    @SuppressWarnings("UnusedVariable")
    private int touched;

    public BruteForceSearch(VectorSource source, Metric metric) {
        this(source, Distances.kernel(metric, source.type()));
    }

    public BruteForceSearch(VectorSource source, DistanceKernel kernel) {
        this.source = source;
        this.kernel = kernel;
        this.arena = Arena.ofShared();
        this.query = arena.allocate(kernel.queryBytes(), 64).address();
    }

    /// Searches other vectors of the same type from now on.
    public void over(VectorSource other) {
        source = other;
    }

    /// The exact search for vectors of any element type.
    public static VectorIndex.Searcher of(VectorSource source, Metric metric) {
        return source.type().sparse()
                ? new SparseBruteForceSearch(source, metric)
                : new BruteForceSearch(source, metric);
    }

    @Override
    public int search(
            float[] elements, VectorIndex.SearchParameters parameters, RowFilter filter, VectorIndex.Hits hits) {
        kernel.prepare(elements, query);
        return searchPrepared(query, parameters, filter, hits);
    }

    /// The same for a query that is prepared already.
    public int searchPrepared(
            long prepared, VectorIndex.SearchParameters parameters, RowFilter filter, VectorIndex.Hits hits) {
        checkFilter(filter);
        nearest.reset(Math.min(parameters.k(), filter.cardinality()));
        compared = 0;
        collect(prepared, filter);
        hits.count = nearest.drainTo(hits.rows, hits.distances);
        hits.distancesComputed = compared;
        hits.strategy = SearchStrategy.EXACT;
        return finish(kernel, parameters.maxDistance(), hits);
    }

    /// Compares the rows that pass once, and gives them bit by bit.
    @Override
    public NearestIterator iterate(Query query, VectorIndex.SearchParameters parameters, RowFilter filter) {
        kernel.prepare(query.dense(), this.query);
        FoundRows rest = found;
        rest.begin(filter, parameters.maxDistance());
        long all = compareRest(this.query, rest);
        return new ExactIterator(rest, kernel, all);
    }

    /// Compares the rows that `known` waits for, and offers all of them to it. Returns how many.
    public long compareRest(long prepared, FoundRows known) {
        RowFilter rest = known.rest();
        checkFilter(rest);
        nearest.reset(rest.cardinality());
        compared = 0;
        collect(prepared, rest);
        known.offerAll(nearest);
        return compared;
    }

    private void checkFilter(RowFilter filter) {
        if (filter.rows() > source.rows()) {
            throw new IllegalArgumentException(
                    "The filter covers " + filter.rows() + " rows, the source has " + source.rows());
        }
    }

    private void collect(long prepared, RowFilter filter) {
        batched = 0;
        long[] words = filter.words();
        int wordCount = (filter.rows() + 63) >>> 6;
        for (int w = 0; w < wordCount; w++) {
            if (words[w] == -1) {
                collectAll(prepared, w * Long.SIZE);
                continue;
            }
            for (long word = words[w]; word != 0; word &= word - 1) {
                int row = w * Long.SIZE + Long.numberOfTrailingZeros(word);
                if (source.isNull(row)) {
                    continue;
                }
                rows[batched] = row;
                vectors[batched++] = source.address(row);
                if (batched == BATCH) {
                    touch();
                    rankBatch(prepared);
                }
            }
        }
        touch();
        rankBatch(prepared);
    }

    /// Compares the 64 rows from `first` on, which all pass, one after the other: memory is read fastest from end
    /// to end.
    private void collectAll(long prepared, int first) {
        for (int row = first; row < first + Long.SIZE; row++) {
            if (!source.isNull(row)) {
                float rank = kernel.rank(prepared, source.address(row));
                compared++;
                if (nearest.admits(rank)) {
                    nearest.offer(rank, row);
                }
            }
        }
    }

    /// Where rows between fail, the processor does not see where the next one lies: all misses of a batch are under
    /// way before the first distance waits for one.
    private void touch() {
        int sum = 0;
        for (int i = 0; i < batched; i++) {
            sum += NativeMemory.byteAt(vectors[i]);
        }
        touched = sum;
    }

    private void rankBatch(long prepared) {
        kernel.rankAll(prepared, vectors, batched, ranks);
        for (int i = 0; i < batched; i++) {
            nearest.offer(ranks[i], rows[i]);
        }
        compared += batched;
        batched = 0;
    }

    /// Turns ranks into distances and drops the hits beyond `maxDistance`. Returns how many stay.
    public static int finish(DistanceKernel kernel, float maxDistance, VectorIndex.Hits hits) {
        for (int i = 0; i < hits.count; i++) {
            hits.distances[i] = kernel.distance(hits.distances[i]);
            if (hits.distances[i] > maxDistance) {
                hits.count = i;
            }
        }
        return hits.count;
    }

    @Override
    public void close() {
        arena.close();
    }
}
