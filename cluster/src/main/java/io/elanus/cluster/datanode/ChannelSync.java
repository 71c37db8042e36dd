package io.elanus.cluster.datanode;

import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.TaskChain;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.SaveSegmentsReply;
import io.elanus.proto.grpc.SaveSegmentsRequest;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.segment.DeltaBatch;
import io.elanus.storage.segment.RowSnapshot;
import io.elanus.storage.segment.SegmentId;
import io.elanus.storage.segment.StoredManifest;
import io.elanus.storage.type.Column;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes a channel's buffers to files and saves them with the channel's checkpoint, one round at a time:
///
/// take (snapshots of what is due, within the chain) → write (files, beside the chain) → describe (within the
/// chain) → save (at the coordinator) → adopt (within the chain). A round that fails is started over; what it wrote
/// and did not save is garbage.
final class ChannelSync {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelSync.class);
    private static final Duration SAVE_TIMEOUT = Duration.ofSeconds(10);
    private static final int SEGMENTS_PER_ROUND = 64;

    /// A segment being written.
    private record Part(SegmentBuffer buffer, RowSnapshot rows, boolean flush) {}

    /// One round's work. Owns the snapshots.
    private record Round(List<Part> parts, DeltaBatch deltas, long deltaPosition) implements AutoCloseable {
        @Override
        public void close() {
            parts.forEach(part -> part.rows().close());
        }
    }

    /// What a round has written.
    private record Written(
            Map<Long, StoredManifest> segments, @Nullable StoredManifest deltas) {}

    private final NodeParts node;
    private final ChannelFlow flow;
    private final TaskChain chain;
    private final ChannelBuffers buffers;
    private final Set<Long> flushing = new HashSet<>();
    private boolean running;
    private boolean checkAgain;
    private boolean writeOut;
    private boolean takenOut;
    private long savedPosition;
    private long savedTs;
    private long wantedTs;
    private long savedAtNanos;

    ChannelSync(NodeParts node, ChannelFlow flow, TaskChain chain, ChannelBuffers buffers) {
        this.node = node;
        this.flow = flow;
        this.chain = chain;
        this.buffers = buffers;
        this.savedPosition = flow.resumePosition();
        this.savedAtNanos = node.nowNanos();
    }

    void flush(List<Long> segmentIds) {
        flushing.addAll(segmentIds);
        check();
    }

    /// Writes all rows and deletes, in this round or the next.
    void writeOut() {
        writeOut = true;
        check();
    }

    /// Writes everything up to a timestamp, once the tick has reached it, and saves the checkpoint.
    void saveUpTo(long ts) {
        wantedTs = Math.max(wantedTs, ts);
        check();
    }

    /// Starts a round if one is due.
    void check() {
        checkAgain = running;
        if (!running && !flow.closed()) {
            running = true;
            var _ = chain.run(() -> CompletableFuture.completedFuture(take()))
                    .thenComposeAsync(this::run, node.context().loop())
                    .whenCompleteAsync(
                            (did, error) -> ended(did, error), node.context().loop());
        }
    }

    private void ended(@Nullable Boolean did, @Nullable Throwable error) {
        running = false;
        if (flow.closed()) {
            node.memory().gate().written();
            return;
        }
        if (error != null && isOver(error)) {
            flow.lose(error);
            node.memory().gate().written();
        } else if (error != null) {
            LOG.warn("Segments not saved, will try again: vchannel={}", flow.vchannel(), error);
            var _ = node.context().loop().schedule(node.config().buffers().retryDelay(), this::check);
        } else if (Boolean.TRUE.equals(did)) {
            node.memory().gate().written();
            check();
        } else {
            if (takenOut) {
                node.memory().gate().written();
            }
            if (checkAgain) {
                check();
            }
        }
    }

    /// The channel belongs to somebody else, or to nobody.
    private static boolean isOver(Throwable error) {
        return Failures.hasCode(error, ErrorCode.STALE_EPOCH, ErrorCode.UNDEFINED_TABLE);
    }

    /// What is due now; null: nothing.
    private @Nullable Round take() {
        long now = node.nowNanos();
        boolean wanted = wantedTs > savedTs && flow.tick() >= wantedTs;
        takenOut = writeOut || wanted;
        writeOut = false;
        if (flow.closed() || buffers.dropped()) {
            return null;
        }
        long period = node.config().buffers().syncPeriod().toNanos();
        var parts = new ArrayList<Part>();
        for (SegmentBuffer buffer : buffers.growing()) {
            boolean flush = flushing.contains(buffer.id().segmentId());
            boolean due = flush
                    || buffer.hasUnsavedChunk()
                    || buffer.waitingNanos(now) >= period
                    || (takenOut && buffer.hasUnsavedRows());
            if (due && parts.size() < SEGMENTS_PER_ROUND) {
                parts.add(new Part(buffer, buffer.snapshot(), flush));
            }
        }
        boolean deltasDue = !buffers.deltas().isEmpty()
                && (buffers.deltas().memoryBytes()
                                >= node.config().buffers().deltaSize().bytes()
                        || buffers.deltasWaitingNanos(now) >= period
                        || takenOut
                        || parts.stream().anyMatch(Part::flush));
        long deltaPosition = buffers.deltaPosition();
        DeltaBatch deltas = deltasDue ? buffers.takeDeltas() : new DeltaBatch();
        if (parts.isEmpty() && deltas.isEmpty() && !wanted && !checkpointDue(now)) {
            return null;
        }
        return new Round(parts, deltas, deltaPosition);
    }

    private boolean checkpointDue(long nowNanos) {
        return nowNanos - savedAtNanos
                        >= node.config().buffers().checkpointInterval().toNanos()
                && flow.resumePosition() > savedPosition;
    }

    private CompletableFuture<Boolean> run(@Nullable Round round) {
        if (round == null) {
            return CompletableFuture.completedFuture(false);
        }
        Column key = buffers.schema().keyColumn();
        SegmentId like = new SegmentId(buffers.schema().tableId(), 0, 0);
        CompletableFuture<Long> id = round.deltas().isEmpty()
                ? CompletableFuture.completedFuture(0L)
                : node.sequences().ids(1);
        CompletableFuture<Written> files = id.thenCompose(deltaId ->
                        node.context().workers().io(() -> write(round, key, new SegmentId(like.tableId(), 0, deltaId))))
                .whenComplete((_, _) -> round.close());
        return node.work()
                .track(files)
                .thenComposeAsync(
                        written -> save(round, written), node.context().loop())
                .handleAsync(
                        (_, error) -> {
                            if (error == null) {
                                return CompletableFuture.completedFuture(true);
                            }
                            return chain.run(() -> {
                                buffers.returnDeltas(round.deltas(), round.deltaPosition(), node.nowNanos());
                                return CompletableFuture.<Boolean>failedFuture(error);
                            });
                        },
                        node.context().loop())
                .thenCompose(outcome -> outcome);
    }

    private Written write(Round round, Column key, SegmentId deltaId) {
        var segments = new HashMap<Long, StoredManifest>();
        for (Part part : round.parts()) {
            StoredManifest stored = part.flush()
                    ? node.writer().complete(part.buffer().manifest(), part.rows(), key)
                    : node.writer().write(part.buffer().manifest(), part.rows());
            segments.put(part.buffer().id().segmentId(), stored);
        }
        StoredManifest deltas = round.deltas().isEmpty() ? null : node.writer().writeDeltas(deltaId, round.deltas());
        return new Written(segments, deltas);
    }

    private CompletableFuture<Void> save(Round round, Written written) {
        return chain.run(() -> CompletableFuture.completedFuture(describe(round, written)))
                .thenComposeAsync(
                        request -> send(request)
                                .thenComposeAsync(
                                        _ -> chain.run(() -> {
                                            adopt(round, written, request);
                                            return CompletableFuture.completedFuture(null);
                                        }),
                                        node.context().loop()),
                        node.context().loop());
    }

    /// The checkpoint may stand behind ticks, which a loss of power takes out of the log; other messages would take
    /// their positions and be skipped by who starts there. So the log is made durable first.
    private CompletableFuture<SaveSegmentsReply> send(SaveSegmentsRequest request) {
        return node.context()
                .stores()
                .log()
                .endPosition(flow.pchannel())
                .thenComposeAsync(
                        _ -> node.context()
                                .rpc()
                                .call(
                                        RoleNames.DATA_COORD,
                                        DataCoordGrpc.getSaveSegmentsMethod(),
                                        request,
                                        SAVE_TIMEOUT),
                        node.context().loop());
    }

    /// The request that saves the round. What came meanwhile is not in files and holds the checkpoint back.
    private SaveSegmentsRequest describe(Round round, Written written) {
        long ts = flow.tick();
        long position = flow.resumePosition();
        for (SegmentBuffer buffer : buffers.growing()) {
            StoredManifest stored = written.segments().get(buffer.id().segmentId());
            int saved = (stored == null ? buffer.manifest() : stored.manifest()).rows();
            SegmentBuffer.Unsaved unsaved = buffer.unsaved(saved);
            if (unsaved != null) {
                ts = Math.min(ts, unsaved.ts() - 1);
                position = Math.min(position, unsaved.position());
            }
        }
        if (!buffers.deltas().isEmpty()) {
            ts = Math.min(ts, buffers.deltas().minTs() - 1);
            position = Math.min(position, buffers.deltaPosition());
        }
        var request = SaveSegmentsRequest.newBuilder()
                .setVchannel(flow.vchannel())
                .setEpoch(flow.epoch())
                .setChannelCheckpoint(position)
                .setChannelTs(ts);
        for (Part part : round.parts()) {
            StoredManifest stored = written.segments().get(part.buffer().id().segmentId());
            if (stored != null) {
                request.addSegments(part.buffer().describe(stored, part.flush(), position));
            }
        }
        if (written.deltas() != null) {
            request.addSegments(describeDeltas(written.deltas(), round.deltas()));
        }
        return request.build();
    }

    private static SegmentInfo describeDeltas(StoredManifest stored, DeltaBatch deltas) {
        SegmentId id = stored.manifest().id();
        return SegmentInfo.newBuilder()
                .setSegmentId(id.segmentId())
                .setTableId(id.tableId())
                .setPartitionId(id.partitionId())
                .setState(SegmentState.FLUSHED)
                .setLevel(SegmentLevel.L0)
                .setManifest(stored.key())
                .setRows(deltas.size())
                .setBytes(stored.manifest().bytes())
                .setMinTs(deltas.minTs())
                .setMaxTs(deltas.maxTs())
                .build();
    }

    private void adopt(Round round, Written written, SaveSegmentsRequest request) {
        savedPosition = request.getChannelCheckpoint();
        savedTs = request.getChannelTs();
        savedAtNanos = node.nowNanos();
        if (flow.closed()) {
            return;
        }
        var infos = new HashMap<Long, SegmentInfo>();
        request.getSegmentsList().forEach(info -> infos.put(info.getSegmentId(), info));
        for (Part part : round.parts()) {
            long id = part.buffer().id().segmentId();
            StoredManifest stored = written.segments().get(id);
            SegmentInfo info = infos.get(id);
            if (stored == null || info == null) {
                continue;
            }
            part.buffer().saved(stored, info, node.nowNanos());
            if (part.flush()) {
                flushing.remove(id);
                buffers.finish(part.buffer(), info.getMaxTs());
            }
        }
        flow.measure();
    }
}
