package io.elanus.cluster.datanode;

import io.elanus.cluster.client.LivingProxies;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.ChannelFence;
import io.elanus.proto.grpc.FenceLocksRequest;
import io.elanus.proto.grpc.ProxyGrpc;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells every living proxy that locks of earlier owners of a channel are void; see the package's argument. Fences
/// that are raised while a round is under way go out together in the next. Lives on the loop.
final class LockFences {
    private static final Logger LOG = LoggerFactory.getLogger(LockFences.class);
    private static final Duration RETRY = Duration.ofMillis(50);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(1);

    private record Fence(long epoch, Runnable onRaised) {}

    private final RoleContext context;
    private final LivingProxies proxies;
    private final Map<String, Fence> pending = new HashMap<>();
    private boolean running;

    LockFences(RoleContext context) {
        this.context = context;
        this.proxies = new LivingProxies(context);
    }

    /// @param onRaised called on the loop once no write begins any more that was decided under an older lock
    void raise(String vchannel, long epoch, Runnable onRaised) {
        pending.put(vchannel, new Fence(epoch, onRaised));
        run();
    }

    void forget(String vchannel) {
        pending.remove(vchannel);
    }

    void close() {
        pending.clear();
    }

    private void run() {
        if (running || pending.isEmpty()) {
            return;
        }
        running = true;
        Map<String, Fence> round = Map.copyOf(pending);
        var request = FenceLocksRequest.newBuilder();
        round.forEach((vchannel, fence) -> request.addChannels(
                ChannelFence.newBuilder().setVchannel(vchannel).setEpoch(fence.epoch)));
        var _ = proxies.ask(ProxyGrpc.getFenceLocksMethod(), request.build(), CALL_TIMEOUT)
                .whenCompleteAsync((_, error) -> told(round, error), context.loop());
    }

    /// A proxy that did not answer is told again, until it answers or its lease has ended.
    private void told(Map<String, Fence> round, @Nullable Throwable error) {
        running = false;
        if (error != null) {
            LOG.debug("Not every proxy knows of the new owner yet, telling them again: {}", error.getMessage());
            context.loop().schedule(RETRY, this::run);
            return;
        }
        round.forEach((vchannel, fence) -> {
            if (pending.remove(vchannel, fence)) {
                fence.onRaised.run();
            }
        });
        run();
    }
}
