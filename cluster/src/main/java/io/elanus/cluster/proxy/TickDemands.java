package io.elanus.cluster.proxy;

import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.RequestTickReply;
import io.elanus.proto.grpc.RequestTickRequest;
import io.elanus.proto.grpc.RootCoordGrpc;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Asks for ticks on behalf of reads that are ahead of the last tick known here. Demands that come while one is
/// under way go out together. Nobody waits for the answer: the shard leader waits for the tick itself, and the
/// interval makes good for a demand that failed. Lives on the loop, except [#covers].
final class TickDemands {
    private final RoleContext context;
    private final Duration callTimeout;
    private final Map<String, Long> ticked = new ConcurrentHashMap<>();
    private final Map<String, Long> underWay = new HashMap<>();
    private TreeSet<String> pchannels = new TreeSet<>();
    private long atLeast;
    private boolean asking;

    TickDemands(RoleContext context, Duration callTimeout) {
        this.context = context;
        this.callTimeout = callTimeout;
    }

    /// Was the log ticked as far as that? Any thread.
    boolean covers(String pchannel, long guarantee) {
        return ticked.getOrDefault(pchannel, 0L) >= guarantee;
    }

    /// The root coordinator was asked already, together with the timestamp.
    void asked(Collection<String> wanted, long guarantee) {
        wanted.forEach(pchannel -> underWay.merge(pchannel, guarantee, Math::max));
    }

    void ask(Collection<String> wanted, long guarantee) {
        for (String pchannel : wanted) {
            if (!covers(pchannel, guarantee) && underWay.getOrDefault(pchannel, 0L) < guarantee) {
                pchannels.add(pchannel);
                atLeast = Math.max(atLeast, guarantee);
            }
        }
        send();
    }

    private void send() {
        if (asking || pchannels.isEmpty()) {
            return;
        }
        asking = true;
        var request = RequestTickRequest.newBuilder()
                .addAllPchannels(pchannels)
                .setAtLeast(atLeast)
                .build();
        pchannels = new TreeSet<>();
        atLeast = 0;
        var _ = context.rpc()
                .call(RoleNames.ROOT_COORD, RootCoordGrpc.getRequestTickMethod(), request, callTimeout)
                .whenCompleteAsync(this::answered, context.loop());
    }

    private void answered(@Nullable RequestTickReply reply, @Nullable Throwable error) {
        asking = false;
        if (reply != null && error == null) {
            reply.getTicksMap().forEach((pchannel, tick) -> ticked.merge(pchannel, tick, Math::max));
        }
        send();
    }
}
