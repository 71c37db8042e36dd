package io.elanus.storage.index.inverted;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.IndexFileWriter;
import io.elanus.storage.index.IndexParameter;
import io.elanus.storage.index.IndexParameters;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.VectorIndexFormat;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.text.TextAnalyzer;
import io.elanus.storage.text.TextMemory;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.SparseVector;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/// `USING fulltext`, on a column of text. See the package.
public final class FulltextFormat implements VectorIndexFormat {
    public static final String NAME = "fulltext";
    public static final String ANALYZER = "analyzer";
    /// A text counts as a sparse vector whose dimensions are terms.
    public static final ColumnType.Vector TEXT =
            new ColumnType.Vector(SparseVector.MAX_DIMENSION, VectorElement.SPARSE);

    /// 2: with blocks.
    private static final int VERSION = 2;
    /// Rows between two looks at the monitor.
    private static final int STEP = 1_024;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<IndexParameter> parameters() {
        return List.of(IndexParameter.choice(
                ANALYZER,
                "how texts and queries become terms",
                TextAnalyzer.names().toArray(String[]::new)));
    }

    /// The analyzer that an index with these parameters uses.
    public static String analyzer(Map<String, String> parameters) {
        return parameters.getOrDefault(ANALYZER, TextAnalyzer.DEFAULT).toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    public boolean supports(IndexSpec spec) {
        return spec.metric() == Metric.BM25 && spec.type().equals(TEXT);
    }

    @Override
    public BuiltIndex build(IndexSpec spec, VectorSource source, BuildMonitor monitor) {
        IndexParameters.check(NAME, parameters(), spec.parameters());
        var lists = new TextMemory(analyzer(spec.parameters()));
        for (int row = 0; row < source.rows(); row += STEP) {
            if (monitor.cancelled()) {
                throw new StorageException(ErrorCode.CANCELLED, "The index build was cancelled.");
            }
            monitor.progress(row, source.rows());
            lists.extend(source, Math.min(source.rows(), row + STEP));
        }
        var writer = new IndexFileWriter(spec.named(NAME), VERSION, source.rows());
        Arena arena = monitor.newContent();
        try {
            FulltextFile.write(lists, writer, arena);
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
        return new FulltextIndex(reader, new FulltextFile(reader), source);
    }

    /// An open index of texts.
    public record FulltextIndex(IndexFileReader reader, FulltextFile postings, VectorSource source)
            implements VectorIndex {
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
            return new FulltextSearcher(postings, source);
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
            // The file and the texts belong to the caller.
        }
    }
}
