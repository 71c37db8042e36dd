package io.elanus.sql.copy;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.proto.grpc.LoadedFile;
import io.elanus.sql.bulk.BulkStorage;
import io.elanus.sql.bulk.SourceFile;
import io.elanus.sql.dml.BoundGuard;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.segment.ArrowBatches;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// One COPY FROM. While batches are being written the next one is parsed.
public final class CopyRun implements Load {
    private final CopyPlan plan;
    private final @Nullable InputStream sent;
    private final QueryContext context;
    private final SinkChoice choice;
    private volatile @Nullable RowSink sink;
    private volatile long rowsSeen;
    private volatile long bytesRead;
    private volatile long bytesTotal;

    /// @param sent what a client sends for STDIN; null: the plan's file. Closed by the caller.
    /// @param storage for loads into segments
    public CopyRun(
            CopyPlan plan,
            @Nullable InputStream sent,
            TableAccess tables,
            Supplier<BulkStorage> storage,
            BoundGuard guard,
            QueryContext context) {
        this.plan = plan;
        this.sent = sent;
        this.context = context;
        this.choice = new SinkChoice(plan, tables, storage, guard, context);
    }

    @Override
    public long rowsDone() {
        RowSink begun = sink;
        return begun == null ? 0 : begun.written();
    }

    @Override
    public long rowsExpected() {
        long bytes = bytesRead;
        return bytes == 0 || bytesTotal == 0 ? 0 : Math.round((double) rowsSeen * bytesTotal / bytes);
    }

    @Override
    public long timestamp() {
        RowSink begun = sink;
        return begun == null ? 0 : begun.timestamp();
    }

    @Override
    public long load() {
        try (BatchSource source = opened()) {
            RowSink target = choice.choose(bytesTotal, loaded());
            sink = target;
            read(source, target);
            target.finish(rowsSeen);
            bytesRead = bytesTotal;
            return target.written();
        } catch (QueryException e) {
            throw withOutcome(e);
        } finally {
            close();
        }
    }

    private Optional<LoadedFile> loaded() {
        try {
            return plan.loaded();
        } catch (IOException e) {
            throw CopyErrors.unreadable(plan.name(), e);
        }
    }

    /// Of the file; 0: unknown.
    long bytes() {
        return bytesTotal;
    }

    /// Rows of the file so far.
    long rowsSeen() {
        return rowsSeen;
    }

    /// What is wrong before the first row has a place too.
    private BatchSource opened() {
        try {
            return open();
        } catch (QueryException e) {
            throw e.code() == ErrorCode.BAD_COPY_FILE ? CopyErrors.located(e, 0, 0) : e;
        }
    }

    private BatchSource open() {
        try {
            SourceFile file = plan.file();
            if (file != null) {
                bytesTotal = file.bytes();
            }
            return CopyReaders.batches(plan, sent, context.allocator());
        } catch (IOException e) {
            throw CopyErrors.unreadable(plan.name(), e);
        }
    }

    private void close() {
        RowSink begun = sink;
        if (begun != null) {
            begun.close();
        }
    }

    private void read(BatchSource source, RowSink target) {
        long left = plan.limit() == 0 ? Long.MAX_VALUE : plan.limit();
        long bytes = 0;
        long seen = 0;
        while (left > 0) {
            context.check();
            target.awaitRoom(bytes);
            CopyBatch batch = source.next();
            if (batch == null) {
                return;
            }
            int rows = batch.rows().getRowCount();
            bytes = ArrowBatches.payloadBytes(batch.rows());
            seen += Math.min(left, rows);
            rowsSeen = seen;
            target.write(left < rows ? first(batch, (int) left) : batch.rows(), batch.firstRow());
            left -= rows;
            bytesRead = batch.bytesRead();
        }
    }

    private VectorSchemaRoot first(CopyBatch batch, int rows) {
        try (batch) {
            return ArrowBatches.copy(batch.rows(), 0, rows, context.allocator());
        }
    }

    /// The error with what became of the rows before, once all that were under way have ended.
    private QueryException withOutcome(QueryException e) {
        close();
        long written = rowsDone();
        String again = written == 0 || !plan.options().text("job", "").isEmpty()
                ? "Then load it again."
                : "Then load it again WITH (on_conflict ignore), which leaves out the rows that are in.";
        return new QueryException(
                e.code(),
                "%s File [%s]; [%d] of its rows were loaded.".formatted(e.getMessage(), plan.name(), written),
                0,
                e.hint().orElse("Mend the row. " + again),
                e);
    }
}
