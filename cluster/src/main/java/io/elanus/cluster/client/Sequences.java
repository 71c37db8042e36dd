package io.elanus.cluster.client;

import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.AllocateIdsReply;
import io.elanus.proto.grpc.AllocateIdsRequest;
import io.elanus.proto.grpc.RootCoordGrpc;
import io.elanus.storage.type.HybridTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ids and the time, from the root coordinator. Ids are taken in blocks. The time is a timestamp that the root
/// coordinator handed out lately plus what has passed since: good for expiries and ages, which need not be exact,
/// and free. Lives on the loop.
public final class Sequences implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sequences.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration REFRESH = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final int BLOCK = 1000;

    private final RoleContext context;
    private long nextId;
    private long endId;
    private long lastTs;
    private long lastNanos;
    private EventLoop.@Nullable Timer refresh;
    private boolean closed;

    public Sequences(RoleContext context) {
        this.context = context;
    }

    /// Opens what is to own sequences, once the time is known. They are closed here if it cannot be opened.
    public static <T> CompletableFuture<T> open(
            RoleContext context, Function<Sequences, CompletableFuture<T>> opening) {
        var sequences = new Sequences(context);
        return sequences
                .start()
                .thenComposeAsync(_ -> opening.apply(sequences), context.loop())
                .whenCompleteAsync(
                        (_, error) -> {
                            if (error != null) {
                                sequences.close();
                            }
                        },
                        context.loop());
    }

    /// Completes when the time is known.
    public CompletableFuture<Void> start() {
        var started = new CompletableFuture<Void>();
        attempt(started);
        return started;
    }

    @Override
    public void close() {
        closed = true;
        if (refresh != null) {
            refresh.cancel();
        }
    }

    /// About the timestamp that the root coordinator would hand out now.
    public long now() {
        long millis = (context.clock().monotonicNanos() - lastNanos) / 1_000_000;
        return HybridTime.plusMillis(lastTs, millis);
    }

    /// A timestamp that was handed out lately: not above any that is handed out from now on.
    public long floor() {
        return lastTs;
    }

    /// Consecutive ids; the first is returned.
    public CompletableFuture<Long> ids(int count) {
        if (endId - nextId >= count) {
            long first = nextId;
            nextId += count;
            return CompletableFuture.completedFuture(first);
        }
        var request =
                AllocateIdsRequest.newBuilder().setCount(Math.max(count, BLOCK)).build();
        return context.rpc()
                .call(RoleNames.ROOT_COORD, RootCoordGrpc.getAllocateIdsMethod(), request, TIMEOUT)
                .thenApplyAsync(reply -> take(reply, request.getCount(), count), context.loop());
    }

    private long take(AllocateIdsReply reply, int received, int count) {
        nextId = reply.getFirst() + count;
        endId = reply.getFirst() + received;
        return reply.getFirst();
    }

    private void attempt(CompletableFuture<Void> started) {
        var _ = fetch().whenCompleteAsync(
                        (_, error) -> {
                            if (closed) {
                                started.cancel(false);
                            } else if (error != null) {
                                refresh = context.loop().schedule(RETRY, () -> attempt(started));
                            } else {
                                refresh = context.loop().repeat(REFRESH, this::refresh);
                                started.complete(null);
                            }
                        },
                        context.loop());
    }

    private void refresh() {
        var _ = fetch().whenComplete((_, error) -> {
            if (error != null) {
                LOG.debug("The time was not refreshed: {}", error.getMessage());
            }
        });
    }

    private CompletableFuture<Void> fetch() {
        return Timestamps.next(context)
                .thenAcceptAsync(
                        handedOut -> {
                            if (handedOut > lastTs) {
                                lastTs = handedOut;
                                lastNanos = context.clock().monotonicNanos();
                            }
                        },
                        context.loop());
    }
}
