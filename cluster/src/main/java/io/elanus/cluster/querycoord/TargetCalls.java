package io.elanus.cluster.querycoord;

import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.querycoord.ChannelLoad.Activity;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.IndexCoordGrpc;
import io.elanus.proto.grpc.ListSegmentIndexesReply;
import io.elanus.proto.grpc.ListSegmentIndexesRequest;
import io.elanus.proto.grpc.LoadSegmentsRequest;
import io.elanus.proto.grpc.QueryNodeGrpc;
import io.elanus.proto.grpc.RecoveryInfo;
import io.elanus.proto.grpc.RecoveryInfoRequest;
import io.elanus.proto.grpc.SegmentIndex;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SyncTargetRequest;
import io.elanus.proto.grpc.UnwatchQueryChannelRequest;
import io.elanus.proto.grpc.WatchQueryChannelRequest;
import io.elanus.storage.ErrorCode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out the effects that are calls to other roles; each outcome comes back as one event, on the role's loop.
final class TargetCalls {
    private static final Logger LOG = LoggerFactory.getLogger(TargetCalls.class);

    private final RoleContext context;
    private final QueryCoordConfig config;
    private final Consumer<QueryEvent> events;
    private final Map<Long, List<SegmentIndex>> lastIndexes = new HashMap<>();

    TargetCalls(RoleContext context, QueryCoordConfig config, Consumer<QueryEvent> events) {
        this.context = context;
        this.config = config;
        this.events = events;
    }

    void pull(QueryEffect.Pull pull) {
        CompletableFuture<List<SegmentIndex>> indexes = indexesOf(pull.tableId());
        CompletableFuture<RecoveryInfo> recovery = context.rpc()
                .call(
                        RoleNames.DATA_COORD,
                        DataCoordGrpc.getGetRecoveryInfoMethod(),
                        RecoveryInfoRequest.newBuilder()
                                .setTableId(pull.tableId())
                                .setVchannel(pull.vchannel())
                                .build(),
                        config.callTimeout());
        var _ = recovery.thenCombine(indexes, TargetCalls::target)
                .whenCompleteAsync(
                        (target, error) -> events.accept(
                                target == null
                                        ? failed(pull.vchannel(), "", Activity.PULLING, error)
                                        : new QueryEvent.Pulled(pull.vchannel(), target)),
                        context.loop());
    }

    /// Without an answer the indexes known before stand: a table must not stop to load because indexes cannot be
    /// listed.
    private CompletableFuture<List<SegmentIndex>> indexesOf(long tableId) {
        return context.rpc()
                .call(
                        RoleNames.INDEX_COORD,
                        IndexCoordGrpc.getListSegmentIndexesMethod(),
                        ListSegmentIndexesRequest.newBuilder()
                                .setTableId(tableId)
                                .build(),
                        config.callTimeout())
                .thenApply(ListSegmentIndexesReply::getIndexesList)
                .handleAsync(
                        (indexes, error) -> {
                            if (indexes != null) {
                                lastIndexes.put(tableId, indexes);
                                return indexes;
                            }
                            LOG.debug("Indexes not listed: table={} cause={}", tableId, reason(error));
                            return lastIndexes.getOrDefault(tableId, List.of());
                        },
                        context.loop());
    }

    private static Target target(RecoveryInfo recovery, List<SegmentIndex> indexes) {
        Set<Long> segments = recovery.getSegmentsList().stream()
                .map(SegmentInfo::getSegmentId)
                .collect(Collectors.toSet());
        ToLongFunction<SegmentIndex> indexId = index -> index.getIndex().getIndexId();
        return new Target(
                recovery,
                indexes.stream()
                        .filter(index -> segments.contains(index.getSegmentId())
                                && !index.getFile().isEmpty())
                        .sorted(Comparator.comparingLong(SegmentIndex::getSegmentId)
                                .thenComparingLong(indexId))
                        .toList());
    }

    void watch(QueryEffect.Watch watch) {
        var request = WatchQueryChannelRequest.newBuilder()
                .setRecovery(watch.target().recovery())
                .build();
        context.rpc()
                .call(watch.node(), QueryNodeGrpc.getWatchChannelMethod(), request, config.loadTimeout())
                .whenCompleteAsync(
                        (reply, error) -> events.accept(
                                reply == null
                                        ? failed(watch.vchannel(), watch.node(), Activity.WATCHING, error)
                                        : new QueryEvent.Done(
                                                watch.vchannel(),
                                                watch.node(),
                                                Activity.WATCHING,
                                                reply.getTargetVersion())),
                        context.loop());
    }

    void load(QueryEffect.Load load) {
        var request = LoadSegmentsRequest.newBuilder()
                .setVchannel(load.vchannel())
                .addAllSegments(load.target().files())
                .addAllIndexes(load.target().indexes())
                .setSchema(load.target().recovery().getSchema())
                .setLeader(load.node())
                .setCheckpointTs(load.target().recovery().getCheckpointTs())
                .build();
        context.rpc()
                .call(load.node(), QueryNodeGrpc.getLoadSegmentsMethod(), request, config.loadTimeout())
                .whenCompleteAsync(
                        (reply, error) -> events.accept(
                                reply == null
                                        ? failed(load.vchannel(), load.node(), Activity.LOADING, error)
                                        : new QueryEvent.Done(load.vchannel(), load.node(), Activity.LOADING, 0)),
                        context.loop());
    }

    void sync(QueryEffect.Sync sync) {
        Target target = sync.target();
        var request = SyncTargetRequest.newBuilder()
                .setVchannel(sync.vchannel())
                .setVersion(sync.version())
                .addAllSealedSegmentIds(
                        target.sealed().stream().map(SegmentInfo::getSegmentId).toList())
                .addAllGrowingSegmentIds(target.growingIds())
                .addAllDroppedGrowingIds(target.recovery().getDroppedSegmentIdsList())
                .setCheckpointTs(target.recovery().getCheckpointTs())
                .setCollectedTs(target.recovery().getCollectedTs())
                .build();
        context.rpc()
                .call(sync.node(), QueryNodeGrpc.getSyncTargetMethod(), request, config.callTimeout())
                .whenCompleteAsync(
                        (reply, error) -> events.accept(
                                reply == null
                                        ? failed(sync.vchannel(), sync.node(), Activity.SYNCING, error)
                                        : new QueryEvent.Done(
                                                sync.vchannel(), sync.node(), Activity.SYNCING, sync.version())),
                        context.loop());
    }

    /// A node that does not hear it reports the vchannel later and is told again.
    void unwatch(QueryEffect.Unwatch unwatch) {
        var _ = context.rpc()
                .call(
                        unwatch.node(),
                        QueryNodeGrpc.getUnwatchChannelMethod(),
                        UnwatchQueryChannelRequest.newBuilder()
                                .setVchannel(unwatch.vchannel())
                                .build(),
                        config.callTimeout());
    }

    private static QueryEvent failed(String vchannel, String node, Activity activity, @Nullable Throwable error) {
        ErrorCode code = Failures.code(error).orElse(ErrorCode.INTERNAL);
        return new QueryEvent.Failed(vchannel, node, activity, code, reason(error));
    }

    private static String reason(@Nullable Throwable error) {
        Throwable cause = error == null ? null : Failures.unwrap(error);
        return cause == null || cause.getMessage() == null ? "no answer" : cause.getMessage();
    }
}
