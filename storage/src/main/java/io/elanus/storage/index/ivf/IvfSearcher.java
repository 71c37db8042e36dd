package io.elanus.storage.index.ivf;

import io.elanus.storage.index.BruteForceSearch;
import io.elanus.storage.index.Calibration;
import io.elanus.storage.index.FoundRows;
import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.NearestIterator;
import io.elanus.storage.index.NearestRows;
import io.elanus.storage.index.Query;
import io.elanus.storage.index.Ranked;
import io.elanus.storage.index.RankedHeap;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.code.BlockCodes;
import io.elanus.storage.index.code.Centroids;
import io.elanus.storage.index.code.ScalarCodeRanker;
import io.elanus.storage.index.code.ScalarCodes;
import io.elanus.storage.index.ivf.IvfFile.Coding;
import io.elanus.storage.kernel.BlockScan;
import io.elanus.storage.kernel.BlockScan.Planes;
import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.Distances;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.util.Optional;

/// Searches an open inverted file. One thread at a time; allocates nothing once warm.
///
/// A filter widens the search: with a share s of the rows passing, the k nearest that pass lie farther out, and
/// `nprobe / √s` lists are looked into. Where comparing every passing row costs less, that is done; when the lists
/// had fewer than k rows though more pass, it goes on with the next: k rows come back whenever there are k.
final class IvfSearcher implements VectorIndex.Searcher {
    private static final int BATCH = 32;
    /// Cost of scoring a code, in comparisons of vectors.
    private static final double CODE_COST = 0.1;
    /// Refined beyond the factor times k: a small k would leave the codes' error too little room.
    private static final int REFINE_MORE = 32;

    private final IndexFileReader reader;
    private final IvfFile file;
    private final Calibration calibration;
    private final Metric metric;
    private final DistanceKernel kernel;
    private final Centroids centroids;
    private final BruteForceSearch exact;
    private final BlockScan scan = BlockScan.preferred();
    private final Arena arena = Arena.ofShared();
    private final long query;
    /// What is compared with centroids: the query, for bits as zeros and ones.
    private final long centroidQuery;
    private final Optional<ScalarCodeRanker> scalars;
    private final long scratch;
    private final long table;
    private final NearestRows nearest = new NearestRows();
    private final Iteration iterator = new Iteration();
    private final NearestRows probes = new NearestRows();
    private final NearestRows candidates = new NearestRows();
    private final float[] estimates = new float[BlockScan.LANES];
    private final int[] rows = new int[BATCH];
    private final long[] vectors = new long[BATCH];
    private final float[] ranks = new float[BATCH];
    private int[] found = new int[0];
    private float[] foundRanks = new float[0];
    private int batched;
    private long compared;

    IvfSearcher(IndexFileReader reader, IvfFile file) {
        this.reader = reader;
        this.file = file;
        this.calibration = Calibration.of(reader);
        this.metric = reader.spec().metric();
        this.kernel = Distances.kernel(metric, reader.spec().type());
        DistanceKernel toCentroids = Distances.kernel(
                IvfFile.centroidMetric(metric),
                IvfFile.centroidType(reader.spec().type()));
        this.centroids = new Centroids(
                toCentroids, file.lists().centroids(), file.lists().count());
        this.exact = new BruteForceSearch(file.source(), kernel);
        this.query = arena.allocate(kernel.queryBytes(), 64).address();
        boolean binary = reader.spec().type().element() == VectorElement.BINARY;
        this.centroidQuery = binary
                ? arena.allocate(reader.spec().type().dimension() * 4L, 64).address()
                : query;
        switch (file.coding()) {
            case Coding.None _ -> {
                scalars = Optional.empty();
                scratch = 0;
                table = 0;
            }
            case Coding.Scalars(ScalarCodes codes) -> {
                scalars = Optional.of(new ScalarCodeRanker(codes, file.lists().vectors()));
                scratch = 0;
                table = 0;
            }
            case Coding.Blocks blocks -> {
                BlockCodes codes = blocks.codes();
                scalars = Optional.empty();
                scratch = arena.allocate(codes.scratchBytes(), 64).address();
                table = arena.allocate(BlockScan.tableBytes(codes.planes().groups()), 64)
                        .address();
            }
        }
    }

    @Override
    public int search(
            float[] elements, VectorIndex.SearchParameters parameters, RowFilter filter, VectorIndex.Hits hits) {
        bind(elements, filter);
        int k = Math.min(parameters.k(), filter.cardinality());
        int lists = file.lists().count();
        int wide = wide(parameters, filter);
        if (k == 0 || costsMoreThanAll(wide, k, filter)) {
            return exact.searchPrepared(query, parameters, filter, hits);
        }
        compared = lists;
        try {
            probe(wide, k, filter, hits);
        } catch (IndexOutOfBoundsException _) {
            throw reader.corrupt("a list leads out of the segment");
        }
        if (hits.count < k) {
            return goOn(k, parameters, filter, hits);
        }
        hits.distancesComputed = compared;
        hits.strategy = filter.passesAll() ? SearchStrategy.INDEX : SearchStrategy.INDEX_WITHIN_FILTER;
        return BruteForceSearch.finish(kernel, parameters.maxDistance(), hits);
    }

    private void bind(float[] elements, RowFilter filter) {
        if (filter.rows() != reader.rows()) {
            throw new IllegalArgumentException(
                    "The filter covers " + filter.rows() + " rows, the index " + reader.rows());
        }
        kernel.prepare(elements, query);
        if (centroidQuery != query) {
            for (int d = 0; d < elements.length; d++) {
                NativeMemory.putFloat(centroidQuery + d * 4L, elements[d] > 0 ? 1 : 0);
            }
        }
    }

    /// Lists to look into.
    private int wide(VectorIndex.SearchParameters parameters, RowFilter filter) {
        double share = (double) filter.cardinality() / Math.max(1, filter.rows());
        int wanted = calibration.effort(parameters, file.nprobe());
        return (int)
                Math.clamp(Math.ceil(wanted / Math.sqrt(share)), 1, file.lists().count());
    }

    @Override
    public NearestIterator iterate(Query sought, VectorIndex.SearchParameters parameters, RowFilter filter) {
        bind(sought.dense(), filter);
        return iterator.begin(parameters, filter);
    }

    /// The lists looked into held fewer than k: goes on with the next.
    private int goOn(int k, VectorIndex.SearchParameters parameters, RowFilter filter, VectorIndex.Hits hits) {
        long before = compared;
        try (NearestIterator more = iterator.begin(parameters, filter)) {
            int count = more.next(k, hits);
            hits.distancesComputed += before;
            return count;
        }
    }

    private boolean costsMoreThanAll(int wide, int k, RowFilter filter) {
        double part = (double) wide / file.lists().count();
        double inLists = file.coding() instanceof Coding.None
                ? part * filter.cardinality()
                : part * file.lists().vectors() * CODE_COST + refined(k, filter);
        return filter.cardinality() <= file.lists().count() + inLists;
    }

    private int refined(int k, RowFilter filter) {
        return (int) Math.min((long) file.parameters().refine() * k + REFINE_MORE, filter.cardinality());
    }

    private void probe(int wide, int k, RowFilter filter, VectorIndex.Hits hits) {
        int refined = file.coding() instanceof Coding.None ? 0 : refined(k, filter);
        reserve(Math.max(wide, refined));
        probes.reset(wide);
        centroids.offerTo(probes, centroidQuery);
        int count = probes.drainTo(found, foundRanks);
        nearest.reset(k);
        candidates.reset(refined);
        bindCodes();
        scan(0, count, filter);
        int kept = candidates.drainTo(found, foundRanks);
        for (int i = 0; i < kept; i++) {
            file.source().want(found[i]);
        }
        for (int i = 0; i < kept; i++) {
            compare(found[i]);
        }
        compareBatch();
        hits.count = nearest.drainTo(hits.rows, hits.distances);
    }

    private void bindCodes() {
        switch (file.coding()) {
            case Coding.None _ -> {}
            case Coding.Scalars _ -> scalars.orElseThrow().bind(query);
            case Coding.Blocks blocks -> blocks.codes().bind(query, scratch, table);
        }
    }

    /// Looks into the lists at these places of those that were found.
    private void scan(int from, int to, RowFilter filter) {
        batched = 0;
        switch (file.coding()) {
            case Coding.None _ -> {
                for (int i = from; i < to; i++) {
                    compareList(found[i], filter);
                }
            }
            case Coding.Scalars _ -> {
                for (int i = from; i < to; i++) {
                    rankList(scalars.orElseThrow(), found[i], filter);
                }
            }
            case Coding.Blocks blocks -> {
                for (int i = from; i < to; i++) {
                    scanList(blocks, found[i], foundRanks[i], filter);
                }
            }
        }
    }

    private void reserve(int size) {
        if (found.length < size) {
            found = new int[size];
            foundRanks = new float[size];
        }
    }

    private void compareList(int list, RowFilter filter) {
        int end = file.lists().start(list + 1);
        for (int position = file.lists().start(list); position < end; position++) {
            int row = file.row(position);
            if (filter.passes(row)) {
                compare(row);
            }
        }
    }

    private void rankList(ScalarCodeRanker ranker, int list, RowFilter filter) {
        int end = file.lists().start(list + 1);
        int size = 0;
        for (int position = file.lists().start(list); position < end; position++) {
            if (filter.passes(file.row(position))) {
                rows[size++] = position;
            }
            if (size == BATCH || (position == end - 1 && size > 0)) {
                ranker.rank(rows, size, ranks);
                for (int i = 0; i < size; i++) {
                    candidates.offer(ranks[i], file.row(rows[i]));
                }
                size = 0;
            }
        }
    }

    private void scanList(Coding.Blocks blocks, int list, float centroidRank, RowFilter filter) {
        float base = metric == Metric.COSINE ? centroidRank / 2 : centroidRank;
        int start = file.lists().start(list);
        int end = file.lists().start(list + 1);
        Planes planes = blocks.codes().planes();
        long blockBytes = planes.blockBytes();
        long block = blocks.address() + file.blocks()[list] * blockBytes;
        for (int first = start; first < end; first += BlockScan.LANES) {
            int below = scan.estimates(table, planes, block, base, candidates.limit(), estimates);
            if (end - first < BlockScan.LANES) {
                below &= (1 << (end - first)) - 1;
            }
            while (below != 0) {
                int lane = Integer.numberOfTrailingZeros(below);
                below &= below - 1;
                int row = file.row(first + lane);
                if (filter.passes(row)) {
                    candidates.offer(estimates[lane], row);
                }
            }
            block += blockBytes;
        }
    }

    private void compare(int row) {
        rows[batched] = row;
        vectors[batched++] = file.source().address(row);
        if (batched == BATCH) {
            compareBatch();
        }
    }

    private void compareBatch() {
        kernel.rankAll(query, vectors, batched, ranks);
        for (int i = 0; i < batched; i++) {
            nearest.offer(ranks[i], rows[i]);
        }
        compared += batched;
        batched = 0;
    }

    /// Goes on with the next lists. Beyond those that a search looks into it looks into as great a part of the
    /// lists as it has given of the rows that pass, so that it sees as far ahead at its end as at its beginning. Of
    /// what has codes, it compares what a search for all rows given so far and the next ones would.
    private final class Iteration implements NearestIterator {
        private final FoundRows rowsFound = new FoundRows();
        private final RankedHeap estimated = new RankedHeap();
        private int wide;
        private int opened;
        private long refined;
        private boolean started;
        private boolean whole;

        Iteration begin(VectorIndex.SearchParameters parameters, RowFilter filter) {
            rowsFound.begin(filter, parameters.maxDistance());
            estimated.clear();
            wide = wide(parameters, filter);
            opened = 0;
            refined = 0;
            started = false;
            whole = filter.cardinality() == 0;
            return this;
        }

        @Override
        public int next(int count, VectorIndex.Hits hits) {
            compared = 0;
            if (!whole && !rowsFound.ended()) {
                try {
                    find(count);
                } catch (IndexOutOfBoundsException _) {
                    throw reader.corrupt("a list leads out of the segment");
                }
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
            int lists = file.lists().count();
            int wanted = (int) Math.min(rowsFound.given() + count, filter.cardinality());
            int ahead = (int) (rowsFound.given() * lists / filter.cardinality());
            int until = Math.min(lists, wide + ahead);
            if (costsMoreThanAll(until, wanted, filter)) {
                compareAll();
                return;
            }
            start();
            open(until);
            refine(wanted);
            while (rowsFound.waiting() < count && opened < lists) {
                open(Math.min(lists, 2 * opened));
                refine(wanted);
            }
            if (rowsFound.waiting() < count) {
                compareAll();
            }
        }

        private void compareAll() {
            whole = true;
            estimated.clear();
            compared += exact.compareRest(query, rowsFound);
        }

        /// Orders all lists.
        private void start() {
            if (started) {
                return;
            }
            started = true;
            int lists = file.lists().count();
            reserve(lists);
            probes.reset(lists);
            centroids.offerTo(probes, centroidQuery);
            probes.drainTo(found, foundRanks);
            compared += lists;
            bindCodes();
        }

        private void open(int until) {
            int size = 0;
            for (int i = opened; i < until; i++) {
                size += file.lists().start(found[i] + 1) - file.lists().start(found[i]);
            }
            boolean plain = file.coding() instanceof Coding.None;
            nearest.reset(plain ? size : 0);
            candidates.reset(plain ? 0 : size);
            scan(opened, until, rowsFound.filter());
            compareBatch();
            rowsFound.offerAll(nearest);
            candidates.drainTo(estimated);
            opened = until;
        }

        /// Compares the best by code.
        private void refine(int wanted) {
            long until = refined(wanted, rowsFound.filter());
            int count = (int) Math.min(until - refined, estimated.size());
            if (count <= 0) {
                return;
            }
            nearest.reset(count);
            for (int i = 0; i < count; i++) {
                compare(Ranked.row(estimated.poll()));
            }
            compareBatch();
            rowsFound.offerAll(nearest);
            refined += count;
        }

        @Override
        public long heldBytes() {
            return rowsFound.heldBytes() + estimated.heldBytes();
        }

        @Override
        public void close() {
            rowsFound.end();
            estimated.clear();
        }
    }

    @Override
    public void close() {
        scalars.ifPresent(ScalarCodeRanker::close);
        exact.close();
        arena.close();
    }
}
