package io.elanus.cluster.runtime;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;

/// A piece of work of a trace, as OpenTelemetry's span. It goes to whatever the process was given for it, an agent
/// or an SDK; without one it is nothing, and what is done within it has the span's parent.
///
/// Thread safe.
public final class TraceSpan {
    private static final String SCOPE = "io.elanus";

    private final Span span;
    private final Trace trace;

    private TraceSpan(Span span) {
        this.span = span;
        SpanContext own = span.getSpanContext();
        this.trace = new Trace(own.getTraceId(), own.getSpanId(), own.isSampled());
    }

    /// Begins work that a client or another process asked for.
    public static TraceSpan served(String name, Trace parent) {
        return begin(name, SpanKind.SERVER, parent);
    }

    /// Begins work within this process.
    public static TraceSpan inner(String name, Trace parent) {
        return begin(name, SpanKind.INTERNAL, parent);
    }

    private static TraceSpan begin(String name, SpanKind kind, Trace parent) {
        SpanContext remote = SpanContext.createFromRemoteParent(
                parent.id(),
                parent.span(),
                parent.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                TraceState.getDefault());
        return new TraceSpan(GlobalOpenTelemetry.getTracer(SCOPE)
                .spanBuilder(name)
                .setSpanKind(kind)
                .setParent(Context.root().with(Span.wrap(remote)))
                .startSpan());
    }

    /// Of what is done within it.
    public Trace trace() {
        return trace;
    }

    public TraceSpan with(String key, String value) {
        span.setAttribute(key, value);
        return this;
    }

    public TraceSpan with(String key, long value) {
        span.setAttribute(key, value);
        return this;
    }

    public void end() {
        span.end();
    }

    /// @param error what went wrong, without anything of a statement's values
    public void failed(String error) {
        span.setStatus(StatusCode.ERROR, error);
        span.end();
    }
}
