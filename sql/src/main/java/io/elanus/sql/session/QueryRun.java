package io.elanus.sql.session;

import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.exec.RowSource;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A query that runs. Batches it has given away stay in the statement's memory until their owner closes them, so
/// the statement's allocator is closed when the last of them is gone.
final class QueryRun implements Running {
    private final Execution execution;
    private final RowSource rows;
    private final long maxRows;
    private final Set<VectorSchemaRoot> given = Collections.newSetFromMap(new IdentityHashMap<>());
    private long seen;
    private boolean closed;

    QueryRun(Execution execution, RowSource rows, long maxRows) {
        this.execution = execution;
        this.rows = rows;
        this.maxRows = maxRows;
    }

    @Override
    public String queryId() {
        return execution.context().queryId();
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        if (closed || maxRows > 0 && seen >= maxRows) {
            return null;
        }
        try {
            VectorSchemaRoot batch = rows.next();
            if (batch == null) {
                return null;
            }
            VectorSchemaRoot cut = maxRows > 0 && seen + batch.getRowCount() > maxRows ? slice(batch) : batch;
            seen += cut.getRowCount();
            forgetClosed();
            given.add(cut);
            return cut;
        } catch (RuntimeException | StackOverflowError e) {
            throw QueryErrors.of(e);
        }
    }

    private void forgetClosed() {
        given.removeIf(batch -> batch.getFieldVectors().stream().allMatch(vector -> vector.getBufferSize() == 0));
    }

    private VectorSchemaRoot slice(VectorSchemaRoot batch) {
        try (VectorSchemaRoot whole = batch) {
            return whole.slice(0, (int) (maxRows - seen));
        }
    }

    @Override
    public long updateCount() {
        return -1;
    }

    @Override
    public void cancel() {
        execution.context().cancel();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        rows.close();
        // Closing twice is harmless: an owner who has closed its batch is not disturbed.
        given.forEach(VectorSchemaRoot::close);
        execution.close();
    }
}
