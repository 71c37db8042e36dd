package io.elanus.sql.exec;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.RowFile;
import io.elanus.storage.filter.Literals;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// The rows of a file, a batch at a time: no more of it is in memory. Opened by the first [#next], on the
/// statement's thread.
final class FileSource implements RowSource {
    /// Beyond this many bytes of text and vectors a batch is full, however few its rows.
    private static final long BATCH_BYTES = 4L << 20;

    private final Plan.FileScan plan;
    private final QueryContext context;
    private RowFile.@Nullable Rows rows;
    private boolean ended;

    FileSource(Plan.FileScan plan, QueryContext context) {
        this.plan = plan;
        this.context = context;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        if (ended) {
            return null;
        }
        context.check();
        RowFile.Rows open = rows;
        if (open == null) {
            open = plan.file().open(plan.read(), context.allocator());
            rows = open;
        }
        Literal[] first = open.next();
        if (first == null) {
            ended = true;
            return null;
        }
        var batch = VectorSchemaRoot.create(PlanColumn.schema(plan.columns()), context.allocator());
        try {
            batch.setRowCount(fill(batch, first, open));
            return batch;
        } catch (RuntimeException e) { // the batch is ours until it is returned
            batch.close();
            throw e;
        }
    }

    private int fill(VectorSchemaRoot batch, Literal[] first, RowFile.Rows open) {
        int row = 0;
        long bytes = 0;
        Literal[] values = first;
        while (true) {
            for (int column = 0; column < values.length; column++) {
                Literals.write(values[column], plan.columns().get(column).type(), batch.getVector(column), row);
                bytes += size(values[column]);
            }
            row++;
            if (row == QueryContext.BATCH_ROWS || bytes >= BATCH_BYTES) {
                return row;
            }
            Literal[] next = open.next();
            if (next == null) {
                ended = true;
                return row;
            }
            values = next;
        }
    }

    private static long size(Literal value) {
        return Long.BYTES
                + switch (value.getValueCase()) {
                    case BINARY -> value.getBinary().size();
                    case TEXT -> value.getText().length();
                    default -> 0;
                };
    }

    @Override
    public void close() {
        if (rows != null) {
            rows.close();
            rows = null;
        }
        ended = true;
    }
}
