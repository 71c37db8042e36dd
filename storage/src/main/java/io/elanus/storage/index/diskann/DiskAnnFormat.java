package io.elanus.storage.index.diskann;

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
import io.elanus.storage.index.hnsw.FlatGraph;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.kernel.Rotation;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// `USING diskann`. See the package.
public final class DiskAnnFormat implements VectorIndexFormat {
    public static final String NAME = "diskann";
    private static final int VERSION = 1;
    /// Calibrated from here: a beam is never narrower than k.
    private static final int LEAST_EFFORT = 10;
    private static final int BLOCK = 1024;

    private final BuildPool pool;

    public DiskAnnFormat(BuildPool pool) {
        this.pool = pool;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<IndexParameter> parameters() {
        return DiskAnnParameters.ALL;
    }

    /// Codes stand for products and lengths of real numbers.
    @Override
    public boolean supports(IndexSpec spec) {
        Metric metric = spec.metric();
        VectorElement element = spec.type().element();
        return (metric == Metric.L2 || metric == Metric.IP || metric == Metric.COSINE)
                && element != VectorElement.INT8
                && element != VectorElement.BINARY
                && element != VectorElement.SPARSE;
    }

    @Override
    public BuiltIndex build(IndexSpec spec, VectorSource source, BuildMonitor monitor) {
        DiskAnnParameters parameters = DiskAnnParameters.of(spec.parameters());
        Arena file = monitor.newContent();
        try (Arena scratch = monitor.newScratch()) {
            var options = new FlatGraph.Options(
                    parameters.maxDegree(),
                    parameters.searchList(),
                    parameters.alphaPercent() / 100f,
                    parameters.seed());
            FlatGraph graph = FlatGraph.build(source, spec.metric(), options, pool, monitor, scratch);
            var writer = new IndexFileWriter(spec.named(NAME), VERSION, source.rows());
            writer.section(DiskAnnFile.META, meta(graph, parameters, file));
            if (graph.count() < source.rows()) {
                writer.section(DiskAnnFile.ROWS, rows(graph, file));
            }
            addCodes(writer, parameters, graph.vectors(), monitor, file);
            writer.pageSection(DiskAnnFile.BLOCKS, blocks(graph, source, parameters, monitor, file));
            Calibrator.add(writer, this::opened, source, LEAST_EFFORT, pool, monitor, file);
            return writer.finish(file);
        } catch (RuntimeException | Error e) { // memory may run out: what was taken is freed all the same
            file.close();
            throw e;
        }
    }

    private static MemorySegment meta(FlatGraph graph, DiskAnnParameters parameters, Arena file) {
        MemorySegment meta = file.allocate(DiskAnnFile.META_INTS * 4L, 64);
        NativeMemory.putInt(meta.address(), graph.count());
        NativeMemory.putInt(meta.address() + 4, parameters.maxDegree());
        NativeMemory.putInt(meta.address() + 8, graph.entry());
        return meta;
    }

    private static MemorySegment rows(FlatGraph graph, Arena file) {
        MemorySegment rows = file.allocate(graph.count() * 4L, 64);
        for (int node = 0; node < graph.count(); node++) {
            NativeMemory.putInt(rows.address() + node * 4L, graph.row(node));
        }
        return rows;
    }

    private void addCodes(
            IndexFileWriter writer,
            DiskAnnParameters parameters,
            PreparedVectors vectors,
            BuildMonitor monitor,
            Arena file) {
        Metric metric = writer.spec().metric();
        int dimension = vectors.dimension();
        BuildMonitor stop = FlatGraph.cancelOnly(monitor);
        MemorySegment signs = ResidualCodes.drawSigns(dimension, file);
        MemorySegment centre = metric == Metric.IP ? file.allocate(dimension * 4L, 64) : vectors.mean(pool, stop, file);
        var codes = new ResidualCodes(
                metric,
                new Rotation(dimension, signs.address()),
                centre.address(),
                ResidualCodes.planes(dimension, parameters.codeBits()));
        writer.section(DiskAnnFile.SIGNS, signs)
                .section(DiskAnnFile.CENTRE, centre)
                .section(DiskAnnFile.CODES, BitCodes.encode(codes, vectors, pool, stop, file));
    }

    private MemorySegment blocks(
            FlatGraph graph, VectorSource source, DiskAnnParameters parameters, BuildMonitor monitor, Arena file) {
        var blocks = new Blocks(source.type().bytes(), parameters.maxDegree());
        long bytes = blocks.bytes(graph.count());
        MemorySegment section = file.allocate(Math.max(64, bytes), 64).asSlice(0, bytes);
        pool.forEachBlock(graph.count(), BLOCK, FlatGraph.cancelOnly(monitor), (_, from, to) -> {
            for (int node = from; node < to; node++) {
                long at = section.address() + blocks.offset(node);
                long vector = source.address(graph.row(node));
                for (int b = 0; b < blocks.vectorBytes(); b++) {
                    NativeMemory.putByte(at + b, NativeMemory.byteAt(vector + b));
                }
                graph.copyLinks(node, at + blocks.linksOffset(), blocks.degree());
            }
        });
        return section;
    }

    @Override
    public VectorIndex open(String name, MemorySegment file, VectorSource source) {
        var reader = new IndexFileReader(name, file, NAME, VERSION);
        reader.checkSource(source);
        return opened(reader, source);
    }

    private VectorIndex opened(IndexFileReader reader, VectorSource source) {
        return new DiskAnnIndex(reader, DiskAnnFile.open(reader, source));
    }
}
