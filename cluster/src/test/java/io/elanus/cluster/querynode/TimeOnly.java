package io.elanus.cluster.querynode;

import io.elanus.cluster.runtime.Rpc;
import io.elanus.proto.grpc.AllocateTimestampsReply;
import io.elanus.proto.grpc.DamagedIndexReply;
import io.elanus.proto.grpc.DamagedIndexRequest;
import io.elanus.proto.grpc.RootCoordGrpc;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/// A root coordinator that tells the time, an index coordinator that is told of damaged files, and nobody else to
/// call.
record TimeOnly(LongSupplier present, List<DamagedIndexRequest> damaged) implements Rpc {
    @Override
    @SuppressWarnings("unchecked") // the method says what it answers
    public <Q, R> CompletableFuture<R> call(String node, MethodDescriptor<Q, R> method, Q request, Duration timeout) {
        if (request instanceof DamagedIndexRequest report) {
            damaged.add(report);
            return CompletableFuture.completedFuture((R) DamagedIndexReply.getDefaultInstance());
        }
        if (!method.equals(RootCoordGrpc.getAllocateTimestampsMethod())) {
            throw new AssertionError("A shard called " + method.getFullMethodName());
        }
        var reply = AllocateTimestampsReply.newBuilder().setFirst(present.getAsLong());
        return CompletableFuture.completedFuture((R) reply.build());
    }
}
