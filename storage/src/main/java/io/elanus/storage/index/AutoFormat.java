package io.elanus.storage.index;

import io.elanus.storage.index.flat.FlatFormat;
import io.elanus.storage.index.hnsw.HnswFormat;
import io.elanus.storage.index.inverted.SparseInvertedFormat;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/// `USING autoindex`, the default: picks a format from the rows, the dimension and the metric. Its files are the
/// chosen format's, so nothing is ever opened under this name.
///
/// | segment | choice |
/// |---|---|
/// | sparse vectors under IP | sparse_inverted |
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

    private final SparseInvertedFormat sparse;

    AutoFormat(HnswFormat hnsw, FlatFormat flat, SparseInvertedFormat sparse) {
        this.hnsw = hnsw;
        this.flat = flat;
        this.sparse = sparse;
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
        IndexSpec inverted = spec.named(SparseInvertedFormat.NAME);
        if (sparse.supports(inverted)) {
            return sparse.build(inverted, source, monitor);
        }
        if (source.rows() < FEW_ROWS || spec.type().sparse()) {
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
        String format = IndexFileReader.formatOf(name, file);
        VectorIndexFormat chosen = switch (format) {
            case FlatFormat.NAME -> flat;
            case SparseInvertedFormat.NAME -> sparse;
            default -> hnsw;
        };
        return chosen.open(name, file, source);
    }
}
