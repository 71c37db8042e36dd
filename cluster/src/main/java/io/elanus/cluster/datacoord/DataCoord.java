package io.elanus.cluster.datacoord;

import io.elanus.cluster.client.Candidate;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.proto.grpc.AddTableReply;
import io.elanus.proto.grpc.CompactReply;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.ImportSegmentsReply;
import io.elanus.proto.grpc.ListSegmentsReply;
import io.elanus.proto.grpc.ListSegmentsRequest;
import io.elanus.proto.grpc.RemoveTableReply;
import io.elanus.proto.grpc.SaveSegmentsReply;
import io.elanus.storage.type.SchemaProtos;
import java.util.concurrent.CompletableFuture;

/// The data coordinator as a role: what it serves. What it does is in its [Office].
public final class DataCoord implements Role {
    private final Candidate<Office> candidate;
    private final ServiceTable services = new ServiceTable();

    public DataCoord(RoleContext context, DataCoordConfig config) {
        this.candidate = new Candidate<>(
                context,
                RoleNames.DATA_COORD,
                config.channels().leaseTime(),
                (leadership, _) -> Office.open(context, config, leadership));
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
                DataCoordGrpc.getAssignSegmentsMethod(),
                (to, request) -> to.segments().assign(request));
        candidate.serve(
                services,
                DataCoordGrpc.getSaveSegmentsMethod(),
                (to, request) -> to.segments().save(request).thenApply(_ -> SaveSegmentsReply.getDefaultInstance()));
        candidate.serve(
                services,
                DataCoordGrpc.getReportChannelsMethod(),
                (to, request) -> done(to.flushes().report(request)));
        candidate.serve(
                services,
                DataCoordGrpc.getGetRecoveryInfoMethod(),
                (to, request) -> done(to.channels().recovery(request.getVchannel())));
        candidate.serve(
                services,
                DataCoordGrpc.getGetChannelOwnersMethod(),
                (to, request) -> done(to.channels().owners(request.getTableId())));
        candidate.serve(
                services,
                DataCoordGrpc.getFlushMethod(),
                (to, request) -> to.flushes().flush(request.getTableId(), request.getWait()));
        candidate.serve(
                services,
                DataCoordGrpc.getCompactMethod(),
                (to, request) -> done(CompactReply.newBuilder()
                        .setPlans(to.compactions().compact(request.getTableId()))
                        .build()));
        candidate.serve(services, DataCoordGrpc.getListSegmentsMethod(), (to, request) -> done(list(to, request)));
        candidate.serve(
                services,
                DataCoordGrpc.getAddTableMethod(),
                (to, request) -> to.channels()
                        .addTable(SchemaProtos.fromProto(request.getTable()))
                        .thenApply(_ -> AddTableReply.getDefaultInstance()));
        candidate.serve(
                services,
                DataCoordGrpc.getRemoveTableMethod(),
                (to, request) -> to.channels()
                        .removeTable(request.getTableId())
                        .thenApply(_ -> RemoveTableReply.getDefaultInstance()));
        candidate.serve(
                services,
                DataCoordGrpc.getImportSegmentsMethod(),
                (to, request) -> to.imports().add(request).thenApply(_ -> ImportSegmentsReply.getDefaultInstance()));
        candidate.serve(
                services,
                DataCoordGrpc.getPinTableMethod(),
                (to, request) -> done(to.pins().pin(request)));
        candidate.serve(
                services,
                DataCoordGrpc.getListLoadedFilesMethod(),
                (to, request) -> done(to.imports().list(request)));
    }

    private static <R> CompletableFuture<R> done(R reply) {
        return CompletableFuture.completedFuture(reply);
    }

    /// Every segment whose metadata is left, dropped ones too.
    private static ListSegmentsReply list(Office office, ListSegmentsRequest request) {
        var reply = ListSegmentsReply.newBuilder();
        for (DataState.Segment segment : office.term().state().segments()) {
            if (request.getTableId() == 0 || segment.info().getTableId() == request.getTableId()) {
                reply.addSegments(
                        segment.info().toBuilder().setRows(segment.rows()).setBytes(segment.bytes()));
            }
        }
        office.term()
                .state()
                .findTable(request.getTableId())
                .ifPresent(table -> reply.setSchema(SchemaProtos.toProto(table)));
        return reply.build();
    }
}
