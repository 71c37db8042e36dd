package io.elanus.cluster.client;

import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.AllocateTimestampsReply;
import io.elanus.proto.grpc.AllocateTimestampsRequest;
import io.elanus.proto.grpc.RootCoordGrpc;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// The root coordinator's timestamps, one at a time.
public final class Timestamps {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final AllocateTimestampsRequest ONE =
            AllocateTimestampsRequest.newBuilder().setCount(1).setReadOnly(true).build();

    private Timestamps() {}

    /// A timestamp handed out after this call: above those of all writes that were acknowledged before it. Fails
    /// when the root coordinator does not answer within some seconds.
    public static CompletableFuture<Long> next(RoleContext context) {
        return context.rpc()
                .call(RoleNames.ROOT_COORD, RootCoordGrpc.getAllocateTimestampsMethod(), ONE, TIMEOUT)
                .thenApply(AllocateTimestampsReply::getFirst);
    }
}
