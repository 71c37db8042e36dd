package io.elanus.sql.exec;

import io.elanus.storage.compute.RowAppender;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// The rows of one step of a recursion, kept for the next. The owner closes it; readers get batches of their own
/// that share its memory.
final class WorkingRows implements AutoCloseable {
    private final List<VectorSchemaRoot> batches = new ArrayList<>();
    private final QueryContext context;

    WorkingRows(QueryContext context) {
        this.context = context;
    }

    /// Keeps the rows of the batch, which stays with its owner.
    void add(VectorSchemaRoot batch) {
        batches.add(RowAppender.slice(batch, 0, batch.getRowCount(), context.allocator()));
    }

    boolean isEmpty() {
        return batches.isEmpty();
    }

    /// All rows, while this is open.
    RowSource read() {
        return new RowSource() {
            private int at;

            @Override
            public @Nullable VectorSchemaRoot next() {
                context.check();
                if (at == batches.size()) {
                    return null;
                }
                VectorSchemaRoot batch = batches.get(at++);
                return RowAppender.slice(batch, 0, batch.getRowCount(), context.allocator());
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {
        batches.forEach(VectorSchemaRoot::close);
        batches.clear();
    }
}
