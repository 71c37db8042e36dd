package io.elanus.sql.session;

import io.elanus.sql.error.QueryException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A running statement that is counted when it ends. Only time within its calls counts, so that a client who takes
/// its rows slowly does not make the statement look slow.
final class CountedRun implements Running {
    private final Running inner;
    private final PreparedQuery.Kind kind;
    private final StatementCounts counts;
    private final LongSupplier nanos;
    private long spentNanos;
    private long rows;
    private long changed = -1;
    private boolean failed;
    private boolean closed;

    /// @param spentNanos before the statement was there
    CountedRun(Running inner, PreparedQuery.Kind kind, StatementCounts counts, LongSupplier nanos, long spentNanos) {
        this.inner = inner;
        this.kind = kind;
        this.counts = counts;
        this.nanos = nanos;
        this.spentNanos = spentNanos;
    }

    private <T extends @Nullable Object> T timed(Supplier<T> call) {
        long from = nanos.getAsLong();
        try {
            return call.get();
        } catch (QueryException e) {
            if (!failed) {
                failed = true;
                counts.failed(e.code());
            }
            throw e;
        } finally {
            spentNanos += nanos.getAsLong() - from;
        }
    }

    @Override
    public String queryId() {
        return inner.queryId();
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        VectorSchemaRoot batch = this.<@Nullable VectorSchemaRoot>timed(inner::next);
        if (batch != null) {
            rows += batch.getRowCount();
        }
        return batch;
    }

    @Override
    public long updateCount() {
        changed = timed(inner::updateCount);
        return changed;
    }

    @Override
    public void cancel() {
        inner.cancel();
    }

    @Override
    public Progress progress() {
        return inner.progress();
    }

    @Override
    public void close() {
        inner.close();
        if (!closed) {
            closed = true;
            if (!failed) {
                counts.finished(kind, spentNanos, rows, changed);
            }
        }
    }
}
