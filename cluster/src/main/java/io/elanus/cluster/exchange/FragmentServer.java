package io.elanus.cluster.exchange;

import io.elanus.proto.grpc.Fragment;
import java.util.concurrent.CompletableFuture;

/// What a query node offers to the exchange. Called on any thread, which it may use for as long as handing the work
/// to another one takes, but not block.
@FunctionalInterface
public interface FragmentServer {
    CompletableFuture<BatchStream> execute(Fragment fragment);
}
