package io.elanus.cluster.runtime;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Contexts;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries the trace of a call to its callee, which tells of it in a span, and in its log at level DEBUG.
final class TracedCalls {
    private static final Logger LOG = LoggerFactory.getLogger(TracedCalls.class);
    private static final Metadata.Key<String> PARENT = Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

    static final ClientInterceptor SENT = new Sent();

    private TracedCalls() {}

    private static final class Sent implements ClientInterceptor {
        @Override
        public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
            Trace trace = Trace.current();
            if (trace == null) {
                return next.newCall(method, options);
            }
            return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
                @Override
                public void start(Listener<R> listener, Metadata headers) {
                    headers.put(PARENT, trace.parent());
                    super.start(listener, headers);
                }
            };
        }
    }

    /// @param node that is called
    record Received(String node) implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            String parent = headers.get(PARENT);
            if (parent == null) {
                return next.startCall(call, headers);
            }
            Trace trace = Trace.parse(parent).orElse(null);
            if (trace == null) {
                return next.startCall(call, headers);
            }
            String method = call.getMethodDescriptor().getFullMethodName();
            TraceSpan span = TraceSpan.served(method, trace).with("elanus.node", node);
            return Contexts.interceptCall(span.trace().context(), new Told<>(call, span), headers, next);
        }
    }

    /// Ends its span when it is answered.
    private static final class Told<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final TraceSpan span;

        Told(ServerCall<Q, R> call, TraceSpan span) {
            super(call);
            this.span = span;
        }

        @Override
        public void close(Status status, Metadata trailers) {
            super.close(status, trailers);
            try (var _ = Trace.of(span.trace())) {
                LOG.atDebug()
                        .addKeyValue("method", getMethodDescriptor().getFullMethodName())
                        .addKeyValue("status", status.getCode())
                        .log("Answered a call");
            }
            if (status.isOk()) {
                span.end();
            } else {
                span.failed(status.getCode().name());
            }
        }
    }
}
