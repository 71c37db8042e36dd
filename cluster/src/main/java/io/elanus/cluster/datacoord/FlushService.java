package io.elanus.cluster.datacoord;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.RoleNames;
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
import io.elanus.proto.grpc.RequestTickRequest;
import io.elanus.proto.grpc.RootCoordGrpc;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.HybridTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// From growing to sealed to flushed: acts on the reports of the channels' owners and on FLUSH.
final class FlushService {
    private static final Logger LOG = LoggerFactory.getLogger(FlushService.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofMillis(500);
    /// The coordinator's own idea of the time may be behind by so much.
    private static final long CLOCK_SLACK_MILLIS = 200;

    /// A FLUSH that waits for its segments.
    private record Waiter(Set<Long> pending, int segments, CompletableFuture<FlushReply> done) {}

    /// Until when space in a segment may be used: as it was handed out, unless its end was brought about earlier.
    ///
    /// @param told the last expiry that the proxies know; space beyond it was handed out since
    private record End(long told, long ts) {
        static final End ATTAINED = new End(Long.MAX_VALUE, Long.MAX_VALUE);

        long of(long lastExpiry) {
            return lastExpiry <= told ? Math.min(lastExpiry, ts) : lastExpiry;
        }
    }

    private final Term term;
    private final SealPolicy policy;
    private final AllocationEnd allocations;
    private final List<Waiter> waiters = new ArrayList<>();
    private boolean closed;

    FlushService(Term term) {
        this.term = term;
        this.policy = new SealPolicy(
                term.config().sealing(), term.context().stores().memory().getLimit());
        this.allocations = new AllocationEnd(term);
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
                var _ = seal(segment, each.reason(), End.ATTAINED);
            }
        }
    }

    /// Commits that the segment is sealed, or that its allocations ended earlier than it was known when it was.
    ///
    /// Tries until the store has said yes: a commit that failed may still have been carried out, so no space is
    /// handed out in the segment from the first try on.
    private CompletableFuture<Void> seal(Segment segment, SealPolicy.Reason reason, End end) {
        return term.chain()
                .run(() -> commitSeal(segment, reason, end))
                .exceptionallyComposeAsync(
                        error -> sealAgain(segment, reason, end, error),
                        term.context().loop());
    }

    private CompletableFuture<Void> sealAgain(Segment segment, SealPolicy.Reason reason, End end, Throwable error) {
        if (closed) {
            return CompletableFuture.failedFuture(error);
        }
        LOG.warn("Segment not sealed, will try again: segment={}", segment.id(), error);
        var again = new CompletableFuture<Void>();
        term.context().loop().schedule(RETRY, () -> again.complete(null));
        return again.thenCompose(_ -> seal(segment, reason, end));
    }

    private CompletableFuture<Void> commitSeal(Segment segment, SealPolicy.Reason reason, End end) {
        boolean growing = segment.is(SegmentState.GROWING);
        long known = growing ? segment.lastExpiry() : segment.info().getLastExpiry();
        long expiry = end.of(known);
        if (!growing && (!segment.is(SegmentState.SEALED) || expiry == known)) {
            return CompletableFuture.completedFuture(null);
        }
        SegmentInfo info = segment.info().toBuilder()
                .setState(SegmentState.SEALED)
                .setLastExpiry(expiry)
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
            send(channel, owner, flush, 0);
        }
    }

    /// @param reportTs the owner is to report as soon as its tick is here; 0: as usual
    private void send(Channel channel, Owner owner, List<Long> segments, long reportTs) {
        var request = FlushSegmentsRequest.newBuilder()
                .setVchannel(channel.name())
                .setEpoch(channel.assignment().epoch())
                .addAllSegmentIds(segments)
                .setReportTs(reportTs)
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
        var unflushed = new LinkedHashMap<Segment, Long>();
        for (Channel channel : term.state().channelsOf(tableId)) {
            for (Segment segment : term.state().segmentsOf(channel.name())) {
                if (segment.holdsRows() && (segment.is(SegmentState.GROWING) || segment.is(SegmentState.SEALED))) {
                    segment.startSealing();
                    unflushed.put(segment, segment.lastExpiry());
                }
            }
        }
        var pending = new HashSet<Long>();
        unflushed.keySet().forEach(segment -> pending.add(segment.id()));
        var reply = FlushReply.newBuilder().setSegments(pending.size()).build();
        if (pending.isEmpty()) {
            return CompletableFuture.completedFuture(reply);
        }
        var waiter = new Waiter(pending, pending.size(), new CompletableFuture<>());
        waiters.add(waiter);
        var _ = allocations
                .end(unflushed)
                .exceptionally(error -> {
                    LOG.info("A proxy did not give its space back, waiting until it expires: {}", error.getMessage());
                    return Long.MAX_VALUE;
                })
                .thenAcceptAsync(
                        endTs -> unflushed.forEach((segment, told) -> {
                            var _ = seal(segment, SealPolicy.Reason.FLUSH_REQUESTED, new End(told, endTs))
                                    .thenRunAsync(
                                            () -> hurry(segment), term.context().loop());
                        }),
                        term.context().loop());
        return wait ? waiter.done() : CompletableFuture.completedFuture(reply);
    }

    /// Has the tick come now that the segment waits for, and the owner report it at once.
    private void hurry(Segment segment) {
        Channel channel = term.state().findChannel(segment.info().getVchannel());
        long ts = segment.info().getLastExpiry();
        boolean attained = ts <= HybridTime.plusMillis(term.sequences().now(), CLOCK_SLACK_MILLIS);
        if (channel == null || !segment.is(SegmentState.SEALED) || !attained) {
            return;
        }
        channel.watchedBy().ifPresent(owner -> send(channel, owner, List.of(), ts));
        var demand = RequestTickRequest.newBuilder()
                .addPchannels(channel.info().getPchannel())
                .setAtLeast(ts);
        var _ = term.context()
                .rpc()
                .call(RoleNames.ROOT_COORD, RootCoordGrpc.getRequestTickMethod(), demand.build(), TIMEOUT)
                .whenComplete((_, error) -> {
                    if (error != null) {
                        LOG.debug("No tick on demand, the next one comes by itself: {}", error.getMessage());
                    }
                });
    }

    /// The term is over: whoever waits is told to ask again.
    void close() {
        closed = true;
        waiters.forEach(waiter -> waiter.done()
                .completeExceptionally(new ClusterException(
                        ErrorCode.UNAVAILABLE, "The data coordinator changed during FLUSH. Send it again.")));
        waiters.clear();
    }
}
