package io.elanus.cluster.indexcoord;

import io.elanus.cluster.client.Candidate;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.proto.grpc.AddIndexReply;
import io.elanus.proto.grpc.DamagedIndexReply;
import io.elanus.proto.grpc.IndexCoordGrpc;
import io.elanus.proto.grpc.NotifySegmentsReply;
import io.elanus.proto.grpc.RemoveIndexReply;
import java.util.concurrent.CompletableFuture;

/// The index coordinator as a role: what it serves. What it does is in [IndexOffice].
public final class IndexCoord implements Role {
    private final Candidate<Tenure> candidate;
    private final ServiceTable services = new ServiceTable();

    public IndexCoord(RoleContext context, IndexCoordConfig config) {
        this.candidate = new Candidate<>(
                context,
                RoleNames.INDEX_COORD,
                config.leaseTime(),
                (leadership, resign) -> Tenure.open(context, config, leadership, resign));
        declare();
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

    private void declare() {
        candidate.serve(
                services,
                IndexCoordGrpc.getAddIndexMethod(),
                (tenure, request) -> tenure.office()
                        .addIndex(request.getIndex())
                        .thenApply(_ -> AddIndexReply.getDefaultInstance()));
        candidate.serve(
                services,
                IndexCoordGrpc.getRemoveIndexMethod(),
                (tenure, request) -> tenure.office()
                        .removeIndex(request.getIndexId())
                        .thenApply(_ -> RemoveIndexReply.getDefaultInstance()));
        candidate.serve(
                services,
                IndexCoordGrpc.getListSegmentIndexesMethod(),
                (tenure, request) ->
                        CompletableFuture.completedFuture(tenure.office().list(request.getTableId())));
        candidate.serve(
                services,
                IndexCoordGrpc.getGetIndexProgressMethod(),
                (tenure, request) ->
                        CompletableFuture.completedFuture(tenure.office().progress(request.getIndexId())));
        candidate.serve(services, IndexCoordGrpc.getNotifySegmentsMethod(), (tenure, request) -> {
            var _ = tenure.office().check(request.getTableId());
            return CompletableFuture.completedFuture(NotifySegmentsReply.getDefaultInstance());
        });
        candidate.serve(
                services,
                IndexCoordGrpc.getReportDamagedIndexMethod(),
                (tenure, request) ->
                        tenure.office().onDamaged(request).thenApply(_ -> DamagedIndexReply.getDefaultInstance()));
    }
}
