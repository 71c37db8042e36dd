package io.elanus.sql.copy;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// The reader of each format.
final class CopyReaders {
    private static final int BUFFER = 1 << 18;

    private CopyReaders() {}

    /// @param sent what a client sends; null: the plan's file
    static CopyReader open(CopyPlan plan, @Nullable InputStream sent, BufferAllocator allocator) throws IOException {
        return switch (plan.format()) {
            case CSV, TSV -> new CsvReader(plan, stream(plan, sent));
            case JSONL -> new JsonLinesReader(plan, stream(plan, sent));
            case FVECS, BVECS, IVECS, NPY ->
                new VectorFileReader(plan, new BufferedInputStream(stream(plan, sent), BUFFER));
            case ARROW ->
                sent != null
                        ? ArrowSource.ofStream(plan, Channels.newChannel(sent), allocator)
                        : ArrowSource.ofFile(plan, FileChannel.open(file(plan)), allocator);
            case PARQUET -> new ParquetSource(plan, file(plan));
        };
    }

    private static InputStream stream(CopyPlan plan, @Nullable InputStream sent) throws IOException {
        return sent == null ? Files.newInputStream(file(plan)) : sent;
    }

    private static Path file(CopyPlan plan) {
        Path file = plan.file();
        if (file == null) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "Format [%s] is not read from STDIN.".formatted(plan.format()),
                    "Name a file on the server, or send csv, jsonl, arrow or fvecs.");
        }
        return file;
    }
}
