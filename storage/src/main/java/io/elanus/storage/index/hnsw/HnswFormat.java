package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.Calibrator;
import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.IndexFileWriter;
import io.elanus.storage.index.IndexParameter;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.VectorIndexFormat;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.index.code.BitCodes;
import io.elanus.storage.index.code.PreparedVectors;
import io.elanus.storage.index.code.ResidualCodes;
import io.elanus.storage.index.code.ScalarCodes;
import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.Distances;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.kernel.Rotation;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// `USING hnsw`. See the package.
public final class HnswFormat implements VectorIndexFormat {
    public static final String NAME = "hnsw";
    /// 3: entries of the quantised layout hold the vector.
    private static final int VERSION = 3;
    /// Calibrated from here: a beam is never narrower than k.
    private static final int LEAST_EFFORT = 10;
    private static final int LENGTHS_BLOCK = 4096;
    private static final int WALK_FACTOR = 3;
    /// Smaller graphs are built by walks alone.
    private static final int BULK_NODES = 10_000;

    private final BuildPool pool;

    private final Costs costs;

    public HnswFormat(BuildPool pool) {
        this(pool, Costs.MEASURED);
    }

    HnswFormat(BuildPool pool, Costs costs) {
        this.pool = pool;
        this.costs = costs;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<IndexParameter> parameters() {
        return HnswParameters.ALL;
    }

    @Override
    public boolean supports(IndexSpec spec) {
        HnswParameters parameters = HnswParameters.of(spec.parameters());
        return !spec.type().sparse()
                && spec.metric().supports(spec.type().element())
                && parameters.codes().supports(spec.metric(), spec.type().element())
                && parameters.layout().supports(spec.metric(), spec.type().element());
    }

    /// Can the quantised layout serve this type under this metric?
    public boolean supportsQuantized(IndexSpec spec) {
        return Layout.QUANTIZED.supports(spec.metric(), spec.type().element());
    }

    @Override
    public BuiltIndex build(IndexSpec spec, VectorSource source, BuildMonitor monitor) {
        HnswParameters parameters = HnswParameters.of(spec.parameters());
        Arena file = monitor.newContent();
        try (Arena scratch = monitor.newScratch()) {
            MemorySegment rows = nodeRows(source, file);
            int count = Math.toIntExact(rows.byteSize() / Integer.BYTES);
            boolean allRows = count == source.rows();
            Nodes nodes = new Nodes(source, count, allRows ? 0 : rows.address());
            MutableGraph graph = new MutableGraph(
                    count, parameters, parameters.layout() == Layout.QUANTIZED ? scratch : file, scratch);
            IndexFileWriter writer = new IndexFileWriter(spec.named(NAME), VERSION, source.rows());
            MemorySegment inverseLengths =
                    spec.metric() == Metric.COSINE ? inverseLengths(nodes, pool, file, monitor) : MemorySegment.NULL;
            Optional<ScalarCodes> codes = walkCodes(spec, nodes, monitor, scratch);
            BuildNodes build = new BuildNodes(nodes, spec.metric(), inverseLengths.address(), codes);
            var options = new GraphBuilder.Options(parameters.efConstruction(), 1, 0);
            new GraphBuilder(graph, build, options, bulkLinks(build, parameters, monitor, scratch))
                    .insertAll(pool, monitor);
            writer.section(GraphFile.META, GraphFile.meta(graph, parameters, file));
            if (parameters.layout() == Layout.QUANTIZED) {
                addNeighborCodes(writer, parameters, graph, build, monitor, file);
            } else {
                writer.section(GraphFile.GROUND, graph.ground());
            }
            writer.section(GraphFile.UPPER, GraphFile.upper(graph, file));
            if (!allRows) {
                writer.section(GraphFile.ROWS, rows);
            }
            if (spec.metric() == Metric.COSINE) {
                writer.section(GraphFile.INVERSE_LENGTHS, inverseLengths);
            }
            addNodeCodes(writer, parameters, nodes, monitor, file);
            Calibrator.add(writer, this::opened, source, LEAST_EFFORT, pool, monitor, file);
            return writer.finish(file);
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /// Codes for the walks of a build, where they are much shorter than vectors.
    private Optional<ScalarCodes> walkCodes(IndexSpec spec, Nodes nodes, BuildMonitor monitor, Arena scratch) {
        ColumnType.Vector type = spec.type();
        if (!Codes.SQ8.supports(spec.metric(), type.element())
                || type.bytes() < WALK_FACTOR * ScalarCodes.entryBytes(type.dimension())) {
            return Optional.empty();
        }
        BuildMonitor stop = cancelOnly(monitor);
        PreparedVectors vectors = preparedNodes(nodes, spec.metric());
        MemorySegment scales = ScalarCodes.measure(vectors, pool, stop, scratch);
        MemorySegment entries = ScalarCodes.encode(spec.metric(), vectors, scales, pool, stop, scratch);
        return Optional.of(new ScalarCodes(spec.metric(), type.dimension(), scales.address(), entries.address()));
    }

    /// For graphs that are large enough, and distances for which near lists hold near nodes.
    private Optional<BulkLinks> bulkLinks(
            BuildNodes build, HnswParameters parameters, BuildMonitor monitor, Arena scratch) {
        if (build.codes().isEmpty()
                || !BulkLinks.supports(build.metric())
                || build.nodes().count() < BULK_NODES) {
            return Optional.empty();
        }
        var options = BulkLinks.Options.of(parameters.efConstruction());
        PreparedVectors vectors = preparedNodes(build.nodes(), build.metric());
        return BulkLinks.make(vectors, build.metric(), options, pool, monitor.withoutProgress(), scratch);
    }

    private void addNeighborCodes(
            IndexFileWriter writer,
            HnswParameters parameters,
            MutableGraph graph,
            BuildNodes build,
            BuildMonitor monitor,
            Arena file) {
        BuildMonitor stop = cancelOnly(monitor);
        PreparedVectors vectors = preparedNodes(build.nodes(), build.metric());
        ResidualCodes codes = residualCodes(writer, parameters, vectors, stop, file);
        int vectorBytes = writer.spec().type().bytes();
        MemorySegment entries = new NeighborCodes(codes, graph.capacity(0), vectorBytes)
                .encode(graph, vectors, build, pool, stop, file);
        writer.section(GraphFile.GROUND, entries);
    }

    private void addNodeCodes(
            IndexFileWriter writer, HnswParameters parameters, Nodes nodes, BuildMonitor monitor, Arena file) {
        BuildMonitor stop = cancelOnly(monitor);
        Metric metric = writer.spec().metric();
        switch (parameters.codes()) {
            case NONE -> {}
            case SQ8 -> {
                PreparedVectors vectors = preparedNodes(nodes, metric);
                MemorySegment scales = ScalarCodes.measure(vectors, pool, stop, file);
                writer.section(GraphFile.SCALES, scales);
                writer.section(GraphFile.ENTRIES, ScalarCodes.encode(metric, vectors, scales, pool, stop, file));
            }
            case RABITQ -> {
                PreparedVectors vectors = preparedNodes(nodes, metric);
                ResidualCodes codes = residualCodes(writer, parameters, vectors, stop, file);
                writer.section(GraphFile.ENTRIES, BitCodes.encode(codes, vectors, pool, stop, file));
            }
        }
    }

    /// Draws a rotation, finds the centre and adds the sections of both.
    private ResidualCodes residualCodes(
            IndexFileWriter writer, HnswParameters parameters, PreparedVectors vectors, BuildMonitor stop, Arena file) {
        Metric metric = writer.spec().metric();
        int dimension = vectors.dimension();
        MemorySegment signs = ResidualCodes.drawSigns(dimension, file);
        MemorySegment centre = metric == Metric.IP ? file.allocate(dimension * 4L, 64) : vectors.mean(pool, stop, file);
        writer.section(GraphFile.SIGNS, signs);
        writer.section(GraphFile.CENTRE, centre);
        return new ResidualCodes(
                metric,
                new Rotation(dimension, signs.address()),
                centre.address(),
                ResidualCodes.planes(dimension, parameters.codeBits(dimension)));
    }

    static PreparedVectors preparedNodes(Nodes nodes, Metric metric) {
        return new NodeVectors(nodes, Distances.kernel(metric, nodes.source().type()));
    }

    private record NodeVectors(Nodes nodes, DistanceKernel kernel) implements PreparedVectors {
        @Override
        public int count() {
            return nodes.count();
        }

        @Override
        public int dimension() {
            return nodes.source().type().dimension();
        }

        @Override
        public void prepare(int number, long to) {
            kernel.prepareStored(nodes.vector(number), to);
        }
    }

    @Override
    public VectorIndex open(String name, MemorySegment file, VectorSource source) {
        IndexFileReader reader = new IndexFileReader(name, file, NAME, VERSION);
        reader.checkSource(source);
        return opened(reader, source);
    }

    private VectorIndex opened(IndexFileReader reader, VectorSource source) {
        return new HnswIndex(reader, GraphFile.open(reader, source), costs);
    }

    /// The rows that have a vector, in order.
    static MemorySegment nodeRows(VectorSource source, Arena arena) {
        int rows = source.rows();
        MemorySegment section = arena.allocate(Math.max(64, rows * 4L), 64);
        int count = 0;
        for (int row = 0; row < rows; row++) {
            if (!source.isNull(row)) {
                NativeMemory.putInt(section.address() + count++ * 4L, row);
            }
        }
        return section.asSlice(0, count * 4L);
    }

    /// One over the length of each vector; 0 for a zero vector, which makes it perpendicular to everything.
    static MemorySegment inverseLengths(Nodes nodes, BuildPool pool, Arena arena, BuildMonitor monitor) {
        MemorySegment section = arena.allocate(Math.max(64, nodes.count() * 4L), 64);
        DistanceKernel lengths = Distances.kernel(Metric.L2, nodes.source().type());
        try (Arena scratch = Arena.ofShared()) {
            // The distance to the origin is the length.
            long origin = scratch.allocate(lengths.queryBytes(), 64).address();
            pool.forEachBlock(nodes.count(), LENGTHS_BLOCK, cancelOnly(monitor), (_, from, to) -> {
                for (int node = from; node < to; node++) {
                    float square = lengths.rank(origin, nodes.vector(node));
                    float inverse = square > 0 ? (float) (1 / Math.sqrt(square)) : 0;
                    NativeMemory.putFloat(section.address() + node * 4L, inverse);
                }
            });
        }
        return section.asSlice(0, nodes.count() * 4L);
    }

    static BuildMonitor cancelOnly(BuildMonitor monitor) {
        return monitor.withoutProgress();
    }
}
