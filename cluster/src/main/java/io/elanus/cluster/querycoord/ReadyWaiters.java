package io.elanus.cluster.querycoord;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.runtime.EventLoop.Timer;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.storage.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Callers that wait until a table serves, or serves something newer. Lives on the role's loop.
final class ReadyWaiters {
    /// @param firstCycle failures of cycles before are not its own
    private record Waiter(
            long id, long tableId, Predicate<QueryState> ready, long firstCycle, CompletableFuture<Void> answer) {}

    private final RoleContext context;
    private final QueryCoordConfig config;
    private final Map<Waiter, Timer> waiting = new LinkedHashMap<>();
    private long waiters;
    private QueryState last = QueryState.empty(0);

    ReadyWaiters(RoleContext context, QueryCoordConfig config) {
        this.context = context;
        this.config = config;
    }

    /// Completes when every vchannel of the table is served.
    CompletableFuture<Void> served(long tableId, QueryState state) {
        return await(tableId, now -> now.serves(tableId), 0, state);
    }

    /// Completes when every vchannel is served, and by none but with the target of a cycle that began after the call.
    CompletableFuture<Void> refreshed(long tableId, QueryState state) {
        Map<String, Long> cycles = state.channelsOf(tableId).stream()
                .collect(Collectors.toMap(
                        ChannelLoad::key, channel -> channel.cycle().number() + 1));
        return await(
                tableId,
                now -> now.serves(tableId)
                        && now.channelsOf(tableId).stream()
                                .filter(channel -> channel.servedVersion() > 0)
                                .allMatch(
                                        channel -> channel.cycle().served() >= cycles.getOrDefault(channel.key(), 1L)),
                cycles.values().stream().mapToLong(cycle -> cycle).min().orElse(0),
                state);
    }

    private CompletableFuture<Void> await(
            long tableId, Predicate<QueryState> ready, long firstCycle, QueryState state) {
        last = state;
        if (ready.test(state)) {
            return CompletableFuture.completedFuture(null);
        }
        var waiter = new Waiter(waiters++, tableId, ready, firstCycle, new CompletableFuture<>());
        Optional<LoadFailure> lasting = lasting(waiter, state);
        if (lasting.isPresent()) {
            return CompletableFuture.failedFuture(asError(lasting.get()));
        }
        waiting.put(waiter, context.loop().schedule(config.readyTimeout(), () -> expire(waiter)));
        return waiter.answer();
    }

    void check(QueryState state) {
        last = state;
        for (Waiter waiter : List.copyOf(waiting.keySet())) {
            if (!state.tables().containsKey(waiter.tableId())) {
                finish(waiter);
                waiter.answer()
                        .completeExceptionally(new ClusterException(
                                ErrorCode.NOT_READY,
                                "Table [%d] was released while it was being loaded. Send the statement again."
                                        .formatted(waiter.tableId())));
            } else if (waiter.ready().test(state)) {
                finish(waiter);
                waiter.answer().complete(null);
            } else {
                lasting(waiter, state).ifPresent(failure -> {
                    finish(waiter);
                    waiter.answer().completeExceptionally(asError(failure));
                });
            }
        }
    }

    /// What keeps the table from being served, if waiting does not help. It is tried again all the same.
    private static Optional<LoadFailure> lasting(Waiter waiter, QueryState state) {
        return state.channelsOf(waiter.tableId()).stream()
                .filter(channel -> channel.replica().number() == 0)
                .map(ChannelLoad::failure)
                .filter(failure -> failure.lasting() && failure.cycle() >= waiter.firstCycle())
                .findFirst();
    }

    private static ClusterException asError(LoadFailure failure) {
        return new ClusterException(failure.code(), failure.reason());
    }

    void failAll(ClusterException reason) {
        for (Waiter waiter : List.copyOf(waiting.keySet())) {
            finish(waiter);
            waiter.answer().completeExceptionally(reason);
        }
    }

    private void finish(Waiter waiter) {
        Timer expiry = waiting.remove(waiter);
        if (expiry != null) {
            expiry.cancel();
        }
    }

    private void expire(Waiter waiter) {
        finish(waiter);
        waiter.answer()
                .completeExceptionally(new ClusterException(
                        ErrorCode.NOT_READY,
                        "Table [%d] was not ready to be read within [%s]: %s. Try again, or see system.nodes."
                                .formatted(waiter.tableId(), config.readyTimeout(), reasonFor(waiter.tableId()))));
    }

    private String reasonFor(long tableId) {
        return last.channelsOf(tableId).stream()
                .filter(channel -> channel.servedVersion() == 0)
                .map(channel -> "channel [%s] is %s%s"
                        .formatted(
                                channel.vchannel(),
                                channel.activity().name().toLowerCase(java.util.Locale.ROOT),
                                channel.failure().reason().isEmpty()
                                        ? ""
                                        : ", last failure: " + channel.failure().reason()))
                .findFirst()
                .orElse("its segments are being refreshed");
    }
}
