package io.elanus.cluster.querynode;

import io.elanus.cluster.client.LeaseGuard;
import io.elanus.cluster.client.NodeRegistry;
import io.elanus.cluster.client.Registration;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.RoleContext;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The orderly end of a query node: it says that it leaves, serves until others have taken its vchannels over, and
/// lets the reads that run there end. It waits for nobody when no other node stays, and not for ever. Lives on the
/// loop.
final class Departure {
    private static final Logger LOG = LoggerFactory.getLogger(Departure.class);

    private final RoleContext context;
    private final BooleanSupplier leadsNothing;
    private final Supplier<CompletableFuture<Void>> quiet;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final EventLoop.Timer limit;
    private NodeRegistry.@Nullable Discovery others;

    /// @param leadsNothing has everything been taken over?
    /// @param quiet completes when no read runs
    Departure(
            RoleContext context,
            QueryNodeConfig config,
            BooleanSupplier leadsNothing,
            Supplier<CompletableFuture<Void>> quiet) {
        this.context = context;
        this.leadsNothing = leadsNothing;
        this.quiet = quiet;
        this.limit = context.loop().schedule(config.leaveTime(), () -> end("its time is up"));
    }

    /// Completes on the loop when the node may end.
    CompletableFuture<Void> begin(NodeRegistry registry, LeaseGuard lease) {
        var _ = registry.announceLeaving(RoleNames.QUERY_NODE, lease)
                .whenCompleteAsync(
                        (_, error) -> {
                            if (error != null) {
                                end("the metadata store does not answer");
                            } else if (!done.isDone()) {
                                others = registry.watch(RoleNames.QUERY_NODE, this::onNodes);
                            }
                        },
                        context.loop());
        return done;
    }

    private void onNodes(SortedMap<String, Registration> nodes) {
        boolean alone = nodes.entrySet().stream()
                .filter(node -> !node.getKey().equals(context.node()))
                .map(Map.Entry::getValue)
                .allMatch(Registration::leaving);
        if (alone) {
            end("no other node stays");
        } else {
            check();
        }
    }

    /// To be called when the node has given something up.
    void check() {
        if (!done.isDone() && leadsNothing.getAsBoolean()) {
            var _ = quiet.get().thenRunAsync(() -> end("others have its work"), context.loop());
        }
    }

    private void end(String why) {
        if (done.complete(null)) {
            LOG.info("Query node leaves: node={} because={}", context.node(), why);
            limit.cancel();
            if (others != null) {
                others.close();
            }
        }
    }
}
