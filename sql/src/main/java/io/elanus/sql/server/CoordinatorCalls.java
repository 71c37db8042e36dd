package io.elanus.sql.server;

import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.Rpc;
import io.elanus.proto.grpc.ChannelOwnersReply;
import io.elanus.proto.grpc.ChannelOwnersRequest;
import io.elanus.proto.grpc.CompactRequest;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.FlushRequest;
import io.elanus.proto.grpc.ImportSegmentsRequest;
import io.elanus.proto.grpc.IndexCoordGrpc;
import io.elanus.proto.grpc.ListLoadsReply;
import io.elanus.proto.grpc.ListLoadsRequest;
import io.elanus.proto.grpc.ListSegmentIndexesReply;
import io.elanus.proto.grpc.ListSegmentIndexesRequest;
import io.elanus.proto.grpc.ListSegmentsReply;
import io.elanus.proto.grpc.ListSegmentsRequest;
import io.elanus.proto.grpc.LoadTableRequest;
import io.elanus.proto.grpc.PinTableReply;
import io.elanus.proto.grpc.PinTableRequest;
import io.elanus.proto.grpc.QueryCoordGrpc;
import io.elanus.proto.grpc.RefreshTableRequest;
import io.elanus.proto.grpc.ReleaseTableRequest;
import io.elanus.sql.bulk.BulkStorage;
import io.elanus.sql.bulk.Place;
import io.elanus.sql.session.Maintenance;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.type.TableSchema;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// What SQL asks of the coordinators beside reading and writing: FLUSH, COMPACT, LOAD, RELEASE, and what the system
/// tables show.
final class CoordinatorCalls implements Maintenance, BulkStorage {
    private static final Duration QUICK = Duration.ofSeconds(5);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Rpc rpc;
    private final PlaceStores places;

    CoordinatorCalls(Rpc rpc, PlaceStores places) {
        this.rpc = rpc;
        this.places = places;
    }

    @Override
    public BulkStorage storage() {
        return this;
    }

    @Override
    public ObjectStore objects() {
        return places.own();
    }

    @Override
    public ObjectStore open(Place place) {
        return places.open(place);
    }

    @Override
    public CompletableFuture<PinTableReply> pin(PinTableRequest request) {
        return rpc.call(RoleNames.DATA_COORD, DataCoordGrpc.getPinTableMethod(), request, QUICK);
    }

    @Override
    public CompletableFuture<Void> importSegments(ImportSegmentsRequest request) {
        var refresh = RefreshTableRequest.newBuilder()
                .setTableId(request.getTableId())
                .build();
        return rpc.call(RoleNames.DATA_COORD, DataCoordGrpc.getImportSegmentsMethod(), request, LONG)
                .thenCompose(
                        _ -> rpc.call(RoleNames.QUERY_COORD, QueryCoordGrpc.getRefreshTableMethod(), refresh, LONG))
                .thenApply(_ -> null);
    }

    @Override
    public CompletableFuture<Void> flush(TableSchema table) {
        var request = FlushRequest.newBuilder()
                .setTableId(table.tableId())
                .setWait(true)
                .build();
        return rpc.call(RoleNames.DATA_COORD, DataCoordGrpc.getFlushMethod(), request, LONG)
                .thenApply(_ -> null);
    }

    @Override
    public CompletableFuture<Void> compact(TableSchema table) {
        var request = CompactRequest.newBuilder().setTableId(table.tableId()).build();
        return rpc.call(RoleNames.DATA_COORD, DataCoordGrpc.getCompactMethod(), request, LONG)
                .thenApply(_ -> null);
    }

    @Override
    public CompletableFuture<Void> load(TableSchema table) {
        var request = LoadTableRequest.newBuilder().setTableId(table.tableId()).build();
        return rpc.call(RoleNames.QUERY_COORD, QueryCoordGrpc.getLoadTableMethod(), request, LONG)
                .thenApply(_ -> null);
    }

    @Override
    public CompletableFuture<Void> release(TableSchema table) {
        var request =
                ReleaseTableRequest.newBuilder().setTableId(table.tableId()).build();
        return rpc.call(RoleNames.QUERY_COORD, QueryCoordGrpc.getReleaseTableMethod(), request, LONG)
                .thenApply(_ -> null);
    }

    CompletableFuture<ListSegmentsReply> segments() {
        return rpc.call(
                RoleNames.DATA_COORD,
                DataCoordGrpc.getListSegmentsMethod(),
                ListSegmentsRequest.getDefaultInstance(),
                QUICK);
    }

    CompletableFuture<ListSegmentIndexesReply> indexes(long tableId) {
        var request = ListSegmentIndexesRequest.newBuilder().setTableId(tableId).build();
        return rpc.call(RoleNames.INDEX_COORD, IndexCoordGrpc.getListSegmentIndexesMethod(), request, QUICK);
    }

    /// Which data nodes write the channels of a table out.
    CompletableFuture<ChannelOwnersReply> owners(long tableId) {
        var request = ChannelOwnersRequest.newBuilder().setTableId(tableId).build();
        return rpc.call(RoleNames.DATA_COORD, DataCoordGrpc.getGetChannelOwnersMethod(), request, QUICK);
    }

    CompletableFuture<ListLoadsReply> loads() {
        return rpc.call(
                RoleNames.QUERY_COORD,
                QueryCoordGrpc.getListLoadsMethod(),
                ListLoadsRequest.getDefaultInstance(),
                QUICK);
    }
}
