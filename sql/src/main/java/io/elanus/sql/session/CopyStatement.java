package io.elanus.sql.session;

import io.elanus.sql.copy.Load;
import io.elanus.sql.error.QueryErrors;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// COPY or an ingest as a running statement: it loads when it is first asked for its outcome.
final class CopyStatement implements Running {
    private final ElanusSession session;
    private final Execution execution;
    private final Load copy;
    private long loaded = -1;

    CopyStatement(ElanusSession session, Execution execution, Load copy) {
        this.session = session;
        this.execution = execution;
        this.copy = copy;
    }

    @Override
    public String queryId() {
        return execution.context().queryId();
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        load();
        return null;
    }

    @Override
    public long updateCount() {
        load();
        return loaded;
    }

    private void load() {
        if (loaded >= 0) {
            return;
        }
        try {
            loaded = copy.load();
        } catch (RuntimeException e) {
            throw QueryErrors.of(e);
        } finally {
            session.advanceSessionTimestamp(copy.timestamp());
        }
    }

    @Override
    public Progress progress() {
        return new Progress(copy.rowsDone(), copy.rowsExpected());
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
