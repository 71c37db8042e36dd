package io.elanus.sql.session;

import io.elanus.sql.copy.export.ExportRun;
import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.exec.RowSource;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// COPY TO as a running statement: it writes when it is first asked for its outcome.
final class ExportStatement implements Running {
    private final Execution execution;
    private final RowSource rows;
    private final ExportRun export;
    private long written = -1;
    private boolean closed;

    ExportStatement(Execution execution, RowSource rows, ExportRun export) {
        this.execution = execution;
        this.rows = rows;
        this.export = export;
    }

    @Override
    public String queryId() {
        return execution.context().queryId();
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        updateCount();
        return null;
    }

    @Override
    public long updateCount() {
        if (written < 0) {
            try {
                written = export.run();
            } catch (RuntimeException e) {
                throw QueryErrors.of(e);
            }
        }
        return written;
    }

    @Override
    public Progress progress() {
        return new Progress(export.written(), 0);
    }

    @Override
    public void cancel() {
        execution.context().cancel();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            rows.close();
            execution.close();
        }
    }
}
