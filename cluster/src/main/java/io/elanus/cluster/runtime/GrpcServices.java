package io.elanus.cluster.runtime;

import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;

/// Turns a [ServiceTable] into gRPC services whose handlers run on the role's event loop. A loop that is full or
/// closed answers UNAVAILABLE.
public final class GrpcServices {
    private GrpcServices() {}

    public static List<ServerServiceDefinition> of(ServiceTable table, EventLoop loop) {
        Map<String, ServerServiceDefinition.Builder> services = new TreeMap<>();
        for (ServiceTable.Entry<?, ?> entry : table.entries().values()) {
            String service = Objects.requireNonNull(entry.method().getServiceName());
            add(services.computeIfAbsent(service, ServerServiceDefinition::builder), entry, loop);
        }
        List<ServerServiceDefinition> definitions = new ArrayList<>();
        services.values().forEach(builder -> definitions.add(builder.build()));
        return definitions;
    }

    private static <Q, R> void add(
            ServerServiceDefinition.Builder builder, ServiceTable.Entry<Q, R> entry, EventLoop loop) {
        builder.addMethod(entry.method(), ServerCalls.asyncUnaryCall((Q request, StreamObserver<R> reply) -> {
            try {
                loop.execute(() -> handle(entry, request, reply));
            } catch (RejectedExecutionException e) {
                reply.onError(Failures.toStatus(entry.method().getFullMethodName(), e));
            }
        }));
    }

    private static <Q, R> void handle(ServiceTable.Entry<Q, R> entry, Q request, StreamObserver<R> reply) {
        String method = entry.method().getFullMethodName();
        try {
            entry.handler().handle(request).whenComplete((answer, error) -> {
                if (error == null) {
                    reply.onNext(answer);
                    reply.onCompleted();
                } else {
                    reply.onError(Failures.toStatus(method, error));
                }
            });
        } catch (RuntimeException | Error e) { // a handler may throw instead of failing its future; callers wait
            reply.onError(Failures.toStatus(method, e));
        }
    }
}
