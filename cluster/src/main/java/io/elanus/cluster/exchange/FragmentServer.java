package io.elanus.cluster.exchange;

import io.elanus.proto.grpc.Fragment;
import java.util.concurrent.CompletableFuture;

/// What a query node offers to the exchange. Called on the node's event loop.
@FunctionalInterface
public interface FragmentServer {
    CompletableFuture<BatchStream> execute(Fragment fragment);
}
