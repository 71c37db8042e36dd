package io.elanus.sql.exec;

import io.elanus.storage.compute.RowAppender;
import io.elanus.storage.filter.Evaluator;
import io.elanus.storage.filter.Expr;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Rows for which the condition is TRUE.
final class FilterSource implements RowSource {
    private final RowSource input;
    private final Evaluator condition;
    private final QueryContext context;

    FilterSource(RowSource input, Expr condition, QueryContext context) {
        this.input = input;
        this.condition = Evaluator.compile(condition);
        this.context = context;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        while (true) {
            // Before a batch is ours: nobody would close it.
            context.check();
            VectorSchemaRoot batch = input.next();
            if (batch == null) {
                return null;
            }
            VectorSchemaRoot passed = passing(batch);
            if (passed != null) {
                return passed;
            }
        }
    }

    /// The batch itself if all rows pass, a new one if some do, null if none; the batch is ours.
    private @Nullable VectorSchemaRoot passing(VectorSchemaRoot batch) {
        boolean handedOut = false;
        try {
            long[] bits = RowBits.all(batch.getRowCount());
            condition.select(batch, bits, 0);
            int count = RowBits.count(bits);
            handedOut = count == batch.getRowCount();
            if (handedOut) {
                return batch;
            }
            return count == 0 ? null : RowAppender.select(batch, bits, 0, context.allocator());
        } finally {
            if (!handedOut) {
                batch.close();
            }
        }
    }

    @Override
    public void close() {
        input.close();
    }
}
