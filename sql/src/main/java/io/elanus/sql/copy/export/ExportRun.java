package io.elanus.sql.copy.export;

import io.elanus.sql.copy.parquet.ParquetWriter;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.sql.exec.RowSource;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/// One COPY TO.
public final class ExportRun {
    private final ExportPlan plan;
    private final List<PlanColumn> columns;
    private final RowSource rows;
    private final QueryContext context;
    private final String product;
    private volatile long written;

    /// @param rows the query, running; closed by the caller
    /// @param product as files name their writer
    public ExportRun(ExportPlan plan, List<PlanColumn> columns, RowSource rows, QueryContext context, String product) {
        this.plan = plan;
        this.columns = List.copyOf(columns);
        this.rows = rows;
        this.context = context;
        this.product = product;
    }

    /// Rows that were written.
    public long written() {
        return written;
    }

    /// Writes the file and returns the number of its rows.
    public long run() {
        Path part = plan.file().resolveSibling(plan.file().getFileName() + "." + context.queryId() + ".part");
        try {
            long count;
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    RowWriter writer = writer(channel)) {
                count = write(writer);
                writer.finish();
            }
            Files.move(part, plan.file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return count;
        } catch (IOException e) {
            throw new QueryException(
                    ErrorCode.IO_ERROR,
                    "File [%s] could not be written.".formatted(plan.file()),
                    0,
                    "Check that its folder exists on the server, may be written, and has room.",
                    e);
        } finally {
            remove(part);
        }
    }

    private long write(RowWriter writer) throws IOException {
        long count = 0;
        for (VectorSchemaRoot batch = rows.next(); batch != null; batch = rows.next()) {
            count += batch.getRowCount();
            writer.write(batch);
            written = count;
            context.check();
        }
        return count;
    }

    private RowWriter writer(FileChannel channel) throws IOException {
        return switch (plan.format()) {
            case CSV, TSV -> csv(channel);
            case JSONL -> new TextRows(channel, new JsonRows(columns));
            case ARROW -> new ArrowRows(columns, channel, context.allocator());
            case FVECS, BVECS, IVECS, NPY -> new VectorRows(plan, columns, channel);
            case PARQUET -> new ParquetRows(new ParquetWriter(channel, columns, plan.compression(), product));
        };
    }

    private RowWriter csv(FileChannel channel) throws IOException {
        var rows = new CsvRows(plan, columns);
        if (plan.header()) {
            TextRows.write(channel, rows.header().content());
        }
        return new TextRows(channel, rows);
    }

    /// After a failure; there is nothing to remove after a success.
    private static void remove(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new QueryException(
                    ErrorCode.IO_ERROR, "File [%s] could not be removed.".formatted(part), 0, "Remove it.", e);
        }
    }
}
