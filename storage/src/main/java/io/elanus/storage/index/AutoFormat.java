package io.elanus.storage.index;

import io.elanus.storage.index.flat.FlatFormat;
import io.elanus.storage.index.hnsw.HnswFormat;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/// `USING autoindex`, the default: picks a format from the rows, the dimension and the metric. Its files are the
/// chosen format's, so nothing is ever opened under this name.
///
/// | segment | choice |
/// |---|---|
/// | fewer rows than a graph search would compare | flat |
/// | numbers under L2, IP, cosine, enough dimensions for codes | hnsw in the quantised layout: the fastest |
/// | else | hnsw on the vectors themselves |
final class AutoFormat implements VectorIndexFormat {
    static final String NAME = "autoindex";
    private static final int FEW_ROWS = 2_000;
    /// A code is filled up to 64 dimensions; far below, the vector itself is hardly longer.
    private static final int FEW_DIMENSIONS = 16;

    private final HnswFormat hnsw;
    private final FlatFormat flat;

    AutoFormat(HnswFormat hnsw, FlatFormat flat) {
        this.hnsw = hnsw;
        this.flat = flat;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<IndexParameter> parameters() {
        return List.of();
    }

    @Override
    public boolean supports(IndexSpec spec) {
        return spec.metric().supports(spec.type().element());
    }

    @Override
    public BuiltIndex build(IndexSpec spec, VectorSource source, BuildMonitor monitor) {
        IndexParameters.check(NAME, parameters(), spec.parameters());
        if (source.rows() < FEW_ROWS) {
            return flat.build(spec, source, monitor);
        }
        Map<String, String> parameters =
                hnsw.supportsQuantized(spec) && spec.type().dimension() >= FEW_DIMENSIONS
                        ? Map.of("layout", "quantized")
                        : Map.of();
        return hnsw.build(new IndexSpec(HnswFormat.NAME, spec.type(), spec.metric(), parameters), source, monitor);
    }

    @Override
    public VectorIndex open(String name, MemorySegment file, VectorSource source) {
        return IndexFileReader.formatOf(name, file).equals(FlatFormat.NAME)
                ? flat.open(name, file, source)
                : hnsw.open(name, file, source);
    }
}
