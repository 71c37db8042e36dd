package io.elanus.cluster.runtime;

import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// Calls to other roles, by node address. Errors arrive as [io.elanus.cluster.ClusterException]; a call that got no
/// answer in time fails with UNAVAILABLE and may or may not have been carried out.
public interface Rpc {
    /// @param node address of the callee as registered, e.g. `datanode-1`
    <Q, R> CompletableFuture<R> call(String node, MethodDescriptor<Q, R> method, Q request, Duration timeout);

    /// Does the host at the node's address say that nobody listens there? A node that stands still, or that is cut
    /// off, does not refuse: then, and whenever it cannot be told, the answer is false. Never fails.
    default CompletableFuture<Boolean> refuses(String node) {
        return CompletableFuture.completedFuture(false);
    }
}
