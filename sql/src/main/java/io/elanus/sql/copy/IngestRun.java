package io.elanus.sql.copy;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.sql.dml.BoundGuard;
import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.ErrorCode;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Appends Arrow batches to a table. Columns whose layout is the table's own are looked over as a whole and copied
/// once; others are converted value by value, as COPY does. Batches of a client are cut and joined to batches of
/// the size that is written. Belongs to one thread; its progress may be read from any.
public final class IngestRun implements Load {
    private final IngestPlan plan;
    private final IngestPlan.Source source;
    private final TableAccess tables;
    private final BoundGuard guard;
    private final QueryContext context;
    private final BatchCutter waiting;
    private long rowsSeen;
    private @Nullable IngestColumns columns;
    private volatile @Nullable CopyBatches batches;

    public IngestRun(
            IngestPlan plan, IngestPlan.Source source, TableAccess tables, BoundGuard guard, QueryContext context) {
        this.plan = plan;
        this.source = source;
        this.tables = tables;
        this.guard = guard;
        this.context = context;
        this.waiting = new BatchCutter(plan.table(), context.allocator());
    }

    @Override
    public long rowsDone() {
        CopyBatches begun = batches;
        return begun == null ? 0 : begun.written();
    }

    @Override
    public long rowsExpected() {
        return 0;
    }

    @Override
    public long timestamp() {
        CopyBatches begun = batches;
        return begun == null ? 0 : begun.timestamp();
    }

    @Override
    public long load() {
        try {
            for (VectorSchemaRoot sent = source.next(); sent != null; sent = source.next()) {
                context.check();
                take(sent);
            }
            CopyBatches target = batches;
            if (target != null) {
                while (!waiting.isEmpty()) {
                    writeOne(waiting, target);
                }
                target.finish(rowsSeen);
            }
            return rowsDone();
        } catch (RuntimeException e) { // every layer has its own kinds
            throw withOutcome(e);
        } finally {
            waiting.close();
            close(batches);
        }
    }

    private static void close(@Nullable CopyBatches begun) {
        if (begun != null) {
            begun.close();
        }
    }

    private void take(VectorSchemaRoot sent) {
        IngestColumns into = columns;
        CopyBatches target = batches;
        if (into == null || target == null) {
            into = IngestColumns.ofClient(plan.table(), plan.indexes(), sent.getSchema());
            target = new CopyBatches(
                    tables, plan.table(), plan.onConflict(), into.generatesKeys(), guard, context, List.of());
            columns = into;
            batches = target;
        }
        if (sent.getRowCount() > 0) {
            waiting.add(into.convert(sent, context.allocator(), rowsSeen + 1));
            rowsSeen += sent.getRowCount();
            checkMemory();
        }
        while (waiting.isFull()) {
            writeOne(waiting, target);
        }
    }

    private void checkMemory() {
        if (context.allocator().isOverLimit()) {
            throw new QueryException(
                    ErrorCode.OUT_OF_MEMORY,
                    "The rows that were sent need more than the statement's [%d] bytes of memory."
                            .formatted(context.allocator().getLimit()),
                    "Send smaller batches, or raise the setting query_memory.");
        }
    }

    private static void writeOne(BatchCutter from, CopyBatches target) {
        target.awaitRoom(from.bytesOfNext());
        CopyBatch batch = from.take(0);
        target.write(batch.rows(), batch.firstRow());
    }

    /// The error with what became of the rows before, once all that were under way have ended.
    private QueryException withOutcome(RuntimeException problem) {
        close(batches);
        QueryException e = QueryErrors.of(problem);
        long written = rowsDone();
        String outcome = written == 0
                ? "No row was written."
                : "[%d] of the rows were written and stay; sent again with on_conflict = ignore, they are left out."
                        .formatted(written);
        String hint = e.hint().map(text -> text + " " + outcome).orElse(outcome);
        return new QueryException(e.code(), String.valueOf(e.getMessage()), 0, hint, e);
    }
}
