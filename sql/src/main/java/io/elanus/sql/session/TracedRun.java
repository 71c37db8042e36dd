package io.elanus.sql.session;

import io.elanus.cluster.runtime.Trace;
import io.elanus.cluster.runtime.TraceSpan;
import io.elanus.sql.error.QueryException;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A running statement whose client traces it: everything that is done for it carries its trace, and its span ends
/// when it does.
final class TracedRun implements Running {
    private final Running inner;
    private final TraceSpan span;
    private boolean ended;

    private TracedRun(Running inner, TraceSpan span) {
        this.inner = inner;
        this.span = span;
    }

    /// Begins a statement within its span; null: nobody traces it.
    static Running begun(@Nullable TraceSpan span, Supplier<Running> statement) {
        if (span == null) {
            return statement.get();
        }
        try (var _ = Trace.of(span.trace())) {
            Running running = statement.get();
            return new TracedRun(running, span.with("elanus.query", running.queryId()));
        } catch (QueryException e) {
            span.failed(e.code().sqlState());
            throw e;
        }
    }

    private <T extends @Nullable Object> T within(Supplier<T> call) {
        try (var _ = Trace.of(span.trace())) {
            return call.get();
        } catch (QueryException e) {
            if (!ended) {
                ended = true;
                span.failed(e.code().sqlState());
            }
            throw e;
        }
    }

    @Override
    public String queryId() {
        return inner.queryId();
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        return this.<@Nullable VectorSchemaRoot>within(inner::next);
    }

    @Override
    public boolean isReady() {
        return within(inner::isReady);
    }

    @Override
    public long updateCount() {
        return within(inner::updateCount);
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
        try (var _ = Trace.of(span.trace())) {
            inner.close();
        } finally {
            if (!ended) {
                ended = true;
                span.end();
            }
        }
    }
}
