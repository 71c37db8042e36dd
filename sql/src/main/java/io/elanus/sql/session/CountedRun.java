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
    private final Ending ending;
    private final LongSupplier nanos;
    private long spentNanos;
    private long rows;
    private long changed = -1;
    private @Nullable QueryException failure;
    private boolean closed;

    /// Is told once that a statement has ended.
    interface Ending {
        /// @param nanos the server took
        /// @param rows  returned or changed
        void ended(String queryId, long nanos, long rows, @Nullable QueryException failure);
    }

    /// @param spentNanos before the statement was there
    CountedRun(
            Running inner,
            PreparedQuery.Kind kind,
            StatementCounts counts,
            Ending ending,
            LongSupplier nanos,
            long spentNanos) {
        this.inner = inner;
        this.kind = kind;
        this.counts = counts;
        this.ending = ending;
        this.nanos = nanos;
        this.spentNanos = spentNanos;
    }

    private <T extends @Nullable Object> T timed(Supplier<T> call) {
        long from = nanos.getAsLong();
        try {
            return call.get();
        } catch (QueryException e) {
            if (failure == null) {
                failure = e;
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
    public boolean isReady() {
        return timed(inner::isReady);
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
            if (failure == null) {
                counts.finished(kind, spentNanos, rows, changed);
            }
            ending.ended(inner.queryId(), spentNanos, Math.max(rows, changed), failure);
        }
    }
}
