package io.elanus.sql.session;

import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.exec.RowSource;
import io.elanus.storage.segment.ArrowBatches;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A query that runs. A batch that is given away leaves the statement's memory for the sessions': its new owner may
/// read and close it on any thread, before or after the statement ends.
final class QueryRun implements Running {
    private final Execution execution;
    private final RowSource rows;
    private final long maxRows;
    private final BufferAllocator givenMemory;
    private long seen;
    private boolean closed;

    /// @param givenMemory for the batches that are given away; of the same root as the statement's
    QueryRun(Execution execution, RowSource rows, long maxRows, BufferAllocator givenMemory) {
        this.execution = execution;
        this.rows = rows;
        this.maxRows = maxRows;
        this.givenMemory = givenMemory;
    }

    @Override
    public String queryId() {
        return execution.context().queryId();
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        if (closed || (maxRows > 0 && seen >= maxRows)) {
            return null;
        }
        try {
            VectorSchemaRoot batch = rows.next();
            if (batch == null) {
                return null;
            }
            VectorSchemaRoot cut = maxRows > 0 && seen + batch.getRowCount() > maxRows ? slice(batch) : batch;
            seen += cut.getRowCount();
            return ArrowBatches.move(cut, givenMemory);
        } catch (RuntimeException | StackOverflowError e) {
            throw QueryErrors.of(e);
        }
    }

    @Override
    public boolean isReady() {
        try {
            return closed || (maxRows > 0 && seen >= maxRows) || rows.isReady();
        } catch (RuntimeException | StackOverflowError e) {
            throw QueryErrors.of(e);
        }
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
        execution.close();
    }
}
