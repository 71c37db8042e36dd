package io.elanus.storage.index.inverted;

import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.IndexFileWriter;
import io.elanus.storage.index.IndexParameter;
import io.elanus.storage.index.IndexParameters;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.VectorIndexFormat;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.type.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// `USING sparse_inverted`. See the package.
public final class SparseInvertedFormat implements VectorIndexFormat {
    public static final String NAME = "sparse_inverted";
    public static final String CODES = "codes";
    /// 2: weights may be codes.
    private static final int VERSION = 2;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<IndexParameter> parameters() {
        return List.of(IndexParameter.choice(
                CODES,
                "What the lists keep of a weight: a byte (sq8) or all of it (none). Results are exact in either case.",
                "sq8",
                "none"));
    }

    @Override
    public boolean supports(IndexSpec spec) {
        return spec.type().sparse() && spec.metric() == Metric.IP;
    }

    @Override
    public BuiltIndex build(IndexSpec spec, VectorSource source, BuildMonitor monitor) {
        boolean coded =
                IndexParameters.check(NAME, parameters(), spec.parameters()).choice(CODES) == 0;
        var writer = new IndexFileWriter(spec.named(NAME), VERSION, source.rows());
        Arena arena = monitor.newContent();
        try {
            new SparseBuild(source, monitor, arena, coded).write(writer);
            monitor.progress(source.rows(), source.rows());
            return writer.finish(arena);
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    @Override
    public VectorIndex open(String name, MemorySegment file, VectorSource source) {
        IndexFileReader reader = new IndexFileReader(name, file, NAME, VERSION);
        reader.checkSource(source);
        return new SparseIndex(reader, new Postings(reader), source);
    }

    private record SparseIndex(IndexFileReader reader, Postings postings, VectorSource source) implements VectorIndex {
        @Override
        public IndexSpec spec() {
            return reader.spec();
        }

        @Override
        public int rows() {
            return reader.rows();
        }

        @Override
        public Searcher newSearcher() {
            return new SparseSearcher(postings, source);
        }

        @Override
        public long memoryBytes() {
            return reader.bytes();
        }

        @Override
        public void verify() {
            reader.verify();
        }

        @Override
        public void close() {
            // The file and the vectors belong to the caller.
        }
    }
}
