package io.elanus.cluster.querynode;

import io.elanus.cluster.runtime.Rpc;
import io.elanus.proto.grpc.AllocateTimestampsReply;
import io.elanus.proto.grpc.RootCoordGrpc;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/// A root coordinator that tells the time, and nobody else to call.
record TimeOnly(LongSupplier present) implements Rpc {
    @Override
    @SuppressWarnings("unchecked") // the method says what it answers
    public <Q, R> CompletableFuture<R> call(String node, MethodDescriptor<Q, R> method, Q request, Duration timeout) {
        if (!method.equals(RootCoordGrpc.getAllocateTimestampsMethod())) {
            throw new AssertionError("A shard called " + method.getFullMethodName());
        }
        var reply = AllocateTimestampsReply.newBuilder().setFirst(present.getAsLong());
        return CompletableFuture.completedFuture((R) reply.build());
    }
}
