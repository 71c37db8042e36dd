package io.elanus.sql.server;

import io.elanus.cluster.client.AddressBook;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.proxy.ProxyRole;
import io.elanus.cluster.runtime.Clock;
import io.elanus.cluster.runtime.GrpcRpc;
import io.elanus.cluster.runtime.NetTransport;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.SystemClock;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.metrics.Metrics;
import io.elanus.sql.metrics.ProcessMetrics;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.meta.MetaStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One role of a cluster in this process, over stores that all its processes reach. A proxy has the doors too.
///
/// A second process of a coordinator's role stands by: it runs, and takes over when the lease of the first ends.
public final class RoleProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RoleProcess.class);
    /// Kafka, etcd and the coordinators may still be on their way up.
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Closing closing = new Closing();
    private Optional<Doors> doors = Optional.empty();
    private int httpPort;

    /// Who this process is.
    ///
    /// @param role one of [RoleKinds#NAMES]
    /// @param node name in the cluster; a process of the same name takes its place
    /// @param rpcPort for the other nodes; 0 takes a free one
    /// @param advertised where the other nodes reach that port, when it is not where this one listens: behind
    ///     address translation, or in a container; `host:port`
    public record Identity(String role, String node, int rpcPort, Optional<String> advertised) {
        public Identity(String role, String node, int rpcPort) {
            this(role, node, rpcPort, Optional.empty());
        }
    }

    /// Starts the role; returns when it serves, or stands by. What was opened is closed again if that fails.
    ///
    /// @param data folder for copies of objects, this process's alone
    public static RoleProcess start(Identity identity, Path data, ServerConfig config) {
        return start(identity, data, config, new SystemClock());
    }

    static RoleProcess start(Identity identity, Path data, ServerConfig config, Clock clock) {
        requireSharedStores(config);
        var process = new RoleProcess();
        try {
            process.open(identity, data, config, clock);
            return process;
        } catch (RuntimeException e) { // whatever was started is stopped again
            process.closing.close();
            throw e;
        }
    }

    private static void requireSharedStores(ServerConfig config) {
        var stores = config.stores();
        if (stores.log() == ServerConfig.LogKind.EMBEDDED
                || stores.meta() == ServerConfig.MetaKind.EMBEDDED
                || stores.objects() == ServerConfig.ObjectKind.LOCAL) {
            throw new QueryException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "A role in a process of its own needs stores that the other processes reach as well.",
                    "Set stores.log=kafka, stores.meta=etcd and stores.objects=s3, or start ./elanus server.");
        }
    }

    private RoleProcess() {}

    private void open(Identity identity, Path data, ServerConfig config, Clock clock) {
        String address = config.listen().host();
        RoleHost host = closing.add(RoleHost.open(data, config, identity.node(), clock));
        if (identity.role().equals(RoleNames.QUERY_NODE)) {
            host.warmUp();
        }
        AddressBook book = openBook(host.stores().meta());
        var transport = closing.add(new NetTransport(
                address, identity.rpcPort(), book, config.security().tls().nodes()));
        HostedRole role = closing.add(host.role(identity.role(), identity.node(), transport));
        role.serve(transport);
        Await.done(
                "publish the address of this node",
                book.publish(identity.node(), identity.advertised().orElseGet(() -> address + ":" + transport.port())),
                START_LIMIT);
        closing.add(role::stop);
        start(identity, role.start());
        if (role.role() instanceof ProxyRole proxy) {
            var rpc = new GrpcRpc(transport);
            doors = Optional.of(closing.add(new Doors(config, proxy, rpc, host.stores(), host.spill(), data)));
        }
        if (doors.isEmpty()) {
            httpPort = closing.add(openDoor(identity, config, host.stores())).port();
        }
        LOG.atInfo()
                .addKeyValue("role", identity.role())
                .addKeyValue("node", identity.node())
                .addKeyValue("rpcPort", transport.port())
                .addKeyValue("http", address().orElse(address + ":" + httpPort))
                .log("Role started");
    }

    private static RoleDoor openDoor(Identity identity, ServerConfig config, RoleContext.Stores stores) {
        var metrics = new Metrics();
        ProcessMetrics.add(metrics, VersionCommand.version());
        ProcessMetrics.addMemory(metrics, stores.memory()::getAllocatedMemory, stores.memory()::getLimit);
        CacheMetrics.add(metrics, stores.objects());
        metrics.gauges(
                "elanus_role_info",
                "Always 1; the labels tell which role the process runs, and as which node",
                () -> List.of(new Metrics.Sample(Map.of("role", identity.role(), "node", identity.node()), 1)));
        var health = new ClusterHealth(stores.meta());
        return new RoleDoor(
                config.listen().host(),
                config.listen().rolePort(),
                config.security().tls().clientKeys(),
                metrics,
                () -> health.problemsOf(identity));
    }

    private AddressBook openBook(MetaStore meta) {
        ScheduledExecutorService retries = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("address-book").factory());
        closing.add(retries::shutdownNow);
        var book = closing.add(new AddressBook(meta, retries));
        Await.done("read the addresses of the cluster", book.start(), START_LIMIT);
        return book;
    }

    private static void start(Identity identity, CompletableFuture<Void> serving) {
        if (RoleKinds.standsBy(identity.role())) {
            var _ = serving.whenComplete((_, error) -> {
                if (error != null) {
                    LOG.atError()
                            .addKeyValue("node", identity.node())
                            .setCause(error)
                            .log("Role failed to start");
                }
            });
        } else {
            Await.done("start " + identity.node(), serving, START_LIMIT);
        }
    }

    /// `host:port` of a proxy's HTTP door.
    public Optional<String> address() {
        return doors.map(Doors::address);
    }

    @Override
    public void close() {
        closing.close();
        LOG.info("Role stopped");
    }
}
