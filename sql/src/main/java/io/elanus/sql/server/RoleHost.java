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
import io.elanus.storage.log.LogBroker;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.object.ObjectStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/// What the roles of one process share: the stores, off-heap memory, a clock and worker threads. Owns them.
final class RoleHost implements AutoCloseable {
    /// No object has this key.
    private static final String WARM_UP = "warm-up";
    private static final int LOOP_CAPACITY = 65_536;
    private static final int IO_TASKS = 64;
    private static final int WAITING_TASKS = 16_384;

    private static final Duration RELEASE_LIMIT = Duration.ofSeconds(5);
    private static final Duration RELEASE_POLL = Duration.ofMillis(5);

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
        var memory = new RootAllocator(config.memory().offHeap().bytes());
        opened.add(() -> close(memory));
        spill = SpillFolder.open(directory.spill());
        stores = open(new StoreKinds(config, directory), process, memory);
        workers = opened.add(new ThreadWorkers("worker", IO_TASKS, cores, WAITING_TASKS));
        ExecutorService builders = Executors.newFixedThreadPool(
                cores, Thread.ofPlatform().name("index-build-", 1).factory());
        opened.add(builders::shutdownNow);
        kinds = new RoleKinds(config, new IndexFormats(new BuildPool(builders, cores)), directory.spill());
    }

    /// Threads that have given an answer may be on their way to give back its buffers.
    private static void close(BufferAllocator memory) {
        long end = System.nanoTime() + RELEASE_LIMIT.toNanos();
        while (memory.getAllocatedMemory() > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(RELEASE_POLL.toNanos());
        }
        memory.close();
    }

    /// Side by side: the clients of Kafka, etcd and S3 compute for a while before they ask anybody anything. All of
    /// them are open, or have failed to, when this returns or throws.
    private RoleContext.Stores open(StoreKinds kinds, String process, BufferAllocator memory) {
        CompletableFuture<LogBroker> log = beside(kinds::openLog);
        CompletableFuture<MetaStore> meta = beside(() -> kinds.openMeta(clock, process));
        CompletableFuture<ObjectStore> objects = beside(kinds::openObjects);
        try {
            CompletableFuture.allOf(log, meta, objects).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
        return new RoleContext.Stores(log.join(), meta.join(), objects.join(), memory);
    }

    private <T extends AutoCloseable> CompletableFuture<T> beside(Supplier<T> opening) {
        return CompletableFuture.supplyAsync(
                () -> opened.add(opening.get()),
                task -> Thread.ofPlatform().name("open-store").start(task));
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
