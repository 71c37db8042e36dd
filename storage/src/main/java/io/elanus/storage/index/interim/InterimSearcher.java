package io.elanus.storage.index.interim;

import io.elanus.storage.index.BruteForceSearch;
import io.elanus.storage.index.FoundRows;
import io.elanus.storage.index.NearestIterator;
import io.elanus.storage.index.NearestRows;
import io.elanus.storage.index.Query;
import io.elanus.storage.index.Ranked;
import io.elanus.storage.index.RankedHeap;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.index.interim.InterimCodes.Coded;
import io.elanus.storage.kernel.BlockScan;
import io.elanus.storage.kernel.BlockScan.Planes;
import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// Searches rows with codes and those behind them that have none. One thread at a time; allocates nothing once
/// warm.
///
/// The k nearest come from the best by code, [#refined] of them, and from all rows without one. Where few rows pass
/// they are compared one by one. k rows come back whenever there are k.
public final class InterimSearcher implements VectorIndex.Searcher {
    private static final int BATCH = 32;
    /// So many times k of the best by code are compared by vector, and some more: a small k would leave the codes'
    /// error too little room.
    private static final int REFINE_FACTOR = 8;

    private static final int REFINE_MORE = 128;
    /// Cost of scoring a code, and of comparing a vector out of order, in comparisons of vectors in order.
    private static final double CODE_COST = 0.08;

    private static final double SPARSE_COST = 2.5;

    private final InterimCodes codes;
    private final DistanceKernel kernel;
    private final BlockScan scan = BlockScan.preferred();
    private final Arena arena = Arena.ofShared();
    private final long query;
    private final NearestRows nearest = new NearestRows();
    private final NearestRows candidates = new NearestRows();
    private final Iteration iterator = new Iteration();
    private final float[] estimates = new float[BlockScan.LANES];
    private final int[] rows = new int[BATCH];
    private final long[] vectors = new long[BATCH];
    private final float[] ranks = new float[BATCH];
    private @Nullable BruteForceSearch exact;
    private @Nullable VectorSource source;
    /// Where a query's table is made; 0 until there are codes.
    private long scratch;
    private long table;
    private int[] found = new int[0];
    private float[] foundRanks = new float[0];
    private int batched;
    private long compared;
    /// Keeps the compiler from dropping the loads that bring vectors into the cache.
    @SuppressWarnings("UnusedVariable")
    private int touched;

    InterimSearcher(InterimCodes codes) {
        this.codes = codes;
        this.kernel = codes.kernel();
        this.query = arena.allocate(kernel.queryBytes(), 64).address();
    }

    /// Takes the vectors of the segment as one read sees them; they stay where they are until the next call.
    public InterimSearcher over(VectorSource vectorsOfRead) {
        source = vectorsOfRead;
        if (exact == null) {
            exact = new BruteForceSearch(vectorsOfRead, kernel);
        } else {
            exact.over(vectorsOfRead);
        }
        return this;
    }

    @Override
    public int search(
            float[] elements, VectorIndex.SearchParameters parameters, RowFilter filter, VectorIndex.Hits hits) {
        VectorSource from = vectors();
        BruteForceSearch all = exact();
        kernel.prepare(elements, query);
        int k = Math.min(parameters.k(), filter.cardinality());
        int refined = refined(k, parameters.effort(), filter);
        Coded coded = codes.coded();
        if (coded == null || costsMoreThanAll(coded, refined, filter)) {
            return all.searchPrepared(query, parameters, filter, hits);
        }
        reserve(coded, refined);
        compared = 0;
        batched = 0;
        nearest.reset(k);
        candidates.reset(refined);
        int end = Math.min(coded.rows(), filter.rows());
        coded.codes().bind(query, scratch, table);
        score(coded, from, end, filter);
        int kept = candidates.drainTo(found, foundRanks);
        for (int i = 0; i < kept; i++) {
            compare(from, found[i]);
        }
        compareRest(from, end, filter);
        compareBatch();
        hits.count = nearest.drainTo(hits.rows, hits.distances);
        hits.distancesComputed = compared;
        hits.strategy = filter.passesAll() ? SearchStrategy.INDEX : SearchStrategy.INDEX_WITHIN_FILTER;
        return BruteForceSearch.finish(kernel, parameters.maxDistance(), hits);
    }

    private VectorSource vectors() {
        VectorSource from = source;
        if (from == null) {
            throw new IllegalStateException("The searcher was not told what to search");
        }
        return from;
    }

    private BruteForceSearch exact() {
        BruteForceSearch all = exact;
        if (all == null) {
            throw new IllegalStateException("The searcher was not told what to search");
        }
        return all;
    }

    @Override
    public NearestIterator iterate(Query sought, VectorIndex.SearchParameters parameters, RowFilter filter) {
        kernel.prepare(sought.dense(), query);
        return iterator.begin(parameters, filter);
    }

    private static int refined(int k, int effort, RowFilter filter) {
        long wanted = Math.max((long) REFINE_FACTOR * k, effort) + REFINE_MORE;
        return (int) Math.min(wanted, filter.cardinality());
    }

    private static boolean costsMoreThanAll(Coded coded, int refined, RowFilter filter) {
        boolean dense = filter.passesAll();
        double all = filter.cardinality() * (dense ? 1 : SPARSE_COST);
        return all <= coded.rows() * CODE_COST + refined * SPARSE_COST;
    }

    private void reserve(Coded coded, int refined) {
        if (scratch == 0) {
            scratch = arena.allocate(coded.codes().scratchBytes(), 64).address();
            table = arena.allocate(BlockScan.tableBytes(coded.codes().planes().groups()), 64)
                    .address();
        }
        if (found.length < refined) {
            found = new int[refined];
            foundRanks = new float[refined];
        }
    }

    /// Scores the blocks in which a row passes. All codes are relative to one centre, so what it adds to every
    /// estimate is left out.
    private void score(Coded coded, VectorSource from, int end, RowFilter filter) {
        Planes planes = coded.codes().planes();
        long[] words = filter.words();
        for (int first = 0; first < end; first += BlockScan.LANES) {
            int passing = (int) (words[first >>> 6] >>> (first & 63));
            if (end - first < BlockScan.LANES) {
                passing &= (1 << (end - first)) - 1;
            }
            if (passing == 0) {
                continue;
            }
            int below = scan.estimates(
                            table, planes, coded.block(first / BlockScan.LANES), 0, candidates.limit(), estimates)
                    & passing;
            while (below != 0) {
                int lane = Integer.numberOfTrailingZeros(below);
                below &= below - 1;
                if (!from.isNull(first + lane)) {
                    candidates.offer(estimates[lane], first + lane);
                }
            }
        }
    }

    private void compareRest(VectorSource from, int begin, RowFilter filter) {
        for (int row = begin; row < filter.rows(); row++) {
            if (filter.passes(row) && !from.isNull(row)) {
                compare(from, row);
            }
        }
    }

    private void compare(VectorSource from, int row) {
        rows[batched] = row;
        vectors[batched++] = from.address(row);
        if (batched == BATCH) {
            compareBatch();
        }
    }

    private void compareBatch() {
        // All misses of the batch are under way before the first distance waits for one.
        int sum = 0;
        for (int i = 0; i < batched; i++) {
            sum += NativeMemory.byteAt(vectors[i]);
        }
        touched = sum;
        kernel.rankAll(query, vectors, batched, ranks);
        for (int i = 0; i < batched; i++) {
            nearest.offer(ranks[i], rows[i]);
        }
        compared += batched;
        batched = 0;
    }

    /// Scores all codes once, then compares as many of the best as a search for all rows given so far and the next
    /// ones would.
    private final class Iteration implements NearestIterator {
        private final FoundRows rowsFound = new FoundRows();
        private final RankedHeap estimated = new RankedHeap();
        private @Nullable Coded coded;
        private int effort;
        private long refined;
        private boolean scored;
        private boolean whole;

        Iteration begin(VectorIndex.SearchParameters parameters, RowFilter filter) {
            rowsFound.begin(filter, parameters.maxDistance());
            estimated.clear();
            coded = codes.coded();
            effort = parameters.effort();
            refined = 0;
            scored = false;
            whole = false;
            return this;
        }

        @Override
        public int next(int count, VectorIndex.Hits hits) {
            compared = 0;
            if (!whole && !rowsFound.ended()) {
                find(count);
            }
            hits.distancesComputed = compared;
            hits.strategy = whole
                    ? SearchStrategy.EXACT
                    : rowsFound.filter().passesAll() ? SearchStrategy.INDEX : SearchStrategy.INDEX_WITHIN_FILTER;
            rowsFound.give(count, hits);
            BruteForceSearch.finish(kernel, Float.POSITIVE_INFINITY, hits);
            return rowsFound.cut(hits);
        }

        private void find(int count) {
            RowFilter filter = rowsFound.filter();
            Coded scanned = coded;
            int wanted = (int) Math.min(rowsFound.given() + count, filter.cardinality());
            int until = refined(wanted, effort, filter);
            if (scanned == null || costsMoreThanAll(scanned, until, filter)) {
                compareAll();
                return;
            }
            if (!scored) {
                score(scanned, filter);
            }
            refine(until);
            if (rowsFound.waiting() < count) {
                compareAll();
            }
        }

        private void score(Coded scanned, RowFilter filter) {
            scored = true;
            reserve(scanned, 0);
            int end = Math.min(scanned.rows(), filter.rows());
            scanned.codes().bind(query, scratch, table);
            candidates.reset(filter.cardinality());
            InterimSearcher.this.score(scanned, vectors(), end, filter);
            candidates.drainTo(estimated);
            batched = 0;
            nearest.reset(Math.min(filter.cardinality(), filter.rows() - end));
            compareRest(vectors(), end, filter);
            compareBatch();
            rowsFound.offerAll(nearest);
        }

        private void refine(int until) {
            int count = (int) Math.min(until - refined, estimated.size());
            nearest.reset(Math.max(0, count));
            for (int i = 0; i < count; i++) {
                compare(vectors(), Ranked.row(estimated.poll()));
            }
            compareBatch();
            rowsFound.offerAll(nearest);
            refined += Math.max(0, count);
        }

        private void compareAll() {
            whole = true;
            estimated.clear();
            compared += exact().compareRest(query, rowsFound);
        }

        @Override
        public long heldBytes() {
            return rowsFound.heldBytes() + estimated.heldBytes();
        }

        @Override
        public void close() {
            rowsFound.end();
            estimated.clear();
            coded = null;
        }
    }

    @Override
    public void close() {
        if (exact != null) {
            exact.close();
        }
        arena.close();
    }
}
