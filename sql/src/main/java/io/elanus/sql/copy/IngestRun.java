package io.elanus.sql.copy;

import io.elanus.cluster.proxy.TableAccess;
import io.elanus.sql.dml.BoundGuard;
import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.segment.column.ColumnBuffer;
import io.elanus.storage.segment.column.ColumnLayout;
import io.elanus.storage.type.ArrowTypes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Appends Arrow batches to a table. Columns whose layout is the table's own are looked over as a whole and copied
/// once; others are converted value by value, as COPY does. Batches of a client are cut and joined to batches of
/// the size that is written. Belongs to one thread; its progress may be read from any.
public final class IngestRun implements Load {
    private static final int ROWS_PER_BATCH = 8_192;
    private static final long BYTES_PER_BATCH = 8L << 20;

    private final IngestPlan plan;
    private final IngestPlan.Source source;
    private final TableAccess tables;
    private final BoundGuard guard;
    private final QueryContext context;
    private final Schema stored;
    private final Deque<IngestBatch> waiting = new ArrayDeque<>();
    private int rowsWaiting;
    private long rowsSeen;
    private long rowsBegun;
    private @Nullable IngestColumns columns;
    private volatile @Nullable CopyBatches batches;

    public IngestRun(
            IngestPlan plan, IngestPlan.Source source, TableAccess tables, BoundGuard guard, QueryContext context) {
        this.plan = plan;
        this.source = source;
        this.tables = tables;
        this.guard = guard;
        this.context = context;
        this.stored = ArrowTypes.schema(plan.table().columns());
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
                    writeOne(target);
                }
                target.finish();
            }
            return rowsDone();
        } catch (RuntimeException e) { // every layer has its own kinds
            throw withOutcome(e);
        } finally {
            waiting.forEach(IngestBatch::close);
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
            into = new IngestColumns(plan, sent.getSchema());
            target = new CopyBatches(tables, plan.table(), plan.onConflict(), into.generatesKeys(), guard, context);
            columns = into;
            batches = target;
        }
        if (sent.getRowCount() > 0) {
            waiting.addLast(into.convert(sent, rowsSeen + 1, context.allocator()));
            rowsWaiting += sent.getRowCount();
            rowsSeen += sent.getRowCount();
            checkMemory();
        }
        while (rowsWaiting >= ROWS_PER_BATCH || bytesWaiting() >= BYTES_PER_BATCH) {
            writeOne(target);
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

    private long bytesWaiting() {
        return waiting.stream().mapToLong(IngestBatch::bytesLeft).sum();
    }

    /// Rows of the next batch to be written: so many that they take about the bytes of a batch.
    private int rowsOfNext() {
        long perRow = Math.max(1, bytesWaiting() / Math.max(1, rowsWaiting));
        return Math.clamp(BYTES_PER_BATCH / perRow, 1, Math.min(rowsWaiting, ROWS_PER_BATCH));
    }

    private void writeOne(CopyBatches target) {
        int rows = rowsOfNext();
        target.awaitRoom(Math.min(bytesWaiting(), BYTES_PER_BATCH));
        var columnBuffers = new ArrayList<ColumnBuffer>();
        VectorSchemaRoot batch;
        try {
            for (var field : stored.getFields()) {
                columnBuffers.add(new ColumnBuffer(ColumnLayout.of(field), context.allocator(), rows));
            }
            fill(columnBuffers, rows);
            batch = batch(columnBuffers, rows);
        } finally {
            columnBuffers.forEach(ColumnBuffer::close);
        }
        long first = rowsBegun + 1;
        rowsBegun += rows;
        rowsWaiting -= rows;
        target.write(batch, first);
    }

    private void fill(List<ColumnBuffer> targets, int rows) {
        int left = rows;
        while (left > 0) {
            IngestBatch next = waiting.getFirst();
            int count = Math.min(left, next.left());
            next.moveTo(targets, count);
            left -= count;
            if (next.left() == 0) {
                waiting.removeFirst().close();
            }
        }
    }

    private VectorSchemaRoot batch(List<ColumnBuffer> buffers, int rows) {
        var vectors = new ArrayList<FieldVector>();
        try {
            for (int i = 0; i < buffers.size(); i++) {
                vectors.add(buffers.get(i).toVector(stored.getFields().get(i)));
            }
            return new VectorSchemaRoot(stored.getFields(), vectors, rows);
        } catch (RuntimeException e) { // ours until it is returned
            vectors.forEach(FieldVector::close);
            throw e;
        }
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
