package io.elanus.cluster.proxy;

import com.google.protobuf.ByteString;
import io.elanus.cluster.client.LeaseGuard;
import io.elanus.cluster.client.NodeRegistry;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.ReportTicksRequest;
import io.elanus.proto.grpc.RootCoordGrpc;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The proxy's registration, renewed under a new lease when the old one is lost. Lives on the loop.
///
/// Writes begin only under a lease that the root coordinator has acknowledged ([#held]): from then on no tick goes
/// out without this proxy's promise, until the store has ended the lease.
final class ProxyLease {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyLease.class);
    private static final Duration RETRY = Duration.ofMillis(100);

    private final RoleContext context;
    private final ProxyConfig config;
    private final NodeRegistry registry;
    private final InFlightWrites writes;
    private CompletableFuture<LeaseGuard> held = new CompletableFuture<>();
    private @Nullable LeaseGuard registered;
    private EventLoop.@Nullable Timer report;
    private boolean closed;

    ProxyLease(RoleContext context, ProxyConfig config, InFlightWrites writes) {
        this.context = context;
        this.config = config;
        this.registry = new NodeRegistry(context, config.lease());
        this.writes = writes;
    }

    void start() {
        register();
    }

    /// The lease under which writes may begin, when there is one. Completes on the loop.
    CompletableFuture<LeaseGuard> held() {
        return held;
    }

    /// What the proxy promises, under the lease it has.
    ReportTicksRequest promises() {
        return ReportTicksRequest.newBuilder()
                .setProxy(context.node())
                .setLeaseId(registered == null ? 0 : registered.id())
                .putAllLeastByPchannel(writes.leastByPchannel())
                .setLeastElsewhere(writes.leastElsewhere())
                .build();
    }

    /// A write that held a tick back is done: says so, once for all that end in this turn of the loop.
    void reportSoon() {
        if (report == null) {
            report = context.loop().schedule(Duration.ZERO, () -> {
                report = null;
                var _ = send();
            });
        }
    }

    CompletableFuture<Void> close() {
        closed = true;
        held = new CompletableFuture<>();
        return registered == null ? CompletableFuture.completedFuture(null) : registered.release();
    }

    private void register() {
        if (closed) {
            return;
        }
        var _ = registry.register(RoleNames.PROXY, ByteString.EMPTY, this::lost)
                .whenCompleteAsync(
                        (lease, error) -> {
                            if (lease == null) {
                                LOG.atWarn().setCause(error).log("The proxy could not register; trying again");
                                context.loop().schedule(RETRY, this::register);
                            } else if (closed) {
                                var _ = lease.release();
                            } else {
                                registered = lease;
                                announce(lease);
                            }
                        },
                        context.loop());
    }

    private void announce(LeaseGuard lease) {
        if (closed || !lease.equals(registered)) {
            return;
        }
        var _ = send().whenCompleteAsync(
                        (_, error) -> {
                            if (!lease.equals(registered)) {
                                return;
                            }
                            if (error != null) {
                                context.loop().schedule(RETRY, () -> announce(lease));
                            } else {
                                held.complete(lease);
                            }
                        },
                        context.loop());
    }

    private CompletableFuture<?> send() {
        return context.rpc()
                .call(RoleNames.ROOT_COORD, RootCoordGrpc.getReportTicksMethod(), promises(), config.callTimeout());
    }

    private void lost() {
        registered = null;
        if (held.isDone()) {
            held = new CompletableFuture<>();
        }
        register();
    }
}
