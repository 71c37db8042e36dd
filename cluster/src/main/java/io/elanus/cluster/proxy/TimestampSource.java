package io.elanus.cluster.proxy;

import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.AllocateTimestampsReply;
import io.elanus.proto.grpc.AllocateTimestampsRequest;
import io.elanus.proto.grpc.RootCoordGrpc;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Timestamps from the root coordinator. Callers that come while a request is under way share the next one, so
/// there is one request at a time; but every timestamp was handed out after its caller asked. A timestamp from
/// before could be below one that somebody else was already acknowledged for. Lives on the loop.
final class TimestampSource {
    private static final int MAX_BATCH = 1 << 14;
    private static final Duration RETRY = Duration.ofMillis(20);

    private record Caller(
            long deadlineNanos, boolean writes, Collection<String> tick, CompletableFuture<Long> timestamp) {}

    private final RoleContext context;
    private final TickDemands ticks;
    private final Duration callTimeout;
    private final Duration patience;
    private List<Caller> waiting = new ArrayList<>();
    private boolean asking;
    private long newest;

    /// @param ticks is told which ticks are asked for together with a timestamp
    /// @param callTimeout after which a request is sent again
    /// @param patience how long a caller waits for a root coordinator that answers
    TimestampSource(RoleContext context, TickDemands ticks, Duration callTimeout, Duration patience) {
        this.context = context;
        this.ticks = ticks;
        this.callTimeout = callTimeout;
        this.patience = patience;
    }

    /// The newest timestamp seen: a lower bound of the present.
    long newest() {
        return newest;
    }

    /// One that nobody writes at. Completes on the loop.
    CompletableFuture<Long> next() {
        return next(false, List.of());
    }

    /// One to read those pchannels at: they are ticked up to it meanwhile.
    CompletableFuture<Long> nextToRead(Collection<String> pchannels) {
        return next(false, pchannels).thenApply(now -> {
            ticks.asked(pchannels, now);
            return now;
        });
    }

    /// One to write at. Only these hold ticks back.
    CompletableFuture<Long> nextToWrite() {
        return next(true, List.of());
    }

    private CompletableFuture<Long> next(boolean writes, Collection<String> tick) {
        var timestamp = new CompletableFuture<Long>();
        waiting.add(new Caller(context.clock().monotonicNanos() + patience.toNanos(), writes, tick, timestamp));
        ask();
        return timestamp;
    }

    private void ask() {
        if (asking || waiting.isEmpty()) {
            return;
        }
        asking = true;
        int count = Math.min(waiting.size(), MAX_BATCH);
        List<Caller> batch = List.copyOf(waiting.subList(0, count));
        waiting = new ArrayList<>(waiting.subList(count, waiting.size()));
        var request = AllocateTimestampsRequest.newBuilder()
                .setCount(count)
                .setWriter(context.node())
                .setReadOnly(batch.stream().noneMatch(Caller::writes));
        batch.stream().flatMap(caller -> caller.tick.stream()).distinct().forEach(request::addTick);
        var _ = context.rpc()
                .call(RoleNames.ROOT_COORD, RootCoordGrpc.getAllocateTimestampsMethod(), request.build(), callTimeout)
                .whenCompleteAsync((reply, error) -> answered(batch, reply, error), context.loop());
    }

    private void answered(List<Caller> batch, @Nullable AllocateTimestampsReply reply, @Nullable Throwable error) {
        asking = false;
        if (reply == null || error != null) {
            failed(batch, error == null ? new IllegalStateException("No answer") : error);
            return;
        }
        long first = reply.getFirst();
        newest = Math.max(newest, first + batch.size() - 1);
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).timestamp.complete(first + i);
        }
        ask();
    }

    private void failed(List<Caller> batch, Throwable error) {
        long now = context.clock().monotonicNanos();
        List<Caller> again = new ArrayList<>(batch);
        again.removeIf(caller -> caller.deadlineNanos - now <= 0);
        again.addAll(waiting);
        waiting = again;
        context.loop().schedule(RETRY, this::ask);
        for (Caller caller : batch) {
            if (caller.deadlineNanos - now <= 0) {
                caller.timestamp.completeExceptionally(Failures.toCluster(error));
            }
        }
    }
}
