package io.elanus.sql.session;

import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A statement that takes its time and answers with a number or a few rows, as COPY, BACKUP and RESTORE: it runs
/// once, when it is first asked for its outcome.
final class WorkRun implements Running {
    private final Execution execution;
    private final Work work;
    private @Nullable RowsRun outcome;
    private @Nullable QueryException failure;
    private boolean closed;

    /// What is to be done, and how far it is.
    ///
    /// @param run      returns the answer; called once
    /// @param progress asked by any thread
    /// @param end      frees what the work holds, whether or not it ran
    record Work(Supplier<RowsRun> run, Supplier<Progress> progress, Runnable end) {}

    WorkRun(Execution execution, Work work) {
        this.execution = execution;
        this.work = work;
    }

    @Override
    public String queryId() {
        return execution.context().queryId();
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        return outcome().next();
    }

    @Override
    public long updateCount() {
        return outcome().updateCount();
    }

    private RowsRun outcome() {
        if (failure != null) {
            throw failure;
        }
        RowsRun done = outcome;
        if (done == null) {
            try {
                done = work.run().get();
            } catch (RuntimeException e) {
                failure = QueryErrors.of(e);
                throw failure;
            }
            outcome = done;
        }
        return done;
    }

    @Override
    public Progress progress() {
        return work.progress().get();
    }

    @Override
    public void cancel() {
        execution.context().cancel();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            work.end().run();
            execution.close();
        }
    }
}
