package io.elanus.cluster.runtime;

import io.grpc.MethodDescriptor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// The unary methods a role answers. The same table is served over gRPC in production and by the simulated network
/// in tests. Handlers are called on the role's event loop and must not block.
public final class ServiceTable {
    /// @param method generated descriptor of the method
    public record Entry<Q, R>(MethodDescriptor<Q, R> method, Handler<Q, R> handler) {}

    @FunctionalInterface
    public interface Handler<Q, R> {
        CompletableFuture<R> handle(Q request);
    }

    private final Map<String, Entry<?, ?>> entries = new LinkedHashMap<>();

    public <Q, R> ServiceTable add(MethodDescriptor<Q, R> method, Handler<Q, R> handler) {
        if (entries.putIfAbsent(method.getFullMethodName(), new Entry<>(method, handler)) != null) {
            throw new IllegalStateException("Method [%s] is served twice".formatted(method.getFullMethodName()));
        }
        return this;
    }

    public Map<String, Entry<?, ?>> entries() {
        return Map.copyOf(entries);
    }
}
