package io.elanus.sql.server;

import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.ThreadEventLoop;
import io.elanus.cluster.runtime.Transport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// A role on an event loop of its own, which it owns. Stopped and closed in two steps, so that the roles of one
/// process can all stop before the first loop is gone.
final class HostedRole implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);

    private final Role role;
    private final RoleContext context;
    private final ThreadEventLoop loop;

    HostedRole(Role role, RoleContext context, ThreadEventLoop loop) {
        this.role = role;
        this.context = context;
        this.loop = loop;
    }

    Role role() {
        return role;
    }

    /// Lets others call the role.
    void serve(Transport transport) {
        transport.serve(context.node(), RoleKinds.services(role, context));
    }

    /// Completes when the role serves. A coordinator that stands by for another one stays incomplete.
    CompletableFuture<Void> start() {
        return role.start();
    }

    /// Blocks until the role has stopped.
    void stop() {
        Await.done("stop " + context.node(), role.stop(), STOP_LIMIT);
    }

    @Override
    public void close() {
        loop.close();
    }
}
