package io.elanus.cluster.datacoord;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.datacoord.Assignment.Owner;
import io.elanus.cluster.datacoord.DataState.Channel;
import io.elanus.cluster.datacoord.DataState.Segment;
import io.elanus.proto.grpc.ChannelReport;
import io.elanus.proto.grpc.DataNodeGrpc;
import io.elanus.proto.grpc.FlushReply;
import io.elanus.proto.grpc.FlushSegmentsRequest;
import io.elanus.proto.grpc.ReceivedRows;
import io.elanus.proto.grpc.ReportChannelsReply;
import io.elanus.proto.grpc.ReportChannelsRequest;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// From growing to sealed to flushed: acts on the reports of the channels' owners and on FLUSH.
final class FlushService {
    private static final Logger LOG = LoggerFactory.getLogger(FlushService.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /// A FLUSH that waits for its segments.
    private record Waiter(Set<Long> pending, int segments, CompletableFuture<FlushReply> done) {}

    private final Term term;
    private final SealPolicy policy;
    private final List<Waiter> waiters = new ArrayList<>();

    FlushService(Term term) {
        this.term = term;
        this.policy = new SealPolicy(term.config().sealing());
    }

    /// Takes a node's report, and says which of its channels it owns beyond doubt. Others are passed over.
    ReportChannelsReply report(ReportChannelsRequest request) {
        var reply = ReportChannelsReply.newBuilder();
        for (ChannelReport report : request.getChannelsList()) {
            Channel channel = term.state().findChannel(report.getVchannel());
            if (channel != null && channel.assignment().epoch() == report.getEpoch()) {
                channel.report(report.getTick(), report.getTickPosition());
                long now = term.sequences().now();
                for (ReceivedRows rows : report.getGrowingList()) {
                    Segment segment = term.state().findSegment(rows.getSegmentId());
                    if (segment != null) {
                        segment.received(rows.getRows(), rows.getBytes(), rows.getHeldPosition(), now);
                    }
                }
                if (channel.watchedBy().isPresent()) {
                    reply.addOwned(channel.name());
                }
                check(channel);
            }
        }
        return reply.build();
    }

    private void check(Channel channel) {
        var growing = new ArrayList<SealPolicy.Growing>();
        for (Segment segment : term.state().segmentsOf(channel.name())) {
            segment.grants().expire(channel.tick());
            if (segment.is(SegmentState.GROWING) && segment.holdsRows() && !segment.sealing()) {
                growing.add(view(segment));
            }
        }
        List<SealPolicy.Sealed> sealed =
                policy.decide(growing, channel.tickPosition(), term.sequences().now());
        seal(sealed);
        settle(channel);
    }

    private static SealPolicy.Growing view(Segment segment) {
        return new SealPolicy.Growing(
                segment.id(),
                segment.rows(),
                segment.grants().rows(),
                segment.bytes(),
                segment.info().getMaxRows(),
                new SealPolicy.Times(segment.info().getCreatedTs(), segment.lastGrowthTs()),
                segment.heldPosition());
    }

    /// Stops handing out space in the segments at once, and commits that.
    private void seal(List<SealPolicy.Sealed> sealed) {
        for (SealPolicy.Sealed each : sealed) {
            Segment segment = term.state().findSegment(each.segmentId());
            if (segment != null && !segment.sealing()) {
                segment.startSealing();
                var _ = term.chain()
                        .run(() -> commitSeal(segment, each.reason()))
                        .whenComplete((_, error) -> {
                            if (error != null) {
                                LOG.warn("Segment not sealed, will try again: segment={}", segment.id(), error);
                                segment.stopSealing();
                            }
                        });
            }
        }
    }

    private CompletableFuture<Void> commitSeal(Segment segment, SealPolicy.Reason reason) {
        if (!segment.is(SegmentState.GROWING)) {
            return CompletableFuture.completedFuture(null);
        }
        SegmentInfo info = segment.info().toBuilder()
                .setState(SegmentState.SEALED)
                .setLastExpiry(segment.lastExpiry())
                .build();
        return term.store()
                .change()
                .segment(info)
                .commit()
                .thenAcceptAsync(
                        _ -> {
                            term.state().put(info);
                            LOG.info(
                                    "Segment sealed: segment={} vchannel={} reason={} rows={}",
                                    info.getSegmentId(),
                                    info.getVchannel(),
                                    reason,
                                    segment.rows());
                            Channel channel = term.state().findChannel(info.getVchannel());
                            if (channel != null) {
                                settle(channel);
                            }
                        },
                        term.context().loop());
    }

    /// Has the sealed segments of a channel flushed that nothing can follow.
    private void settle(Channel channel) {
        Owner owner = channel.watchedBy().orElse(null);
        if (owner == null || channel.tick() == 0) {
            return;
        }
        var flush = new ArrayList<Long>();
        for (Segment segment : term.state().segmentsOf(channel.name())) {
            if (!segment.is(SegmentState.SEALED)) {
                continue;
            }
            switch (FlushPolicy.decide(
                    segment.info(), channel.tick(), segment.rows(), segment.sinceFlushAsked(term.nowNanos()))) {
                case WAIT -> {}
                case FLUSH -> {
                    segment.flushAsked(term.nowNanos());
                    flush.add(segment.id());
                }
                case DROP -> dropEmpty(segment);
            }
        }
        if (!flush.isEmpty()) {
            send(channel, owner, flush);
        }
    }

    private void send(Channel channel, Owner owner, List<Long> segments) {
        var request = FlushSegmentsRequest.newBuilder()
                .setVchannel(channel.name())
                .setEpoch(channel.assignment().epoch())
                .addAllSegmentIds(segments)
                .build();
        var _ = term.context()
                .rpc()
                .call(owner.node(), DataNodeGrpc.getFlushSegmentsMethod(), request, TIMEOUT)
                .whenComplete((_, error) -> {
                    if (error != null) {
                        LOG.warn("Flush not accepted, will ask again: vchannel={}", channel.name(), error);
                    }
                });
    }

    private void dropEmpty(Segment segment) {
        var _ = term.chain().run(() -> {
            if (!segment.is(SegmentState.SEALED) || segment.rows() > 0) {
                return CompletableFuture.completedFuture(null);
            }
            return term.store()
                    .change()
                    .deleteSegment(segment.id())
                    .commit()
                    .thenAcceptAsync(
                            _ -> {
                                term.state().removeSegment(segment.id());
                                settled(segment.id());
                            },
                            term.context().loop());
        });
    }

    /// A segment has reached its end: flushed, or gone.
    void settled(long segmentId) {
        for (Waiter waiter : List.copyOf(waiters)) {
            if (waiter.pending().remove(segmentId) && waiter.pending().isEmpty()) {
                waiters.remove(waiter);
                waiter.done()
                        .complete(FlushReply.newBuilder()
                                .setSegments(waiter.segments())
                                .build());
            }
        }
    }

    /// Seals everything of the table that grows; completes when it and what was sealed before is flushed, or at
    /// once.
    CompletableFuture<FlushReply> flush(long tableId, boolean wait) {
        term.state().table(tableId);
        var pending = new HashSet<Long>();
        var sealed = new ArrayList<SealPolicy.Sealed>();
        for (Channel channel : term.state().channelsOf(tableId)) {
            for (Segment segment : term.state().segmentsOf(channel.name())) {
                if (segment.holdsRows() && (segment.is(SegmentState.GROWING) || segment.is(SegmentState.SEALED))) {
                    pending.add(segment.id());
                    if (segment.is(SegmentState.GROWING)) {
                        sealed.add(new SealPolicy.Sealed(segment.id(), SealPolicy.Reason.FLUSH_REQUESTED));
                    }
                }
            }
        }
        int segments = pending.size();
        seal(sealed);
        if (!wait || pending.isEmpty()) {
            return CompletableFuture.completedFuture(
                    FlushReply.newBuilder().setSegments(segments).build());
        }
        var waiter = new Waiter(pending, segments, new CompletableFuture<>());
        waiters.add(waiter);
        return waiter.done();
    }

    /// The term is over: whoever waits is told to ask again.
    void close() {
        waiters.forEach(waiter -> waiter.done()
                .completeExceptionally(new ClusterException(
                        ErrorCode.UNAVAILABLE, "The data coordinator changed during FLUSH. Send it again.")));
        waiters.clear();
    }
}
