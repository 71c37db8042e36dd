package io.elanus.cluster.sim;

import io.elanus.cluster.client.Election;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.proto.grpc.AddIndexReply;
import io.elanus.proto.grpc.IndexCoordGrpc;
import io.elanus.proto.grpc.NotifySegmentsReply;
import io.elanus.proto.grpc.QueryCoordGrpc;
import io.elanus.proto.grpc.ReleaseTableReply;
import io.elanus.proto.grpc.RemoveIndexReply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// Coordinators that say yes to everything: for worlds without readers and indexes.
final class StandInCoordinators {
    private StandInCoordinators() {}

    static Role query(RoleContext context) {
        return new StandIn(
                context,
                "querycoord",
                new ServiceTable()
                        .add(
                                QueryCoordGrpc.getReleaseTableMethod(),
                                _ -> CompletableFuture.completedFuture(ReleaseTableReply.getDefaultInstance())));
    }

    static Role index(RoleContext context) {
        return new StandIn(
                context,
                "indexcoord",
                new ServiceTable()
                        .add(
                                IndexCoordGrpc.getAddIndexMethod(),
                                _ -> CompletableFuture.completedFuture(AddIndexReply.getDefaultInstance()))
                        .add(
                                IndexCoordGrpc.getRemoveIndexMethod(),
                                _ -> CompletableFuture.completedFuture(RemoveIndexReply.getDefaultInstance()))
                        .add(
                                IndexCoordGrpc.getNotifySegmentsMethod(),
                                _ -> CompletableFuture.completedFuture(NotifySegmentsReply.getDefaultInstance())));
    }

    private record StandIn(RoleContext context, String role, ServiceTable services) implements Role {
        @Override
        public CompletableFuture<Void> start() {
            return Election.stand(context, role, Duration.ofSeconds(2), () -> {})
                    .won()
                    .thenAccept(_ -> {});
        }

        @Override
        public CompletableFuture<Void> stop() {
            return CompletableFuture.completedFuture(null);
        }
    }
}
