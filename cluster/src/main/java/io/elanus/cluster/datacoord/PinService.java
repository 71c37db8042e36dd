package io.elanus.cluster.datacoord;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.datacoord.DataState.Channel;
import io.elanus.cluster.datacoord.DataState.Segment;
import io.elanus.proto.grpc.DataNodeGrpc;
import io.elanus.proto.grpc.FlushSegmentsRequest;
import io.elanus.proto.grpc.PinTableReply;
import io.elanus.proto.grpc.PinTableRequest;
import io.elanus.proto.grpc.RequestTickRequest;
import io.elanus.proto.grpc.RootCoordGrpc;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Pins tables for backups, and brings what a read at the pin sees into flushed segments.
///
/// The list is whole when the checkpoint of every channel has reached the timestamp, so that every row and delete
/// up to it is in files, and no row up to it is in a segment that still grows.
final class PinService {
    private static final Logger LOG = LoggerFactory.getLogger(PinService.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final Term term;
    private final Pins pins;
    private final FlushService flushes;

    PinService(Term term, Pins pins, FlushService flushes) {
        this.term = term;
        this.pins = pins;
        this.flushes = flushes;
    }

    /// Pins, and answers with the segments if everything is in them; else has that brought about.
    PinTableReply pin(PinTableRequest request) {
        if (request.getMillis() < 0 || request.getMillis() > LONGEST.toMillis()) {
            throw new ClusterException(
                    ErrorCode.INVALID_PARAMETER,
                    "A table is pinned for [%s] at most, given [%d] ms. Send the pin again before it ends."
                            .formatted(LONGEST, request.getMillis()));
        }
        Duration life = Duration.ofMillis(request.getMillis());
        pins.put(request.getPinId(), request.getTableId(), request.getTs(), life, term.nowNanos());
        if (life.isZero() || !request.getList()) {
            return PinTableReply.getDefaultInstance();
        }
        term.state().table(request.getTableId());
        List<Channel> channels = term.state().channelsOf(request.getTableId());
        var reply = PinTableReply.newBuilder()
                .setCollectedTs(channels.stream()
                        .mapToLong(channel -> channel.info().getCollectedTs())
                        .max()
                        .orElse(0));
        var segments = new ArrayList<SegmentInfo>();
        boolean complete = true;
        boolean growing = false;
        for (Channel channel : channels) {
            if (channel.info().getCheckpointTs() < request.getTs()) {
                complete = false;
                save(channel, request.getTs());
            }
            for (Segment segment : term.state().segmentsOf(channel.name())) {
                if (segment.is(SegmentState.FLUSHED)) {
                    segments.add(segment.info());
                } else if (!segment.is(SegmentState.DROPPED)) {
                    growing |= segment.info().getRows() > 0 && segment.info().getMinTs() <= request.getTs();
                }
            }
        }
        if (growing) {
            var _ = flushes.flush(request.getTableId(), false);
        }
        return complete && !growing
                ? reply.setComplete(true).addAllSegments(segments).build()
                : reply.build();
    }

    /// Has the owner of a channel write out and save everything up to a timestamp, and the tick come that it waits
    /// for.
    private void save(Channel channel, long ts) {
        channel.watchedBy().ifPresent(owner -> {
            var request = FlushSegmentsRequest.newBuilder()
                    .setVchannel(channel.name())
                    .setEpoch(channel.assignment().epoch())
                    .setSaveTs(ts)
                    .build();
            var _ = term.context()
                    .rpc()
                    .call(owner.node(), DataNodeGrpc.getFlushSegmentsMethod(), request, TIMEOUT)
                    .whenComplete((_, error) -> told("channel not saved", channel, error));
            var demand = RequestTickRequest.newBuilder()
                    .addPchannels(channel.info().getPchannel())
                    .setAtLeast(ts)
                    .build();
            var _ = term.context()
                    .rpc()
                    .call(RoleNames.ROOT_COORD, RootCoordGrpc.getRequestTickMethod(), demand, TIMEOUT)
                    .whenComplete((_, error) -> told("no tick on demand", channel, error));
        });
    }

    private static void told(String what, Channel channel, @Nullable Throwable error) {
        if (error != null) {
            LOG.debug("For a pin: {}, vchannel={} cause={}", what, channel.name(), error.getMessage());
        }
    }
}
