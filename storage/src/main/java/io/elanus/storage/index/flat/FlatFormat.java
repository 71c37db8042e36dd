package io.elanus.storage.index.flat;

import io.elanus.storage.index.BruteForceSearch;
import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.IndexFileWriter;
import io.elanus.storage.index.IndexParameter;
import io.elanus.storage.index.IndexParameters;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.VectorIndexFormat;
import io.elanus.storage.index.VectorSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// `USING flat`. See the package.
public final class FlatFormat implements VectorIndexFormat {
    public static final String NAME = "flat";
    private static final int VERSION = 1;

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
        monitor.progress(source.rows(), source.rows());
        return new IndexFileWriter(spec.named(NAME), VERSION, source.rows()).finish(Arena.ofShared());
    }

    @Override
    public VectorIndex open(String name, MemorySegment file, VectorSource source) {
        IndexFileReader reader = new IndexFileReader(name, file, NAME, VERSION);
        reader.checkSource(source);
        return new FlatIndex(reader, source);
    }

    private record FlatIndex(IndexFileReader reader, VectorSource source) implements VectorIndex {
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
            return BruteForceSearch.of(source, spec().metric());
        }

        @Override
        public long memoryBytes() {
            return (long) source.rows() * source.type().bytes();
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
