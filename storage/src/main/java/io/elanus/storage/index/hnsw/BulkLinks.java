package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.Shortlist;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.index.code.Centroids;
import io.elanus.storage.index.code.KMeans;
import io.elanus.storage.index.code.PreparedVectors;
import io.elanus.storage.index.code.ResidualCodes;
import io.elanus.storage.kernel.BlockScan;
import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.Distances;
import io.elanus.storage.kernel.Rotation;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntPredicate;

/// Finds what many nodes of a graph are linked to without walking the graph: nodes are put into lists by their
/// nearest centroid, and a node is compared, by codes of a few bits, with those of its list and of the lists around
/// it. All nodes of a list are compared with the same lists, whose codes stay in the cache, 32 in one pass; a walk
/// to as many candidates takes several times as long, most of it waiting for memory.
///
/// Made for one build, in its scratch memory. Immutable once made; a [Worker] belongs to one thread.
final class BulkLinks {
    private static final int ROWS_OF_LIST = 256;
    private static final int MOST_LISTS = 1024;
    private static final int SAMPLE_OF_LIST = 32;
    private static final int BLOCK = 1024;
    private static final int LEAST_SCANNED = 2_000;
    private static final int SCANNED = 20;
    private static final int LEAST_KEPT = 64;
    /// A list that is longer would have each of its nodes compared with too many.
    private static final int MOST_OF_SCANNED = 4;
    private static final long SEED = 1;
    /// From here on a bit a dimension tells enough apart.
    private static final int WIDE = 256;

    private final PreparedVectors vectors;
    private final ResidualCodes codes;
    private final DistanceKernel toCentroids;
    private final long centroids;
    private final int lists;
    /// Nodes by list, and where each list starts.
    private final int[] order;
    private final int[] starts;
    /// Where the blocks of each list start.
    private final long[] blocks;

    /// What is compared.
    ///
    /// @param scanned nodes that each is compared with by code, at least
    /// @param kept of them that are handed on
    record Options(int scanned, int kept) {
        /// What finds as good links as walks of this width: measured at 200, on words, images and generated sets.
        /// Fewer that are kept make no build quicker, but cost recall for queries that are far from all rows.
        static Options of(int efConstruction) {
            return new Options(LEAST_SCANNED + SCANNED * efConstruction, Math.max(LEAST_KEPT, efConstruction));
        }
    }

    private final Options options;

    static boolean supports(Metric metric) {
        return metric == Metric.L2 || metric == Metric.COSINE;
    }

    /// Empty when most vectors are near one place, as equal ones are: then lists are of no use.
    static Optional<BulkLinks> make(
            PreparedVectors vectors, Metric metric, Options options, BuildPool pool, BuildMonitor stop, Arena scratch) {
        var links = new BulkLinks(vectors, metric, options, pool, stop, scratch);
        for (int list = 0; list < links.lists; list++) {
            if (links.starts[list + 1] - links.starts[list] > MOST_OF_SCANNED * options.scanned) {
                return Optional.empty();
            }
        }
        links.encode(pool, stop);
        return Optional.of(links);
    }

    private BulkLinks(
            PreparedVectors vectors, Metric metric, Options options, BuildPool pool, BuildMonitor stop, Arena scratch) {
        int dimension = vectors.dimension();
        this.vectors = vectors;
        this.options = options;
        this.lists = Math.clamp(vectors.count() / ROWS_OF_LIST, 1, MOST_LISTS);
        this.toCentroids = Distances.kernel(Metric.L2, new ColumnType.Vector(dimension, VectorElement.FLOAT32));
        this.centroids = trainCentroids(pool, stop, scratch);
        int[] listOf = assign(pool, stop);
        this.starts = starts(listOf);
        this.order = order(listOf);
        MemorySegment signs = ResidualCodes.drawSigns(dimension, scratch);
        MemorySegment centre = vectors.mean(pool, stop, scratch);
        this.codes = new ResidualCodes(
                metric,
                new Rotation(dimension, signs.address()),
                centre.address(),
                ResidualCodes.planes(dimension, dimension < WIDE ? 2 : 1));
        this.blocks = allocateBlocks(scratch);
    }

    private long trainCentroids(BuildPool pool, BuildMonitor stop, Arena scratch) {
        int dimension = vectors.dimension();
        int count = Math.min(vectors.count(), lists * SAMPLE_OF_LIST);
        long trained = scratch.allocate(4L * lists * dimension, 64).address();
        try (Arena arena = stop.newScratch()) {
            long sample = arena.allocate(4L * count * dimension, 64).address();
            for (int i = 0; i < count; i++) {
                vectors.prepare((int) ((long) i * vectors.count() / count), sample + 4L * i * dimension);
            }
            new KMeans(sample, count, dimension).train(lists, SEED, trained, pool, stop);
        }
        return trained;
    }

    private int[] assign(BuildPool pool, BuildMonitor stop) {
        int[] listOf = new int[vectors.count()];
        pool.forEachBlock(listOf.length, BLOCK, stop, (_, from, to) -> {
            Centroids all = new Centroids(toCentroids, centroids, lists);
            try (Arena arena = Arena.ofConfined()) {
                long vector = arena.allocate(toCentroids.queryBytes(), 64).address();
                for (int node = from; node < to; node++) {
                    vectors.prepare(node, vector);
                    listOf[node] = all.nearest(vector);
                }
            }
        });
        return listOf;
    }

    private int[] starts(int[] listOf) {
        int[] ends = new int[lists + 1];
        for (int list : listOf) {
            ends[list + 1]++;
        }
        for (int list = 0; list < lists; list++) {
            ends[list + 1] += ends[list];
        }
        return ends;
    }

    private int[] order(int[] listOf) {
        int[] next = starts.clone();
        int[] nodes = new int[listOf.length];
        for (int node = 0; node < listOf.length; node++) {
            nodes[next[listOf[node]]++] = node;
        }
        return nodes;
    }

    private long[] allocateBlocks(Arena scratch) {
        long[] places = new long[lists + 1];
        for (int list = 0; list < lists; list++) {
            places[list + 1] = places[list] + blocksOf(list) * codes.planes().blockBytes();
        }
        long at = scratch.allocate(Math.max(64, places[lists]), 64).address();
        for (int list = 0; list <= lists; list++) {
            places[list] += at;
        }
        return places;
    }

    private void encode(BuildPool pool, BuildMonitor stop) {
        pool.forEachBlock(lists, 1, stop, (_, from, to) -> {
            try (Arena arena = Arena.ofConfined()) {
                // The centre is the base: its step to itself is 0.
                long base = arena.allocate(codes.transformedBytes(), 64).address();
                long transformed =
                        arena.allocate(2 * codes.transformedBytes(), 64).address();
                long prepared = arena.allocate(toCentroids.queryBytes(), 64).address();
                for (int list = from; list < to; list++) {
                    for (int i = 0; i < starts[list + 1] - starts[list]; i++) {
                        vectors.prepare(order[starts[list] + i], prepared);
                        codes.transform(prepared, transformed);
                        long block = blocks[list]
                                + i / BlockScan.LANES * codes.planes().blockBytes();
                        codes.encode(base, transformed, block, i % BlockScan.LANES);
                    }
                }
            }
        });
    }

    private int blocksOf(int list) {
        return (starts[list + 1] - starts[list] + BlockScan.LANES - 1) / BlockScan.LANES;
    }

    /// The first nodes.
    Part upTo(int end) {
        int[] ends = new int[lists];
        for (int list = 0; list < lists; list++) {
            // Nodes of a list rise.
            int at = Arrays.binarySearch(order, starts[list], starts[list + 1], end);
            ends[list] = at < 0 ? -at - 1 : at;
        }
        return new Part(end, ends);
    }

    /// What is compared with each other: nodes below `end`.
    final class Part {
        private final int end;
        /// Where they end in each list.
        private final int[] ends;
        private final int nearLists;

        private Part(int end, int[] ends) {
            this.end = end;
            this.ends = ends;
            this.nearLists = (int) Math.min(lists, 2 + 2L * options.scanned() * lists / Math.max(1, end));
        }

        int end() {
            return end;
        }

        int lists() {
            return lists;
        }

        Worker newWorker() {
            return new Worker(this);
        }
    }

    /// Takes the candidates of a node.
    interface Sink {
        void accept(int node, int[] candidates, int count);
    }

    /// One thread's scratch memory.
    final class Worker implements AutoCloseable {
        private final Part part;
        private final Arena arena = Arena.ofShared();
        private final BlockScan scan = BlockScan.preferred();
        private final long prepared =
                arena.allocate(toCentroids.queryBytes(), 64).address();
        private final long scratch = arena.allocate(codes.scratchBytes(), 64).address();
        private final long table = arena.allocate(
                        BlockScan.tableBytes(codes.planes().groups()), 64)
                .address();
        private final Centroids all = new Centroids(toCentroids, centroids, lists);
        private final Shortlist nearLists = new Shortlist();
        private final Shortlist nearest = new Shortlist();
        private final int[] near = new int[lists];
        private final float[] estimates = new float[BlockScan.LANES];
        private final int[] found = new int[options.kept() + 1];

        private Worker(Part part) {
            this.part = part;
        }

        /// Hands on the candidates of every node of a list that is wanted.
        void run(int list, IntPredicate wanted, Sink to) {
            for (int i = starts[list]; i < part.ends[list]; i++) {
                if (wanted.test(order[i])) {
                    scan(order[i]);
                    hand(order[i], to);
                }
            }
        }

        private void scan(int node) {
            vectors.prepare(node, prepared);
            int reached = rankLists();
            codes.bind(prepared, scratch, table);
            nearest.reset(options.kept() + 1);
            long blockBytes = codes.planes().blockBytes();
            for (int n = 0; n < reached; n++) {
                int list = near[n];
                int end = part.ends[list];
                long block = blocks[list];
                for (int first = starts[list]; first < end; first += BlockScan.LANES) {
                    int below = scan.estimates(table, codes.planes(), block, 0, nearest.limit(), estimates);
                    if (end - first < BlockScan.LANES) {
                        below &= (1 << (end - first)) - 1;
                    }
                    while (below != 0) {
                        int lane = Integer.numberOfTrailingZeros(below);
                        below &= below - 1;
                        nearest.offer(estimates[lane], order[first + lane]);
                    }
                    block += blockBytes;
                }
            }
        }

        /// Puts the lists that are nearest to the node, and have enough nodes together, first. Returns how many.
        private int rankLists() {
            nearLists.reset(part.nearLists);
            all.offerTo(nearLists, prepared);
            int count = nearLists.drainSortedTo(near);
            int reached = 0;
            for (int rows = 0; reached < count && rows < options.scanned(); reached++) {
                rows += part.ends[near[reached]] - starts[near[reached]];
            }
            return reached;
        }

        private void hand(int node, Sink to) {
            int size = nearest.drainTo(found);
            int kept = 0;
            for (int i = 0; i < size; i++) {
                if (found[i] != node) {
                    found[kept++] = found[i];
                }
            }
            to.accept(node, found, kept);
        }

        @Override
        public void close() {
            arena.close();
        }
    }
}
