package io.elanus.storage.index;

import io.elanus.storage.index.flat.FlatFormat;
import io.elanus.storage.index.hnsw.HnswFormat;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/// `USING autoindex`, the default: picks a format from the rows, the dimension and the metric. Its files are the
/// chosen format's, so nothing is ever opened under this name.
///
/// | segment | choice |
/// |---|---|
/// | fewer rows than a graph search would compare | flat |
/// | wide float32 vectors under L2, IP, cosine | hnsw with byte codes: a quarter of the memory |
/// | else | hnsw on the vectors themselves |
final class AutoFormat implements VectorIndexFormat {
    static final String NAME = "autoindex";
    private static final int FEW_ROWS = 2_000;
    private static final int WIDE = 256;

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
        boolean product = spec.metric() == Metric.L2 || spec.metric() == Metric.IP || spec.metric() == Metric.COSINE;
        boolean wide =
                spec.type().element() == VectorElement.FLOAT32 && spec.type().dimension() >= WIDE;
        Map<String, String> parameters = product && wide ? Map.of("codes", "sq8") : Map.of();
        return hnsw.build(new IndexSpec(HnswFormat.NAME, spec.type(), spec.metric(), parameters), source, monitor);
    }

    @Override
    public VectorIndex open(String name, MemorySegment file, VectorSource source) {
        return IndexFileReader.formatOf(name, file).equals(FlatFormat.NAME)
                ? flat.open(name, file, source)
                : hnsw.open(name, file, source);
    }
}
