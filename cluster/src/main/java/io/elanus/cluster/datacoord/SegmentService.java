package io.elanus.cluster.datacoord;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.datacoord.DataState.Channel;
import io.elanus.cluster.datacoord.DataState.Segment;
import io.elanus.proto.grpc.AssignSegmentsReply;
import io.elanus.proto.grpc.AssignSegmentsRequest;
import io.elanus.proto.grpc.ChannelInfo;
import io.elanus.proto.grpc.SaveSegmentsRequest;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentSpace;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.HybridTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Space in growing segments, and what owners persist of them.
final class SegmentService {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentService.class);

    private final Term term;
    private final Consumer<SegmentInfo> onFlushed;

    /// @param onFlushed called after the commit, for each segment that is flushed now
    SegmentService(Term term, Consumer<SegmentInfo> onFlushed) {
        this.term = term;
        this.onFlushed = onFlushed;
    }

    /// Hands out space. Without a commit when growing segments have room and their written expiry is far enough
    /// ahead.
    CompletableFuture<AssignSegmentsReply> assign(AssignSegmentsRequest request) {
        check(request);
        long expiry = HybridTime.plusMillis(
                term.sequences().now(),
                term.config().segments().assignmentExpiration().toMillis());
        List<Allocation.Part> parts = plan(request);
        for (Allocation.Part part : parts) {
            if (!(part instanceof Allocation.Part.InSegment(long id, long _)) || !covers(id, expiry)) {
                return term.chain().run(() -> assignWithCommit(request, expiry));
            }
        }
        return CompletableFuture.completedFuture(grant(request.getVchannel(), parts, expiry));
    }

    private void check(AssignSegmentsRequest request) {
        long most = term.config().segments().maxAllocation();
        if (request.getRows() < 1 || request.getRows() > most) {
            throw new ClusterException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "Space for [%d] rows was asked for; one request takes from 1 to [%d]. Send smaller batches."
                            .formatted(request.getRows(), most));
        }
        if (!term.state().table(request.getTableId()).hasPartition(request.getPartitionId())) {
            throw new ClusterException(
                    ErrorCode.CONFLICT, "A partition of the table was dropped meanwhile. Send the statement again.");
        }
        term.state().channel(request.getVchannel());
        if (!term.store().certainlyInOffice()) {
            // The next coordinator may have ended the allocations of a segment that grows here.
            throw new ClusterException(
                    ErrorCode.NOT_READY, "The data coordinator's lease is not certain now. Try again shortly.");
        }
    }

    private List<Allocation.Part> plan(AssignSegmentsRequest request) {
        var rooms = new ArrayList<Allocation.Room>();
        for (Segment segment : term.state().segmentsOf(request.getVchannel())) {
            if (segment.holdsRows() && segment.info().getPartitionId() == request.getPartitionId()) {
                rooms.add(new Allocation.Room(segment.id(), segment.room()));
            }
        }
        return Allocation.plan(request.getRows(), rooms, maxRows(request.getTableId()));
    }

    private long maxRows(long tableId) {
        return RowEstimate.maxRows(term.state().table(tableId), term.config().segments());
    }

    private boolean covers(long segmentId, long expiry) {
        Segment segment = term.state().findSegment(segmentId);
        return segment != null && segment.info().getLastExpiry() >= expiry;
    }

    private AssignSegmentsReply grant(String vchannel, List<Allocation.Part> parts, long expiry) {
        var reply = AssignSegmentsReply.newBuilder()
                .setEpoch(term.state().channel(vchannel).assignment().epoch());
        for (Allocation.Part part : parts) {
            if (part instanceof Allocation.Part.InSegment(long id, long rows)) {
                Segment segment = term.state().findSegment(id);
                if (segment == null) {
                    throw new IllegalStateException("Segment [%d] vanished within one step".formatted(id));
                }
                segment.grants().add(rows, expiry);
                reply.addSpaces(
                        SegmentSpace.newBuilder().setSegmentId(id).setRows(rows).setExpiry(expiry));
            }
        }
        return reply.build();
    }

    /// Opens the segments it needs and writes their expiry ahead.
    private CompletableFuture<AssignSegmentsReply> assignWithCommit(AssignSegmentsRequest request, long expiry) {
        check(request);
        List<Allocation.Part> parts = plan(request);
        int fresh = (int) parts.stream()
                .filter(Allocation.Part.InNewSegment.class::isInstance)
                .count();
        long ahead = HybridTime.plusMillis(
                expiry, term.config().segments().expirationWindow().toMillis());
        return (fresh == 0
                        ? CompletableFuture.completedFuture(0L)
                        : term.sequences().ids(fresh))
                .thenComposeAsync(
                        first -> {
                            List<Allocation.Part> named = name(parts, first);
                            List<SegmentInfo> changed = prepare(request, named, ahead);
                            return term.store()
                                    .change()
                                    .segments(changed)
                                    .commit()
                                    .thenApplyAsync(
                                            _ -> {
                                                changed.forEach(term.state()::put);
                                                return grant(request.getVchannel(), named, expiry);
                                            },
                                            term.context().loop());
                        },
                        term.context().loop());
    }

    private static List<Allocation.Part> name(List<Allocation.Part> parts, long firstId) {
        var named = new ArrayList<Allocation.Part>();
        long id = firstId;
        for (Allocation.Part part : parts) {
            switch (part) {
                case Allocation.Part.InSegment known -> named.add(known);
                case Allocation.Part.InNewSegment(long rows) -> named.add(new Allocation.Part.InSegment(id++, rows));
            }
        }
        return named;
    }

    private List<SegmentInfo> prepare(AssignSegmentsRequest request, List<Allocation.Part> parts, long lastExpiry) {
        var changed = new ArrayList<SegmentInfo>();
        for (Allocation.Part part : parts) {
            if (part instanceof Allocation.Part.InSegment(long id, long _)) {
                Segment known = term.state().findSegment(id);
                SegmentInfo.Builder info = known == null ? create(request, id) : known.info().toBuilder();
                changed.add(info.setLastExpiry(Math.max(info.getLastExpiry(), lastExpiry))
                        .build());
            }
        }
        return changed;
    }

    private SegmentInfo.Builder create(AssignSegmentsRequest request, long segmentId) {
        return SegmentInfo.newBuilder()
                .setSegmentId(segmentId)
                .setTableId(request.getTableId())
                .setPartitionId(request.getPartitionId())
                .setVchannel(request.getVchannel())
                .setState(SegmentState.GROWING)
                .setLevel(SegmentLevel.L1)
                .setMaxRows(maxRows(request.getTableId()))
                .setCreatedTs(term.sequences().floor());
    }

    /// Takes what the owner of a channel persisted, in one transaction.
    CompletableFuture<Void> save(SaveSegmentsRequest request) {
        return term.chain().run(() -> {
            Channel channel = term.state().channel(request.getVchannel(), request.getEpoch());
            if (request.getSegmentsCount() > DataStore.SEGMENTS_PER_TXN) {
                throw new ClusterException(
                        ErrorCode.LIMIT_EXCEEDED,
                        "[%d] segments were to be saved at once, the limit is [%d]. Save them in several requests."
                                .formatted(request.getSegmentsCount(), DataStore.SEGMENTS_PER_TXN));
            }
            var changed = new ArrayList<SegmentInfo>();
            for (SegmentInfo saved : request.getSegmentsList()) {
                SegmentInfo merged = merge(channel, saved);
                if (merged != null) {
                    changed.add(merged);
                }
            }
            ChannelInfo info = channel.info().toBuilder()
                    .setCheckpoint(Math.max(channel.info().getCheckpoint(), request.getChannelCheckpoint()))
                    .setCheckpointTs(Math.max(channel.info().getCheckpointTs(), request.getChannelTs()))
                    .build();
            return term.store()
                    .change()
                    .channel(info, channel.revision())
                    .segments(changed)
                    .commit()
                    .thenAcceptAsync(
                            revision -> {
                                term.state().put(info, revision, term.nowNanos());
                                changed.forEach(this::adopt);
                            },
                            term.context().loop());
        });
    }

    private void adopt(SegmentInfo info) {
        term.state().put(info);
        if (info.getState() == SegmentState.FLUSHED) {
            LOG.info(
                    "Segment flushed: segment={} vchannel={} level={} rows={} bytes={}",
                    info.getSegmentId(),
                    info.getVchannel(),
                    info.getLevel(),
                    info.getRows(),
                    info.getBytes());
            onFlushed.accept(info);
        }
    }

    /// The segment's new state, or null when there is nothing to change: it is flushed, dropped or gone already.
    private @Nullable SegmentInfo merge(Channel channel, SegmentInfo saved) {
        Segment known = term.state().findSegment(saved.getSegmentId());
        if (known == null) {
            if (saved.getLevel() != SegmentLevel.L0) {
                // Space is handed out only once its segment is stored, so this one was opened: it was compacted and
                // collected since, and the message is a late copy.
                LOG.info(
                        "Late save of a segment that is gone: segment={} vchannel={}",
                        saved.getSegmentId(),
                        channel.name());
                return null;
            }
            return saved.toBuilder()
                    .setTableId(channel.info().getTableId())
                    .setVchannel(channel.name())
                    .setState(SegmentState.FLUSHED)
                    .setCreatedTs(term.sequences().floor())
                    .build();
        }
        if (known.is(SegmentState.FLUSHED) || known.is(SegmentState.DROPPED)) {
            return null;
        }
        boolean flushed = saved.getState() == SegmentState.FLUSHED;
        if (flushed && !known.is(SegmentState.SEALED)) {
            throw new ClusterException(
                    ErrorCode.INTERNAL,
                    "Segment [%d] was flushed while it could still be written; this is a bug"
                            .formatted(saved.getSegmentId()));
        }
        return known.info().toBuilder()
                .setState(flushed ? SegmentState.FLUSHED : known.info().getState())
                .setManifest(saved.getManifest())
                .setRows(saved.getRows())
                .setBytes(saved.getBytes())
                .setMinTs(saved.getMinTs())
                .setMaxTs(saved.getMaxTs())
                .setRowsAtMaxTs(saved.getRowsAtMaxTs())
                .setStartPosition(saved.getStartPosition())
                .setCheckpoint(saved.getCheckpoint())
                .build();
    }
}
