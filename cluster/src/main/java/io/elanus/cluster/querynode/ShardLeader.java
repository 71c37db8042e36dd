package io.elanus.cluster.querynode;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.channel.ChannelConsumer;
import io.elanus.cluster.channel.ChannelHandler;
import io.elanus.cluster.channel.ChannelHub;
import io.elanus.cluster.channel.ChannelMessage;
import io.elanus.cluster.channel.ChannelSpan;
import io.elanus.cluster.channel.ChannelStart;
import io.elanus.cluster.client.Timestamps;
import io.elanus.cluster.querynode.fragment.ReadView;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.ChannelDistribution;
import io.elanus.proto.grpc.LoadSegmentsRequest;
import io.elanus.proto.grpc.RecoveryInfo;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.proto.grpc.SyncTargetRequest;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.segment.DeltaBatch;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.SchemaProtos;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Leads one vchannel: follows the log, loads segments, and hands out what reads see. Lives on the loop, except
/// [#hasReached], [#open] and what they stand on.
///
/// Opened ([#start]) → consumes, not yet serving → serves from the first [#sync] on → closed, by [#close] or
/// because the log cannot be read any further.
final class ShardLeader implements ChannelHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ShardLeader.class);
    /// A span with more payload than this is applied by a worker, so that the loop goes on.
    private static final long INLINE_BYTES = 64 << 10;

    private final RoleContext context;
    private final RecoveryInfo recovery;
    private final SegmentFiles files;
    private final Consumer<ShardLeader> onLost;
    private final ShardRows rows;
    private final RowGate gate;
    private final Turns turns;
    private final ServiceTime time;
    private final SegmentLoad loads;
    private @Nullable ChannelConsumer consumer;
    private @Nullable CompletableFuture<Void> started;
    private volatile long version;
    private volatile long takenOverTs;
    private volatile long collectedTs;
    private volatile boolean closed;

    /// @param onLost called when it has closed itself
    ShardLeader(
            RoleContext context,
            RecoveryInfo recovery,
            SegmentFiles files,
            BufferAllocator memory,
            Consumer<ShardLeader> onLost) {
        this.context = context;
        this.recovery = recovery;
        this.files = files;
        this.onLost = onLost;
        this.rows = new ShardRows(
                TableSchemas.of(SchemaProtos.fromProto(recovery.getSchema())),
                Coverage.of(recovery),
                memory,
                context.workers());
        this.gate = new RowGate(context.loop(), memory);
        this.turns = new Turns(context.loop());
        this.time = new ServiceTime(context.loop(), recovery.getVchannel(), recovery.getCheckpointTs());
        this.loads = new SegmentLoad(context, files, rows, turns, () -> closed);
    }

    String vchannel() {
        return recovery.getVchannel();
    }

    /// Version of the target that reads see; 0 before the first.
    long version() {
        return version;
    }

    TableSchemas schemas() {
        return rows.schemas();
    }

    long memoryBytes() {
        return rows.memoryBytes();
    }

    // ---- the log

    /// Rebuilds the growing segments from what is persisted of them and starts to consume. The same future for
    /// every call.
    ///
    /// Until everything before this moment is applied, reads of every level wait: a new leader must not answer from
    /// a log that it has replayed in part, least of all to a session that has no timestamp yet.
    CompletableFuture<Void> start(ChannelHub hub) {
        CompletableFuture<Void> running = started;
        if (running == null) {
            running = Timestamps.next(context)
                    .thenAcceptAsync(now -> takenOverTs = now, context.loop())
                    .thenComposeAsync(_ -> turns.take(this::recover), context.loop())
                    .thenRunAsync(() -> consume(hub), context.loop());
            started = running;
        }
        return running;
    }

    private CompletableFuture<Void> recover() {
        List<SegmentInfo> partly = recovery.getSegmentsList().stream()
                .filter(segment -> segment.getLevel() != SegmentLevel.L0
                        && segment.getState() != SegmentState.FLUSHED
                        && segment.getRows() > 0)
                .toList();
        if (partly.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        List<SegmentInfo> deletes = recovery.getSegmentsList().stream()
                .filter(segment -> segment.getLevel() == SegmentLevel.L0)
                .toList();
        return loads.loadDeletesEarly(deletes).thenComposeAsync(batches -> recover(partly, batches), context.loop());
    }

    private CompletableFuture<Void> recover(List<SegmentInfo> partly, List<DeltaBatch> deletes) {
        return context.workers().io(() -> {
            for (SegmentInfo info : partly) {
                var segment = files.openGrowing(info, rows.schemas().newest());
                rows.recover(new GrowingRows(segment, info, rows.interims(segment)));
                SegmentLoad.applyAll(deletes, segment);
            }
            return null;
        });
    }

    private void consume(ChannelHub hub) {
        if (!closed) {
            consumer = hub.open(ChannelStart.of(recovery), this);
        }
    }

    @Override
    public CompletableFuture<Void> onSpan(ChannelSpan span) {
        // The gate completes on the loop, where this is called too.
        return gate.enter(bytes(span))
                .thenCompose(_ -> turns.take(() -> apply(span)))
                .thenRunAsync(() -> time.advance(span.tick()), context.loop());
    }

    private static long bytes(ChannelSpan span) {
        long bytes = 0;
        for (ChannelMessage message : span.messages()) {
            bytes += message.message().payload().remaining();
        }
        return bytes;
    }

    private CompletableFuture<Void> apply(ChannelSpan span) {
        if (closed) {
            return CompletableFuture.completedFuture(null);
        }
        if (bytes(span) <= INLINE_BYTES) {
            span.messages().forEach(rows::apply);
            return CompletableFuture.completedFuture(null);
        }
        return context.workers().io(() -> {
            span.messages().forEach(rows::apply);
            return null;
        });
    }

    @Override
    public void onLost(Throwable cause) {
        LOG.warn("Channel given up, its log cannot be followed: vchannel={}", vchannel(), cause);
        onLost.accept(this);
        var _ = close(new ClusterException(
                ErrorCode.NOT_READY,
                "Channel [%s] could not be followed on this node and is being given to another. Try again."
                        .formatted(vchannel()),
                cause));
    }

    // ---- targets

    CompletableFuture<Void> load(LoadSegmentsRequest request) {
        rows.learn(TableSchemas.of(SchemaProtos.fromProto(request.getSchema())));
        return loads.load(request, rows.schemas().newest());
    }

    /// A target that is older than the one served changes nothing.
    CompletableFuture<Void> sync(SyncTargetRequest request) {
        return turns.take(() -> {
            if (!closed && request.getVersion() > version) {
                // Before the rows: a read that finds fewer of them must find why.
                collectedTs = Math.max(collectedTs, request.getCollectedTs());
                rows.sync(Coverage.of(request));
                version = request.getVersion();
            }
            return CompletableFuture.completedFuture(null);
        });
    }

    ChannelDistribution distribution() {
        Generation generation = rows.generation();
        var reply = ChannelDistribution.newBuilder()
                .setVchannel(vchannel())
                .setTargetVersion(version)
                .setServiceTs(time.ts());
        generation.sealed().forEach(part -> {
            reply.addSealedSegmentIds(part.segment().segment().id().segmentId());
            part.indexes().forEach(index -> reply.addIndexes(index.info()));
        });
        generation
                .growing()
                .forEach(part -> reply.addGrowingSegmentIds(part.segment().id().segmentId()));
        return reply.build();
    }

    // ---- reads

    /// Is everything at or below `ts` applied, and all that was written before this leader took over? Any thread.
    boolean hasReached(long ts) {
        return Math.max(ts, takenOverTs) <= time.ts();
    }

    /// Completes on the loop once it has.
    CompletableFuture<Void> reach(long ts, Duration limit) {
        return time.reach(Math.max(ts, takenOverTs), limit);
    }

    long serviceTs() {
        return time.ts();
    }

    /// Holds the rows for a read, when that timestamp is reached. Any thread.
    ReadView open(long readTs, Runnable onReleased) {
        ReadView view = rows.open(readTs, onReleased);
        try {
            // Not before: these change ahead of the rows.
            check(readTs);
            return view;
        } catch (RuntimeException e) {
            view.close();
            throw e;
        }
    }

    private void check(long readTs) {
        if (closed || version == 0) {
            throw new ClusterException(
                    ErrorCode.NOT_READY,
                    "Channel [%s] is not served by this node (yet). Try again shortly.".formatted(vchannel()));
        }
        if (readTs < collectedTs) {
            throw new ClusterException(
                    ErrorCode.SNAPSHOT_TOO_OLD,
                    "Table [%s] can be read as of [%s] at the earliest: rows that ended before have been collected."
                            .formatted(
                                    rows.schemas().newest().name(),
                                    Instant.ofEpochMilli(HybridTime.millis(collectedTs) + 1)));
        }
        if (rows.droppedTs() <= readTs && rows.droppedTs() != HybridTime.MAX) {
            throw new ClusterException(
                    ErrorCode.UNDEFINED_TABLE,
                    "Table [%s] was dropped.".formatted(rows.schemas().newest().name()));
        }
    }

    // ---- the end

    /// Completes when the rows are given up; readers keep what they hold.
    CompletableFuture<Void> close(ClusterException reason) {
        if (closed) {
            return turns.take(() -> CompletableFuture.completedFuture(null));
        }
        closed = true;
        loads.close();
        if (consumer != null) {
            consumer.close();
        }
        time.failAll(reason);
        return turns.take(() -> {
            rows.close();
            return CompletableFuture.completedFuture(null);
        });
    }
}
