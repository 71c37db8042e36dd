package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.kernel.BlockScan;
import io.elanus.storage.kernel.BlockScan.Planes;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.kernel.Rotation;
import io.elanus.storage.kernel.SignTable;
import io.elanus.storage.type.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The quantised graph: beside a node's links lie codes of its neighbours, a few bits a dimension, and one pass
/// scores 32 of them (RaBitQ, Gao and Long 2024, with more bits as Gao et al. 2025; laid out as in SymphonyQG, Gou
/// et al. 2025).
///
/// A code stands for a vector y of levels: P (x - c) rounded to odd multiples of half a step, where c is the node's
/// vector, x the neighbour's and P a random [Rotation]; with one bit, the signs. With r = |x - c| the product of
/// x - c with any w is estimated as r² / (y · P (x - c)) × (y · P w), without bias; one bit is off by about
/// r |w| / √d, each more halves that. Near the query, where c is near, both factors are small: codes relative to the
/// node err less where it matters. With w = q - c, L2 follows as
/// `r² + |q - c|² - 2 r² / (y · P (x - c)) × (y · P q - y · P c)`: the walk knows |q - c|², the table of the query
/// gives y · P q, and the rest stands in two numbers per neighbour. Cosine is half of L2 between vectors of length
/// one. IP is -q·c - q·(x - c).
///
/// A node's entry: links, int32, filled up to a multiple of 32 with -1; then per 32 links a block of [BlockScan].
///
/// @param centre address of a float32 vector that is subtracted from queries: the mean of the vectors, which keeps
///     the tables' steps small; zeros for IP
/// @param planes bits a dimension, and groups of four dimensions
/// @param links that a node may have on level 0
record NeighborCodes(Metric metric, Rotation rotation, long centre, int links, Planes planes) {
    /// The step of the best uniform quantiser of a normal distribution, in standard deviations, by bits.
    private static final double[] STEPS = {0, 1.6, 0.996, 0.586, 0.335};

    private static final int BLOCK = 1024;
    private static final long ROTATION_SEED = 20_240_521;

    /// Blocks of 32 neighbours that a node has.
    int blocks() {
        return (links + BlockScan.LANES - 1) / BlockScan.LANES;
    }

    /// Links that an entry has places for.
    int places() {
        return BlockScan.LANES * blocks();
    }

    long linkBytes() {
        return 4L * places();
    }

    long blockBytes() {
        return planes.blockBytes();
    }

    long entryBytes() {
        return linkBytes() + blocks() * blockBytes();
    }

    static MemorySegment drawSigns(int dimension, Arena file) {
        return Rotation.draw(dimension, ROTATION_SEED, file);
    }

    /// The mean of the vectors, of length one each for cosine; zeros for IP.
    static MemorySegment measureCentre(
            Metric metric, Nodes nodes, long inverseLengths, BuildPool pool, BuildMonitor monitor, Arena file) {
        int dimension = nodes.source().type().dimension();
        double[] total = new double[dimension];
        if (metric != Metric.IP) {
            pool.forEachBlock(nodes.count(), BLOCK, monitor, (_, from, to) -> {
                double[] sum = new double[dimension];
                try (Floats floats = new Floats(nodes)) {
                    for (int node = from; node < to; node++) {
                        long vector = floats.of(node);
                        float scale = inverseLengths == 0 ? 1 : NativeMemory.floatAt(inverseLengths + node * 4L);
                        for (int d = 0; d < dimension; d++) {
                            sum[d] += NativeMemory.floatAt(vector + d * 4L) * scale;
                        }
                    }
                }
                synchronized (total) {
                    for (int d = 0; d < dimension; d++) {
                        total[d] += sum[d];
                    }
                }
            });
        }
        MemorySegment centre = file.allocate(dimension * 4L, 64);
        for (int d = 0; d < dimension; d++) {
            NativeMemory.putFloat(centre.address() + d * 4L, (float) (total[d] / Math.max(1, nodes.count())));
        }
        return centre;
    }

    /// Writes the entries of all nodes.
    MemorySegment encode(
            MutableGraph graph, Nodes nodes, long inverseLengths, BuildPool pool, BuildMonitor monitor, Arena file) {
        long bytes = nodes.count() * entryBytes();
        MemorySegment section = file.allocate(Math.max(64, bytes), 64).asSlice(0, bytes);
        try (Arena scratch = Arena.ofShared()) {
            long rotated = rotate(nodes, inverseLengths, pool, monitor, scratch);
            pool.forEachBlock(nodes.count(), BLOCK, monitor, (_, from, to) -> {
                try (SpareLinks spares =
                        new SpareLinks(graph, new ExactRanker(nodes, metric, inverseLengths), places())) {
                    for (int node = from; node < to; node++) {
                        encodeEntry(spares.fill(node), node, rotated, section.address() + node * entryBytes());
                    }
                }
            });
        }
        return section;
    }

    /// Address of the rotated vectors of all nodes.
    private long rotate(Nodes nodes, long inverseLengths, BuildPool pool, BuildMonitor monitor, Arena scratch) {
        long vectorBytes = rotation.padded() * 4L;
        long rotated =
                scratch.allocate(Math.max(64, nodes.count() * vectorBytes), 64).address();
        pool.forEachBlock(nodes.count(), BLOCK, monitor, (_, from, to) -> {
            try (Floats floats = new Floats(nodes);
                    Arena arena = Arena.ofConfined()) {
                long centred = arena.allocate(rotation.dimension() * 4L, 64).address();
                for (int node = from; node < to; node++) {
                    float scale = inverseLengths == 0 ? 1 : NativeMemory.floatAt(inverseLengths + node * 4L);
                    center(floats.of(node), scale, centred);
                    rotation.apply(centred, rotated + node * vectorBytes);
                }
            }
        });
        return rotated;
    }

    private void center(long vector, float scale, long to) {
        for (int d = 0; d < rotation.dimension(); d++) {
            float x = NativeMemory.floatAt(vector + d * 4L) * scale - NativeMemory.floatAt(centre + d * 4L);
            NativeMemory.putFloat(to + d * 4L, x);
        }
    }

    private void encodeEntry(int[] neighbors, int node, long rotated, long entry) {
        for (int i = 0; i < neighbors.length; i++) {
            int neighbor = neighbors[i];
            NativeMemory.putInt(entry + i * 4L, neighbor);
            if (neighbor >= 0) {
                long block = entry + linkBytes() + i / BlockScan.LANES * blockBytes();
                encodeNeighbor(
                        rotated + node * rotation.padded() * 4L,
                        rotated + neighbor * rotation.padded() * 4L,
                        block,
                        i % BlockScan.LANES);
            }
        }
    }

    private void encodeNeighbor(long node, long neighbor, long block, int lane) {
        int bits = planes.bits();
        int padded = rotation.padded();
        double square = 0;
        for (int d = 0; d < padded; d++) {
            double step = NativeMemory.floatAt(neighbor + d * 4L) - NativeMemory.floatAt(node + d * 4L);
            square += step * step;
        }
        // The code stands for levels: the odd multiples of half a step that are nearest.
        double perStep = square > 0 ? 1 / (STEPS[bits] * Math.sqrt(square / padded)) : 0;
        int half = 1 << (bits - 1);
        double product = 0;
        double nodeProduct = 0;
        for (int d = 0; d < padded; d++) {
            float own = NativeMemory.floatAt(node + d * 4L);
            float step = NativeMemory.floatAt(neighbor + d * 4L) - own;
            int code = Math.clamp((int) Math.floor(step * perStep) + half, 0, 2 * half - 1);
            double level = (code - half + 0.5) / half * 2;
            product += level * step;
            nodeProduct += level * own;
            putCode(block, d, lane, code);
        }
        double ratio = product > 0 ? square / product : 0;
        double added = switch (metric) {
            case L2 -> square + 2 * ratio * nodeProduct;
            case COSINE -> square / 2 + ratio * nodeProduct;
            case IP -> 0;
            case L1, HAMMING, JACCARD -> throw new IllegalStateException("No codes for " + metric);
        };
        double factor = metric == Metric.L2 ? -2 * ratio : -ratio;
        NativeMemory.putFloat(block + lane * 4L, (float) added);
        NativeMemory.putFloat(block + (BlockScan.LANES + lane) * 4L, (float) factor);
    }

    private void putCode(long block, int d, int lane, int code) {
        for (int plane = 0; plane < planes.bits(); plane++) {
            int bit = code >> (planes.bits() - 1 - plane) & 1;
            long codes = block + BlockScan.TERM_BYTES + plane * BlockScan.codeBytes(planes.groups());
            BlockScan.putCode(codes, d / SignTable.GROUP, lane, bit << d % SignTable.GROUP);
        }
    }

    /// Bytes of scratch memory that [#bind] uses besides the table.
    long scratchBytes() {
        return 4L * (rotation.padded() + (rotation.dimension() + 15) / 16 * 16);
    }

    /// Turns a query as the metric's kernel has prepared it into the table of the scan.
    void bind(long prepared, long scratch, long table) {
        long rotated = scratch;
        long centred = scratch + rotation.padded() * 4L;
        center(prepared, 1, centred);
        rotation.apply(centred, rotated);
        SignTable.fill(rotated, rotation.padded(), table);
    }
}
