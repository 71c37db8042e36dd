package io.elanus.sql.copy;

import io.elanus.sql.bulk.SourceFile;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// The reader of each format: row by row for queries, in batches for loads.
final class CopyReaders {
    private static final int BUFFER = 1 << 18;

    private CopyReaders() {}

    /// @param sent what a client sends; null: the plan's file
    static CopyReader open(CopyPlan plan, @Nullable InputStream sent, BufferAllocator allocator) throws IOException {
        return switch (plan.format()) {
            case CSV, TSV -> new TextReader(plan, new CsvFormat(plan), stream(plan, sent));
            case JSONL -> new TextReader(plan, new JsonLinesReader.Format(plan), stream(plan, sent));
            case FVECS, BVECS, IVECS, NPY ->
                new VectorFileReader(plan, new BufferedInputStream(stream(plan, sent), BUFFER));
            case ARROW ->
                new BatchReader(arrow(plan, sent, allocator), plan.table().columns());
            case PARQUET -> new ParquetSource(plan, file(plan));
        };
    }

    /// As [#open], but in batches of rows as they enter the table.
    static BatchSource batches(CopyPlan plan, @Nullable InputStream sent, BufferAllocator allocator)
            throws IOException {
        var rows = new CopyRows(plan);
        return switch (plan.format()) {
            case CSV, TSV -> new TextBlocks(plan, new CsvFormat(plan), stream(plan, sent), rows, allocator);
            case JSONL -> new TextBlocks(plan, new JsonLinesReader.Format(plan), stream(plan, sent), rows, allocator);
            case ARROW -> arrow(plan, sent, allocator);
            case FVECS, BVECS, IVECS, NPY, PARQUET -> {
                long limit = plan.limit() == 0 ? Long.MAX_VALUE : plan.limit();
                yield new Ahead(new RowBatches(open(plan, sent, allocator), rows, allocator, limit));
            }
        };
    }

    private static ArrowSource arrow(CopyPlan plan, @Nullable InputStream sent, BufferAllocator allocator)
            throws IOException {
        return sent != null
                ? ArrowSource.ofStream(plan, Channels.newChannel(sent), allocator)
                : ArrowSource.ofFile(plan, file(plan).open(), allocator);
    }

    private static InputStream stream(CopyPlan plan, @Nullable InputStream sent) throws IOException {
        return sent == null ? file(plan).stream() : sent;
    }

    private static SourceFile file(CopyPlan plan) {
        SourceFile file = plan.file();
        if (file == null) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "Format [%s] is not read from STDIN.".formatted(plan.format()),
                    "Name a file on the server, or send csv, jsonl, arrow or fvecs.");
        }
        return file;
    }
}
