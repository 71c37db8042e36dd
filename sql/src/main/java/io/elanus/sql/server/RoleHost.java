package io.elanus.sql.server;

import io.elanus.cluster.exchange.GrpcFragmentClient;
import io.elanus.cluster.exchange.LocalFragments;
import io.elanus.cluster.querynode.QueryNode;
import io.elanus.cluster.runtime.Clock;
import io.elanus.cluster.runtime.GrpcRpc;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.Rpc;
import io.elanus.cluster.runtime.SystemClock;
import io.elanus.cluster.runtime.ThreadEventLoop;
import io.elanus.cluster.runtime.ThreadWorkers;
import io.elanus.cluster.runtime.Transport;
import io.elanus.sql.exec.SpillFolder;
import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.IndexFormats;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/// What the roles of one process share: the stores, off-heap memory, a clock and worker threads. Owns them.
final class RoleHost implements AutoCloseable {
    /// No object has this key.
    private static final String WARM_UP = "warm-up";
    private static final int LOOP_CAPACITY = 65_536;
    private static final int IO_TASKS = 64;
    private static final int WAITING_TASKS = 16_384;

    private final Closing opened;
    private final Clock clock;
    private final int cores = Runtime.getRuntime().availableProcessors();
    private final RoleContext.Stores stores;
    private final SpillFolder spill;
    private final ThreadWorkers workers;
    private final RoleKinds kinds;
    private final LocalFragments local = new LocalFragments();

    /// Opens the stores. What was opened is closed again if that fails.
    ///
    /// @param data folder that is this process's alone
    /// @param process name for stores that serve several
    static RoleHost open(Path data, ServerConfig config, String process) {
        return open(data, config, process, new SystemClock());
    }

    static RoleHost open(Path data, ServerConfig config, String process, Clock clock) {
        var opened = new Closing();
        try {
            return new RoleHost(data, config, process, clock, opened);
        } catch (RuntimeException e) { // whatever was opened is closed again
            opened.close();
            throw e;
        }
    }

    private RoleHost(Path data, ServerConfig config, String process, Clock clock, Closing opened) {
        this.opened = opened;
        this.clock = clock;
        var directory = opened.add(DataDirectory.open(data));
        BufferAllocator memory =
                opened.add(new RootAllocator(config.memory().offHeap().bytes()));
        spill = SpillFolder.open(directory.spill());
        var storeKinds = new StoreKinds(config, directory);
        stores = new RoleContext.Stores(
                opened.add(storeKinds.openLog()),
                opened.add(storeKinds.openMeta(clock, process)),
                opened.add(storeKinds.openObjects()),
                memory);
        workers = opened.add(new ThreadWorkers("worker", IO_TASKS, cores, WAITING_TASKS));
        ExecutorService builders = Executors.newFixedThreadPool(
                cores, Thread.ofPlatform().name("index-build-", 1).factory());
        opened.add(builders::shutdownNow);
        kinds = new RoleKinds(config, new IndexFormats(new BuildPool(builders, cores)), directory.spill());
    }

    RoleContext.Stores stores() {
        return stores;
    }

    SpillFolder spill() {
        return spill;
    }

    /// Makes a first request to the object store, beside whatever else is going on. It loads the store's client, half a
    /// second of computing, for which nobody should wait when a node takes over the work of another.
    void warmUp() {
        var _ = workers.io(() -> stores.objects().find(WARM_UP));
    }

    /// Makes a role; the caller owns it and closes it before this.
    ///
    /// @param kind one of [RoleKinds#NAMES]
    HostedRole role(String kind, String node, Transport transport) {
        RoleKinds.require(kind);
        Rpc rpc = new GrpcRpc(transport);
        var loop = new ThreadEventLoop(node, LOOP_CAPACITY, clock).start();
        var context = new RoleContext(node, loop, clock, workers, rpc, stores, new SecureRandom());
        var fragments = local.client(new GrpcFragmentClient(transport::channel, stores.memory()));
        Role role = kinds.make(kind, context, fragments);
        if (role instanceof QueryNode queryNode) {
            local.serve(node, queryNode);
        }
        return new HostedRole(role, context, loop);
    }

    @Override
    public void close() {
        opened.close();
    }
}
