package io.elanus.cluster.datanode;

import io.elanus.cluster.client.LeaseGuard;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.ReportChannelsReply;
import io.elanus.proto.grpc.ReportChannelsRequest;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Tells the data coordinator how far the channels are, again and again; sooner while a new channel waits for the
/// coordinator to confirm that it is this node's. Belongs to the loop.
final class ChannelReports {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration UNPROVEN_INTERVAL = Duration.ofMillis(20);

    private final RoleContext context;
    private final Duration interval;
    private final Supplier<Collection<ChannelFlow>> flows;
    private @Nullable LeaseGuard lease;
    private EventLoop.@Nullable Timer next;

    ChannelReports(RoleContext context, Duration interval, Supplier<Collection<ChannelFlow>> flows) {
        this.context = context;
        this.interval = interval;
        this.flows = flows;
    }

    /// Reports while the lease is held; what is confirmed after its end does not count.
    void start(LeaseGuard held) {
        lease = held;
        report();
    }

    void stop() {
        lease = null;
        if (next != null) {
            next.cancel();
        }
    }

    /// Now, and then again and again.
    void report() {
        if (next != null) {
            next.cancel();
        }
        if (lease == null) {
            return;
        }
        var request = ReportChannelsRequest.newBuilder().setNode(context.node());
        boolean unproven = false;
        for (ChannelFlow flow : flows.get()) {
            if (flow.running()) {
                request.addChannels(flow.report());
                unproven |= flow.unproven();
            }
        }
        if (request.getChannelsCount() > 0) {
            send(request.build());
        }
        next = context.loop().schedule(unproven ? UNPROVEN_INTERVAL : interval, this::report);
    }

    private void send(ReportChannelsRequest request) {
        long sent = context.clock().monotonicNanos();
        Map<String, Long> epochs = new HashMap<>();
        request.getChannelsList().forEach(channel -> epochs.put(channel.getVchannel(), channel.getEpoch()));
        var _ = context.rpc()
                .call(RoleNames.DATA_COORD, DataCoordGrpc.getReportChannelsMethod(), request, CALL_TIMEOUT)
                .whenCompleteAsync(
                        (reply, error) -> {
                            if (error == null) {
                                confirm(reply, epochs, sent);
                            }
                        },
                        context.loop());
    }

    private void confirm(ReportChannelsReply reply, Map<String, Long> epochs, long sentNanos) {
        if (lease == null || !lease.certainlyValid()) {
            return;
        }
        epochs.keySet().retainAll(Set.copyOf(reply.getOwnedList()));
        for (ChannelFlow flow : flows.get()) {
            Long epoch = epochs.get(flow.vchannel());
            if (epoch != null && flow.epoch() == epoch) {
                flow.confirmed(sentNanos);
            }
        }
    }
}
