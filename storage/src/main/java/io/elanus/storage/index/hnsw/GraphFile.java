package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.index.code.BitCodes;
import io.elanus.storage.index.code.ResidualCodes;
import io.elanus.storage.index.code.ScalarCodes;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.kernel.Rotation;
import io.elanus.storage.type.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/// The sections of a graph's file that the package documents: written from a finished graph, and found again in an
/// open file.
///
/// @param upper addresses of the upper levels' entries, level 1 first
/// @param upperCounts nodes of the upper levels
/// @param entry position on the top level, or a node when there is no upper level
/// @param terms what the rankers need beside links and vectors
@SuppressWarnings("ArrayRecordComponent")
record GraphFile(
        Nodes nodes, HnswParameters parameters, Ground ground, long[] upper, int[] upperCounts, int entry, Terms terms)
        implements Links {
    static final int META = 1;
    static final int GROUND = 2;
    static final int UPPER = 3;
    static final int ROWS = 4;
    static final int INVERSE_LENGTHS = 5;
    static final int SCALES = 6;
    static final int ENTRIES = 7;
    static final int SIGNS = 8;
    static final int CENTRE = 9;
    private static final int META_INTS = 7;
    private static final int MAX_LEVELS = 64;

    /// @param inverseLengths address of one over each node's length; 0 when the metric has no use for it
    /// @param neighborCodes what the entries of level 0 hold besides links
    record Terms(long inverseLengths, NodeCodes codes, Optional<NeighborCodes> neighborCodes) {}

    /// What stands for the nodes on a walk.
    sealed interface NodeCodes {
        record None() implements NodeCodes {}

        record Scalars(ScalarCodes codes) implements NodeCodes {}

        record Bits(BitCodes codes) implements NodeCodes {}
    }

    /// Level 0: where it begins, and the bytes from one node's links to the next one's, and the places for links.
    record Ground(long address, long entryBytes, int capacity) {}

    @Override
    public long address(int level, int node) {
        return ground.address + node * ground.entryBytes;
    }

    @Override
    public int capacity(int level) {
        return ground.capacity;
    }

    /// Bytes of a node's entry on an upper level: its number, its position below, its links.
    private static long entryBytes(int m) {
        return (2L + m) * 4;
    }

    /// Where the entry at this position of an upper level (1 or more) lies. The position came from the file: it is
    /// checked.
    long entryAddress(int level, int position) {
        return upper[level - 1] + Objects.checkIndex(position, upperCounts[level - 1]) * entryBytes(parameters.m());
    }

    static MemorySegment meta(MutableGraph graph, HnswParameters parameters, Arena arena) {
        long entry = graph.nodes == 0 ? 0 : graph.entry();
        int levels = MutableGraph.entryLevel(entry);
        int position = MutableGraph.entryNode(entry);
        if (levels > 0) {
            position = 0;
            for (int node = 0; node < MutableGraph.entryNode(entry); node++) {
                position += graph.level(node) >= levels ? 1 : 0;
            }
        }
        int[] values = {
            graph.nodes,
            graph.m,
            levels,
            position,
            parameters.codes().number,
            parameters.efSearch(),
            parameters.layout().number
        };
        MemorySegment meta = arena.allocate(values.length * 4L, 64);
        for (int i = 0; i < values.length; i++) {
            NativeMemory.putInt(meta.address() + i * 4L, values[i]);
        }
        return meta;
    }

    static MemorySegment upper(MutableGraph graph, Arena arena) {
        int levels = graph.nodes == 0 ? 0 : MutableGraph.entryLevel(graph.entry());
        int[] counts = new int[levels];
        for (int node = 0; node < graph.nodes; node++) {
            for (int level = 1; level <= Math.min(levels, graph.level(node)); level++) {
                counts[level - 1]++;
            }
        }
        long bytes = levels * 4L + Arrays.stream(counts).asLongStream().sum() * entryBytes(graph.m);
        MemorySegment section = arena.allocate(Math.max(64, bytes), 64).asSlice(0, bytes);
        long at = section.address();
        for (int count : counts) {
            NativeMemory.putInt(at, count);
            at += 4;
        }
        int[] below = new int[graph.nodes];
        Arrays.setAll(below, node -> node);
        for (int level = 1; level <= levels; level++) {
            int[] positions = positions(graph, level);
            at = writeLevel(graph, level, below, positions, at);
            below = positions;
        }
        return section;
    }

    /// The position of every node on a level; -1 for the nodes that do not reach it.
    private static int[] positions(MutableGraph graph, int level) {
        int[] positions = new int[graph.nodes];
        int next = 0;
        for (int node = 0; node < graph.nodes; node++) {
            positions[node] = graph.level(node) >= level ? next++ : -1;
        }
        return positions;
    }

    private static long writeLevel(MutableGraph graph, int level, int[] below, int[] positions, long start) {
        long at = start;
        for (int node = 0; node < graph.nodes; node++) {
            if (positions[node] < 0) {
                continue;
            }
            NativeMemory.putInt(at, node);
            NativeMemory.putInt(at + 4, below[node]);
            long links = graph.address(level, node);
            for (int i = 0; i < graph.m; i++) {
                int neighbor = NativeMemory.intAt(links + i * 4L);
                NativeMemory.putInt(at + (2 + i) * 4L, neighbor < 0 ? -1 : positions[neighbor]);
            }
            at += entryBytes(graph.m);
        }
        return at;
    }

    /// Checks the lengths of all sections against each other; the envelope has been checked.
    static GraphFile open(IndexFileReader reader, VectorSource source) {
        HnswParameters given = HnswParameters.of(reader.spec().parameters());
        long meta = reader.section(META, META_INTS * 4L).address();
        int count = NativeMemory.intAt(meta);
        int m = NativeMemory.intAt(meta + 4);
        int levels = NativeMemory.intAt(meta + 8);
        int entry = NativeMemory.intAt(meta + 12);
        int codes = NativeMemory.intAt(meta + 16);
        int layout = NativeMemory.intAt(meta + 24);
        if (count < 0
                || count > reader.rows()
                || m != given.m()
                || levels < 0
                || levels > MAX_LEVELS
                || codes != given.codes().number
                || layout != given.layout().number) {
            throw reader.corrupt(
                    "its graph cannot have [%d] nodes, [%d] links and [%d] levels".formatted(count, m, levels));
        }
        MemorySegment upperSection = reader.section(UPPER);
        int[] counts = new int[levels];
        long[] upper = new long[levels];
        long at = levels * 4L;
        for (int level = 0; level < levels; level++) {
            counts[level] =
                    at <= upperSection.byteSize() ? NativeMemory.intAt(upperSection.address() + level * 4L) : -1;
            upper[level] = upperSection.address() + at;
            at += counts[level] * entryBytes(m);
            if (counts[level] < 1) {
                throw reader.corrupt("level [" + (level + 1) + "] of its graph is empty");
            }
        }
        if (at != upperSection.byteSize()) {
            throw reader.corrupt(
                    "the upper levels take [%d] bytes, expected [%d]".formatted(upperSection.byteSize(), at));
        }
        boolean allRows = count == reader.rows();
        long rows = allRows ? 0 : reader.section(ROWS, count * 4L).address();
        long inverseLengths = reader.spec().metric() == Metric.COSINE
                ? reader.section(INVERSE_LENGTHS, count * 4L).address()
                : 0;
        Terms terms = new Terms(inverseLengths, codes(reader, given, count), neighborCodes(reader, given));
        long entryBytes = terms.neighborCodes.map(NeighborCodes::entryBytes).orElse(2L * m * 4);
        int capacity = terms.neighborCodes.map(NeighborCodes::places).orElse(2 * m);
        Ground ground = new Ground(reader.section(GROUND, count * entryBytes).address(), entryBytes, capacity);
        return new GraphFile(new Nodes(source, count, rows), given, ground, upper, counts, entry, terms);
    }

    private static Optional<NeighborCodes> neighborCodes(IndexFileReader reader, HnswParameters given) {
        if (given.layout() == Layout.PLAIN) {
            return Optional.empty();
        }
        ResidualCodes codes = residualCodes(reader, given);
        return Optional.of(
                new NeighborCodes(codes, 2 * given.m(), reader.spec().type().bytes()));
    }

    private static ResidualCodes residualCodes(IndexFileReader reader, HnswParameters given) {
        int dimension = reader.spec().type().dimension();
        long signs = reader.section(SIGNS, Rotation.signBytes(dimension)).address();
        long centre = reader.section(CENTRE, dimension * 4L).address();
        return new ResidualCodes(
                reader.spec().metric(),
                new Rotation(dimension, signs),
                centre,
                ResidualCodes.planes(dimension, given.codeBits(dimension)));
    }

    private static NodeCodes codes(IndexFileReader reader, HnswParameters given, int count) {
        int dimension = reader.spec().type().dimension();
        return switch (given.codes()) {
            case NONE -> new NodeCodes.None();
            case SQ8 -> {
                long scales = reader.section(SCALES, ScalarCodes.scaleBytes(dimension))
                        .address();
                long entries = reader.section(ENTRIES, (long) count * ScalarCodes.entryBytes(dimension))
                        .address();
                yield new NodeCodes.Scalars(new ScalarCodes(reader.spec().metric(), dimension, scales, entries));
            }
            case RABITQ -> {
                long entryBytes = BitCodes.entryBytes(Rotation.padded(dimension), given.codeBits(dimension));
                long entries = reader.section(ENTRIES, count * entryBytes).address();
                yield new NodeCodes.Bits(new BitCodes(residualCodes(reader, given), entries));
            }
        };
    }
}
