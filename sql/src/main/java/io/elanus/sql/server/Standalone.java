package io.elanus.sql.server;

import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.proxy.ProxyRole;
import io.elanus.cluster.proxy.TableAccess;
import io.elanus.cluster.runtime.GrpcRpc;
import io.elanus.cluster.runtime.InProcessTransport;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.Rpc;
import io.elanus.sql.exec.SpillFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// All eight roles in this process, over the stores that the configuration chooses.
public final class Standalone implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Closing closing = new Closing();
    private final RoleHost host;
    private final InProcessTransport transport;
    private final List<HostedRole> roles = new ArrayList<>();
    private final ProxyRole proxy;

    /// Opens the stores and starts the roles; returns when they serve. What was opened is closed again if that
    /// fails.
    public static Standalone start(Path data, ServerConfig config) {
        var standalone = new Standalone(data, config);
        try {
            standalone.startRoles();
            return standalone;
        } catch (RuntimeException e) {
            standalone.close();
            throw e;
        }
    }

    private Standalone(Path data, ServerConfig config) {
        host = closing.add(RoleHost.open(data, config, "standalone"));
        transport = closing.add(new InProcessTransport("elanus-" + Integer.toHexString(System.identityHashCode(this))));
        RoleKinds.COORDINATORS.forEach(coordinator -> add(coordinator, coordinator));
        RoleKinds.WORKERS.forEach(worker -> add(worker, worker + "-1"));
        proxy = (ProxyRole) add(RoleNames.PROXY, RoleNames.PROXY + "-1").role();
    }

    private HostedRole add(String kind, String node) {
        HostedRole made = closing.add(host.role(kind, node, transport));
        roles.add(made);
        return made;
    }

    private void startRoles() {
        for (HostedRole role : roles) {
            role.serve(transport);
            closing.add(role::stop);
        }
        var starts = roles.stream().map(HostedRole::start).toArray(CompletableFuture[]::new);
        Await.done("start", CompletableFuture.allOf(starts), START_LIMIT);
    }

    /// Starts another proxy beside the first; it ends with the others.
    TableAccess addProxy(int number) {
        HostedRole another = add(RoleNames.PROXY, RoleNames.PROXY + "-" + number);
        another.serve(transport);
        closing.add(another::stop);
        Await.done("start", another.start(), START_LIMIT);
        return (ProxyRole) another.role();
    }

    public TableAccess tables() {
        return proxy;
    }

    public Rpc rpc() {
        return new GrpcRpc(transport::channel);
    }

    public RoleContext.Stores stores() {
        return host.stores();
    }

    SpillFolder spill() {
        return host.spill();
    }

    /// Stops the roles in reverse order, then closes what they stood on.
    @Override
    public void close() {
        closing.close();
    }
}
