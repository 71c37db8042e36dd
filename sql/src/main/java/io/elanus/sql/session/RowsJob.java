package io.elanus.sql.session;

import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.session.PreparedQuery.ResultColumn;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Work that takes its time and answers with a few rows: it runs when it is first asked for them.
final class RowsJob implements Running {
    private final Execution execution;
    private final BufferAllocator results;
    private final List<ResultColumn> columns;
    private final Supplier<List<List<@Nullable Object>>> work;
    private final LongSupplier done;
    private boolean ran;

    /// @param results memory of what is answered, which outlives the run
    /// @param done how far it is
    RowsJob(
            Execution execution,
            BufferAllocator results,
            List<ResultColumn> columns,
            Supplier<List<List<@Nullable Object>>> work,
            LongSupplier done) {
        this.execution = execution;
        this.results = results;
        this.columns = columns;
        this.work = work;
        this.done = done;
    }

    @Override
    public String queryId() {
        return execution.context().queryId();
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        if (ran) {
            return null;
        }
        ran = true;
        try {
            var rows = new RowsRun(queryId(), -1, results, columns, work.get());
            return rows.next();
        } catch (RuntimeException e) {
            throw QueryErrors.of(e);
        }
    }

    @Override
    public long updateCount() {
        return -1;
    }

    @Override
    public Progress progress() {
        return new Progress(done.getAsLong(), 0);
    }

    @Override
    public void cancel() {
        execution.context().cancel();
    }

    @Override
    public void close() {
        execution.close();
    }
}
