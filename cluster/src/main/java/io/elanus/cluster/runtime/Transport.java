package io.elanus.cluster.runtime;

import io.grpc.Channel;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// How nodes reach each other. A node is called by its registered name, a coordinator by the name of its role.
///
/// Thread rule: any thread.
public interface Transport extends AutoCloseable {
    /// Serves a node, until the transport is closed.
    void serve(String node, List<ServerServiceDefinition> services);

    /// The channel to a node; owned by the transport. A node that is not known fails, here or in the call, with
    /// NOT_READY or UNAVAILABLE.
    Channel channel(String node);

    /// As [Rpc#refuses].
    default CompletableFuture<Boolean> refuses(String node) {
        return CompletableFuture.completedFuture(false);
    }

    @Override
    void close();
}
