package io.elanus.cluster.rootcoord;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.Candidate;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.proto.grpc.RootCoordGrpc;
import java.util.concurrent.CompletableFuture;

/// The root coordinator as a role. What it does is in [RootTerm].
public final class RootCoord implements Role {
    private final Candidate<RootTerm> candidate;
    private final ServiceTable services = new ServiceTable();

    public RootCoord(RoleContext context, RootConfig config) {
        this.candidate = new Candidate<>(
                context,
                RoleNames.ROOT_COORD,
                config.lease(),
                (leadership, resign) -> RootTerm.begin(context, config, leadership, resign));
        candidate.serve(services, RootCoordGrpc.getAllocateTimestampsMethod(), RootTerm::allocate);
        candidate.serve(services, RootCoordGrpc.getAllocateIdsMethod(), RootTerm::allocate);
        candidate.serve(services, RootCoordGrpc.getExecuteDdlMethod(), RootTerm::execute);
        candidate.serve(services, RootCoordGrpc.getWatchCatalogMethod(), RootTerm::watch);
        candidate.serve(services, RootCoordGrpc.getReportTicksMethod(), RootTerm::report);
        candidate.serve(services, RootCoordGrpc.getRequestTickMethod(), RootTerm::request);
    }

    @Override
    public ServiceTable services() {
        return services;
    }

    @Override
    public CompletableFuture<Void> start() {
        return candidate.start();
    }

    @Override
    public CompletableFuture<Void> stop() {
        return candidate.stop();
    }

    static ClusterException notServing() {
        return Candidate.notServing(RoleNames.ROOT_COORD);
    }
}
