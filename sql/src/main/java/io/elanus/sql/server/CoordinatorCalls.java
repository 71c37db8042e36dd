package io.elanus.sql.server;

import io.elanus.cluster.client.PatientRpc;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.Rpc;
import io.elanus.cluster.runtime.SystemClock;
import io.elanus.proto.grpc.ChannelOwnersReply;
import io.elanus.proto.grpc.ChannelOwnersRequest;
import io.elanus.proto.grpc.CompactRequest;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.FlushRequest;
import io.elanus.proto.grpc.ImportSegmentsRequest;
import io.elanus.proto.grpc.IndexCoordGrpc;
import io.elanus.proto.grpc.ListLoadedFilesReply;
import io.elanus.proto.grpc.ListLoadedFilesRequest;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// What SQL asks of the coordinators beside reading and writing: FLUSH, COMPACT, LOAD, RELEASE, and what the system
/// tables show.
final class CoordinatorCalls implements Maintenance, BulkStorage {
    private static final Duration QUICK = Duration.ofSeconds(5);
    /// How long a change of a coordinator's term may keep a statement waiting.
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofMinutes(10);
    /// The query coordinator itself waits for half of it.
    private static final Duration LOADING = Duration.ofMinutes(1);

    /// For what is answered at once.
    private final Rpc quick;
    /// For what takes its time.
    private final Rpc lasting;
    private final PlaceStores places;

    CoordinatorCalls(Rpc rpc, PlaceStores places) {
        var clock = new SystemClock();
        this.quick = new PatientRpc(rpc, clock, CoordinatorCalls::later, QUICK);
        this.lasting = new PatientRpc(rpc, clock, CoordinatorCalls::later, LONG);
        this.places = places;
    }

    private static void later(Duration pause, Runnable task) {
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS)
                .execute(task);
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
    public Path drafts() {
        return places.cache();
    }

    @Override
    public CompletableFuture<ListLoadedFilesReply> loadedFiles(ListLoadedFilesRequest request) {
        return quick.call(RoleNames.DATA_COORD, DataCoordGrpc.getListLoadedFilesMethod(), request, SOON);
    }

    @Override
    public CompletableFuture<PinTableReply> pin(PinTableRequest request) {
        return quick.call(RoleNames.DATA_COORD, DataCoordGrpc.getPinTableMethod(), request, SOON);
    }

    @Override
    public CompletableFuture<Void> importSegments(ImportSegmentsRequest request) {
        var refresh = RefreshTableRequest.newBuilder()
                .setTableId(request.getTableId())
                .build();
        return lasting.call(RoleNames.DATA_COORD, DataCoordGrpc.getImportSegmentsMethod(), request, LONG)
                .thenCompose(
                        _ -> lasting.call(RoleNames.QUERY_COORD, QueryCoordGrpc.getRefreshTableMethod(), refresh, LONG))
                .thenApply(_ -> null);
    }

    @Override
    public CompletableFuture<Void> flush(TableSchema table) {
        var request = FlushRequest.newBuilder()
                .setTableId(table.tableId())
                .setWait(true)
                .build();
        return lasting.call(RoleNames.DATA_COORD, DataCoordGrpc.getFlushMethod(), request, LONG)
                .thenApply(_ -> null);
    }

    @Override
    public CompletableFuture<Void> compact(TableSchema table) {
        var request = CompactRequest.newBuilder().setTableId(table.tableId()).build();
        return lasting.call(RoleNames.DATA_COORD, DataCoordGrpc.getCompactMethod(), request, LONG)
                .thenApply(_ -> null);
    }

    @Override
    public CompletableFuture<Void> load(TableSchema table) {
        var request = LoadTableRequest.newBuilder().setTableId(table.tableId()).build();
        return lasting.call(RoleNames.QUERY_COORD, QueryCoordGrpc.getLoadTableMethod(), request, LOADING)
                .thenApply(_ -> null);
    }

    @Override
    public CompletableFuture<Void> release(TableSchema table) {
        var request =
                ReleaseTableRequest.newBuilder().setTableId(table.tableId()).build();
        return lasting.call(RoleNames.QUERY_COORD, QueryCoordGrpc.getReleaseTableMethod(), request, LONG)
                .thenApply(_ -> null);
    }

    CompletableFuture<ListSegmentsReply> segments() {
        return quick.call(
                RoleNames.DATA_COORD,
                DataCoordGrpc.getListSegmentsMethod(),
                ListSegmentsRequest.getDefaultInstance(),
                SOON);
    }

    CompletableFuture<ListSegmentIndexesReply> indexes(long tableId) {
        var request = ListSegmentIndexesRequest.newBuilder().setTableId(tableId).build();
        return quick.call(RoleNames.INDEX_COORD, IndexCoordGrpc.getListSegmentIndexesMethod(), request, SOON);
    }

    /// Which data nodes write the channels of a table out.
    CompletableFuture<ChannelOwnersReply> owners(long tableId) {
        var request = ChannelOwnersRequest.newBuilder().setTableId(tableId).build();
        return quick.call(RoleNames.DATA_COORD, DataCoordGrpc.getGetChannelOwnersMethod(), request, SOON);
    }

    CompletableFuture<ListLoadsReply> loads() {
        return quick.call(
                RoleNames.QUERY_COORD,
                QueryCoordGrpc.getListLoadsMethod(),
                ListLoadsRequest.getDefaultInstance(),
                SOON);
    }
}
