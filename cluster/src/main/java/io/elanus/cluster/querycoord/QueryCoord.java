package io.elanus.cluster.querycoord;

import io.elanus.cluster.client.Candidate;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.proto.grpc.QueryCoordGrpc;
import java.util.concurrent.CompletableFuture;

/// The query coordinator as a role: what it serves. What it does is in [QueryTerm].
public final class QueryCoord implements Role {
    private final Candidate<QueryTerm> candidate;
    private final ServiceTable services = new ServiceTable();

    public QueryCoord(RoleContext context, QueryCoordConfig config) {
        this.candidate = new Candidate<>(
                context,
                RoleNames.QUERY_COORD,
                config.leaseTime(),
                (leadership, _) -> QueryTerm.open(context, config, leadership));
        candidate.serve(services, QueryCoordGrpc.getGetShardLeadersMethod(), QueryTerm::shardLeaders);
        candidate.serve(services, QueryCoordGrpc.getLoadTableMethod(), QueryTerm::loadTable);
        candidate.serve(services, QueryCoordGrpc.getReleaseTableMethod(), QueryTerm::releaseTable);
        candidate.serve(services, QueryCoordGrpc.getListLoadsMethod(), QueryTerm::listLoads);
        candidate.serve(services, QueryCoordGrpc.getRefreshTableMethod(), QueryTerm::refreshTable);
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
}
