package io.elanus.sql.server;

import io.elanus.cluster.client.AddressBook;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.exchange.GrpcFragmentClient;
import io.elanus.cluster.proxy.ProxyRole;
import io.elanus.cluster.runtime.Clock;
import io.elanus.cluster.runtime.GrpcRpc;
import io.elanus.cluster.runtime.NetTransport;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.SystemClock;
import io.elanus.cluster.runtime.ThreadEventLoop;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.IndexFormats;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One role of a cluster in this process, over stores that all its processes reach. A proxy has the doors too.
public final class RoleProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RoleProcess.class);
    /// Kafka, etcd and the coordinators may still be on their way up.
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Closing closing = new Closing();
    private final NetTransport transport;
    private final Optional<Doors> doors;

    /// Who this process is.
    ///
    /// @param role one of [RoleKinds#NAMES]
    /// @param node name in the cluster; a process of the same name takes its place
    /// @param rpcPort for the other nodes; 0 takes a free one
    public record Identity(String role, String node, int rpcPort) {}

    /// Starts the role; returns when it serves. What was opened is closed again if that fails.
    ///
    /// @param data folder for copies of objects, this process's alone
    public static RoleProcess start(Identity identity, Path data, ServerConfig config) {
        requireSharedStores(config);
        return new RoleProcess(identity, data, config);
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

    private RoleProcess(Identity identity, Path data, ServerConfig config) {
        String host = config.listen().host();
        Clock clock = new SystemClock();
        try {
            var directory = closing.add(DataDirectory.open(data));
            BufferAllocator memory =
                    closing.add(new RootAllocator(config.memory().offHeap().bytes()));
            var kinds = new StoreKinds(config, directory);
            var stores = new RoleContext.Stores(
                    closing.add(kinds.openLog()),
                    closing.add(kinds.openMeta(clock, identity.node())),
                    closing.add(kinds.openObjects()),
                    memory);
            var workers = closing.add(Standalone.workers());
            var retries = Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("address-book").factory());
            closing.add(retries::shutdownNow);
            var book = closing.add(new AddressBook(stores.meta(), retries));
            Standalone.await("read the addresses of the cluster", book.start(), START_LIMIT);
            transport = closing.add(new NetTransport(host, identity.rpcPort(), book));

            var loop = new ThreadEventLoop(identity.node(), Standalone.LOOP_CAPACITY, clock).start();
            closing.add(loop);
            var rpc = new GrpcRpc(transport::channel);
            var context = new RoleContext(identity.node(), loop, clock, workers, rpc, stores, new SecureRandom());
            int cores = Runtime.getRuntime().availableProcessors();
            var builders = Executors.newFixedThreadPool(
                    cores, Thread.ofPlatform().name("index-build-", 1).factory());
            closing.add(builders::shutdownNow);
            var roles = new RoleKinds(config, new IndexFormats(new BuildPool(builders, cores)));
            Role role = roles.make(identity.role(), context, new GrpcFragmentClient(transport::channel, memory));
            transport.serve(identity.node(), RoleKinds.services(role, context));
            Standalone.await(
                    "publish the address of this node",
                    book.publish(identity.node(), host, transport.port()),
                    START_LIMIT);
            closing.add(() -> Standalone.await("stop " + identity.node(), role.stop(), Standalone.STOP_LIMIT));
            Standalone.await("start " + identity.node(), role.start(), START_LIMIT);
            doors = identity.role().equals(RoleNames.PROXY)
                    ? Optional.of(closing.add(new Doors(config, (ProxyRole) role, rpc, memory)))
                    : Optional.empty();
        } catch (RuntimeException e) { // whatever was started is stopped again
            closing.close();
            throw e;
        }
        LOG.atInfo()
                .addKeyValue("role", identity.role())
                .addKeyValue("node", identity.node())
                .addKeyValue("rpcPort", transport.port())
                .log("Role started");
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
