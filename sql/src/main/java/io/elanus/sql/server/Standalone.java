package io.elanus.sql.server;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.exchange.GrpcFragmentClient;
import io.elanus.cluster.proxy.ProxyRole;
import io.elanus.cluster.proxy.TableAccess;
import io.elanus.cluster.runtime.Clock;
import io.elanus.cluster.runtime.GrpcRpc;
import io.elanus.cluster.runtime.InProcessTransport;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.Rpc;
import io.elanus.cluster.runtime.SystemClock;
import io.elanus.cluster.runtime.ThreadEventLoop;
import io.elanus.cluster.runtime.ThreadWorkers;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.IndexFormats;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/// All eight roles in this process, over the stores that the configuration chooses.
public final class Standalone implements AutoCloseable {
    private static final String STANDALONE = "standalone";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    static final int LOOP_CAPACITY = 65_536;
    private static final int IO_TASKS = 64;
    private static final int WAITING_TASKS = 16_384;

    private record Part(String node, Role role, RoleContext context, ThreadEventLoop loop) {}

    private final Clock clock = new SystemClock();
    private final Closing closing = new Closing();
    private final BufferAllocator memory;
    private final RoleContext.Stores stores;
    private final ThreadWorkers workers;
    private final InProcessTransport transport;
    private final GrpcFragmentClient fragments;
    private final List<Part> parts = new ArrayList<>();
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
        var directory = closing.add(DataDirectory.open(data));
        memory = closing.add(new RootAllocator(config.memory().offHeap().bytes()));
        var kinds = new StoreKinds(config, directory);
        stores = new RoleContext.Stores(
                closing.add(kinds.openLog()),
                closing.add(kinds.openMeta(clock, STANDALONE)),
                closing.add(kinds.openObjects()),
                memory);
        workers = closing.add(workers());
        transport = closing.add(new InProcessTransport("elanus-" + Integer.toHexString(System.identityHashCode(this))));
        fragments = new GrpcFragmentClient(transport::channel, memory);

        int cores = Runtime.getRuntime().availableProcessors();
        var builders = Executors.newFixedThreadPool(
                cores, Thread.ofPlatform().name("index-build-", 1).factory());
        closing.add(builders::shutdownNow);
        var roles = new RoleKinds(config, new IndexFormats(new BuildPool(builders, cores)));
        for (String coordinator :
                List.of(RoleNames.ROOT_COORD, RoleNames.DATA_COORD, RoleNames.INDEX_COORD, RoleNames.QUERY_COORD)) {
            add(coordinator, coordinator, roles);
        }
        for (String worker : List.of(RoleNames.DATA_NODE, RoleNames.INDEX_NODE, RoleNames.QUERY_NODE)) {
            add(worker, worker + "-1", roles);
        }
        proxy = (ProxyRole) add(RoleNames.PROXY, RoleNames.PROXY + "-1", roles);
    }

    /// Worker threads of a process.
    static ThreadWorkers workers() {
        return new ThreadWorkers("worker", IO_TASKS, Runtime.getRuntime().availableProcessors(), WAITING_TASKS);
    }

    private Role add(String kind, String node, RoleKinds roles) {
        var loop = new ThreadEventLoop(node, LOOP_CAPACITY, clock).start();
        var context = new RoleContext(
                node, loop, clock, workers, new GrpcRpc(transport::channel), stores, new SecureRandom());
        Role made = roles.make(kind, context, fragments);
        parts.add(new Part(node, made, context, loop));
        return made;
    }

    private void startRoles() {
        for (Part part : parts) {
            transport.serve(part.node(), RoleKinds.services(part.role(), part.context()));
        }
        var starts = parts.stream().map(part -> part.role().start()).toArray(CompletableFuture[]::new);
        await("start", CompletableFuture.allOf(starts), START_LIMIT);
    }

    public TableAccess tables() {
        return proxy;
    }

    public Rpc rpc() {
        return new GrpcRpc(transport::channel);
    }

    public BufferAllocator memory() {
        return memory;
    }

    /// Stops the roles in reverse order, then closes what they stood on.
    @Override
    public void close() {
        for (Part part : parts.reversed()) {
            await("stop " + part.node(), part.role().stop(), STOP_LIMIT);
        }
        parts.forEach(part -> part.loop().close());
        closing.close();
    }

    /// Waits for something of the start or the stop, which fails with a sentence.
    static void await(String what, CompletableFuture<?> future, Duration limit) {
        try {
            future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new ClusterException(
                    ErrorCode.NOT_READY, "Could not %s: %s".formatted(what, reason(e.getCause())), e.getCause());
        } catch (TimeoutException e) {
            throw new ClusterException(ErrorCode.NOT_READY, "Could not %s within [%s]".formatted(what, limit), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException(ErrorCode.NOT_READY, "Interrupted while trying to " + what, e);
        }
    }

    private static String reason(@Nullable Throwable cause) {
        return cause == null ? "for no known reason" : String.valueOf(cause.getMessage());
    }
}
