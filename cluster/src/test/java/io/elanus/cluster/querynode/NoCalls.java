package io.elanus.cluster.querynode;

import io.elanus.cluster.runtime.Rpc;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// Nobody is there to call.
final class NoCalls implements Rpc {
    @Override
    public <Q, R> CompletableFuture<R> call(String node, MethodDescriptor<Q, R> method, Q request, Duration timeout) {
        throw new AssertionError("A shard called " + method.getFullMethodName());
    }
}
