package io.elanus.sql.exec;

import io.elanus.storage.compute.RowAppender;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Leaves out the first rows and stops after so many. Closes its input as soon as it needs no more.
final class LimitSource implements RowSource {
    private final RowSource input;
    private final QueryContext context;
    private long toSkip;
    private long left;

    LimitSource(RowSource input, long offset, long limit, QueryContext context) {
        this.input = input;
        this.toSkip = offset;
        this.left = limit;
        this.context = context;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        while (left > 0) {
            context.check();
            VectorSchemaRoot batch = input.next();
            if (batch == null) {
                return null;
            }
            int rows = batch.getRowCount();
            int from = (int) Math.min(toSkip, rows);
            int count = (int) Math.min(left, rows - from);
            toSkip -= from;
            left -= count;
            if (count == rows) {
                return batch;
            }
            try (batch) {
                if (count > 0) {
                    return RowAppender.slice(batch, from, count, context.allocator());
                }
            }
        }
        input.close();
        return null;
    }

    @Override
    public boolean isReady() {
        return left <= 0 || input.isReady();
    }

    @Override
    public void close() {
        input.close();
    }
}
