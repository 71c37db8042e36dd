package io.elanus.cluster.exchange;

import io.elanus.proto.grpc.Fragment;
import java.util.concurrent.CompletableFuture;

/// Runs fragments on other nodes.
public interface FragmentClient {
    /// Completes when the leader has reached the guarantee timestamp and starts to answer; fails with a
    /// [io.elanus.cluster.ClusterException] otherwise. The caller owns the stream.
    CompletableFuture<BatchStream> execute(String node, Fragment fragment);
}
