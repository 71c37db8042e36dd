package io.elanus.cluster.proxy;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.exchange.FragmentClient;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.QueryCoordGrpc;
import io.elanus.proto.grpc.ShardLeadersRequest;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Sends fragments to shard leaders. Knows the leaders of the tables it reads; asks again when one says that it
/// does not serve the shard (any more) or does not answer, until the statement's time is up. A shard that several nodes
/// serve is read from any of them ([ReplicaChoice]); each waits until it is as far in the log as the fragment asks, so
/// it does not matter which. Lives on the loop, except [#readAtOnce].
final class ReadPath {
    private static final Duration FIRST_RETRY = Duration.ofMillis(10);
    private static final Duration LAST_RETRY = Duration.ofMillis(500);
    /// How old what is known of the replicas of a table may be: nothing fails when there are more of them.
    private static final long RENEWAL_NANOS = Duration.ofSeconds(1).toNanos();

    private final RoleContext context;
    private final ProxyConfig config;
    private final FragmentClient fragments;
    private final TickDemands ticks;
    private final ReplicaChoice choice;
    private final Map<Long, CompletableFuture<Map<String, List<String>>>> leaders = new ConcurrentHashMap<>();
    private final Map<Long, Long> askedAt = new ConcurrentHashMap<>();

    ReadPath(RoleContext context, ProxyConfig config, FragmentClient fragments, TickDemands ticks) {
        this.context = context;
        this.config = config;
        this.fragments = fragments;
        this.ticks = ticks;
        this.choice = new ReplicaChoice(context.clock());
    }

    /// The usual read, which has nothing to ask first: sent by the calling thread, whichever it is. Empty when a leader
    /// is not known or a tick is wanted; the loop has to do that. So it has when the stream is refused.
    Optional<CompletableFuture<List<BatchStream>>> readAtOnce(TableSchema table, Fragment template) {
        renewIfOld(table);
        CompletableFuture<Map<String, List<String>>> known = leaders.get(table.tableId());
        List<Shard> shards = shards(table, template);
        if (shards.size() != 1 || known == null || !known.isDone() || known.isCompletedExceptionally()) {
            return Optional.empty();
        }
        Shard shard = shards.getFirst();
        List<String> nodes = known.join().getOrDefault(shard.vchannel(), List.of());
        if (nodes.size() != 1 || !ticks.covers(shard.pchannel(), template.getGuaranteeTs())) {
            return Optional.empty();
        }
        var attempt = new Attempt(table.tableId(), shard, template);
        return Optional.of(fragments
                .execute(nodes.getFirst(), attempt.fragment(attempt.limit))
                .handle((opened, error) -> {
                    if (opened != null) {
                        return CompletableFuture.completedFuture(opened);
                    }
                    context.loop().execute(() -> attempt.failed(known, error));
                    return attempt.stream;
                })
                .thenCompose(stream -> stream)
                .thenApply(List::of));
    }

    private static List<Shard> shards(TableSchema table, Fragment template) {
        return template.getVchannel().isEmpty()
                ? table.shards()
                : table.shards().stream()
                        .filter(shard -> shard.vchannel().equals(template.getVchannel()))
                        .toList();
    }

    /// One stream per shard, in shard order.
    CompletableFuture<List<BatchStream>> read(TableSchema table, Fragment template) {
        return read(table, shards(table, template), shard -> template);
    }

    /// One stream per given shard, each with its own fragment.
    CompletableFuture<List<BatchStream>> read(
            TableSchema table, List<Shard> shards, Function<Shard, Fragment> fragment) {
        renewIfOld(table);
        List<CompletableFuture<BatchStream>> opening = new ArrayList<>();
        for (Shard shard : shards) {
            Fragment template = fragment.apply(shard);
            if (template.getGuaranteeTs() > 0) {
                ticks.ask(List.of(shard.pchannel()), template.getGuaranteeTs());
            }
            var attempt = new Attempt(table.tableId(), shard, template);
            attempt.send();
            opening.add(attempt.stream);
        }
        var all = new CompletableFuture<List<BatchStream>>();
        var _ = CompletableFuture.allOf(opening.toArray(CompletableFuture[]::new))
                .whenComplete((_, error) -> {
                    if (error == null) {
                        all.complete(
                                opening.stream().map(CompletableFuture::join).toList());
                    } else {
                        opening.forEach(ReadPath::closeIfOpened);
                        all.completeExceptionally(Failures.toCluster(error));
                    }
                });
        return all;
    }

    void retain(Set<Long> tables) {
        leaders.keySet().retainAll(tables);
        askedAt.keySet().retainAll(tables);
    }

    private static void closeIfOpened(CompletableFuture<BatchStream> opened) {
        if (opened.isDone() && !opened.isCompletedExceptionally()) {
            opened.join().close();
        }
    }

    private CompletableFuture<Map<String, List<String>>> leaders(long tableId, Duration timeout) {
        CompletableFuture<Map<String, List<String>>> known = leaders.get(tableId);
        if (known != null) {
            return known;
        }
        CompletableFuture<Map<String, List<String>>> asked = ask(tableId, timeout);
        leaders.put(tableId, asked);
        return asked;
    }

    private CompletableFuture<Map<String, List<String>>> ask(long tableId, Duration timeout) {
        askedAt.put(tableId, context.clock().monotonicNanos());
        var request = ShardLeadersRequest.newBuilder().setTableId(tableId).build();
        return context.rpc()
                .call(RoleNames.QUERY_COORD, QueryCoordGrpc.getGetShardLeadersMethod(), request, timeout)
                .thenApplyAsync(
                        reply -> {
                            Map<String, List<String>> nodes = new HashMap<>();
                            reply.getLeadersList()
                                    .forEach(leader -> nodes.computeIfAbsent(
                                                    leader.getVchannel(), _ -> new ArrayList<>())
                                            .add(leader.getNode()));
                            return nodes;
                        },
                        context.loop());
    }

    /// Asks beside the reads, which go on with what is known. Any thread.
    private void renewIfOld(TableSchema table) {
        Long asked = askedAt.get(table.tableId());
        boolean replicated = !table.options().getOrDefault("replicas", "1").equals("1");
        if (replicated && asked != null && context.clock().monotonicNanos() - asked > RENEWAL_NANOS) {
            context.loop().execute(() -> renew(table.tableId(), asked));
        }
    }

    private void renew(long tableId, long asked) {
        CompletableFuture<Map<String, List<String>>> known = leaders.get(tableId);
        if (known != null && askedAt.replace(tableId, asked, context.clock().monotonicNanos())) {
            var _ = ask(tableId, config.callTimeout())
                    .thenAccept(nodes -> leaders.replace(tableId, known, CompletableFuture.completedFuture(nodes)));
        }
    }

    /// One shard until its stream is open.
    private final class Attempt {
        private final long tableId;
        private final Shard shard;
        private final Fragment template;
        private final Duration limit;
        private final long deadlineNanos;
        private final CompletableFuture<BatchStream> stream = new CompletableFuture<>();
        private final Set<String> asked = new HashSet<>();
        private int open;
        private EventLoop.@Nullable Timer second;
        private Duration retry = FIRST_RETRY;

        Attempt(long tableId, Shard shard, Fragment template) {
            this.tableId = tableId;
            this.shard = shard;
            this.template = template;
            this.limit = template.getDeadlineMillis() > 0
                    ? Duration.ofMillis(template.getDeadlineMillis())
                    : config.readTimeout();
            this.deadlineNanos = context.clock().monotonicNanos() + limit.toNanos();
        }

        void send() {
            CompletableFuture<Map<String, List<String>>> known = leaders(tableId, left());
            var _ = known.whenCompleteAsync(
                    (nodes, error) -> {
                        if (nodes == null) {
                            failed(known, error);
                        } else {
                            ask(known, nodes.getOrDefault(shard.vchannel(), List.of()));
                        }
                    },
                    context.loop());
        }

        private Duration left() {
            return Duration.ofNanos(deadlineNanos - context.clock().monotonicNanos());
        }

        private Fragment fragment(Duration left) {
            return template.toBuilder()
                    .setVchannel(shard.vchannel())
                    .setDeadlineMillis(Math.max(1, left.toMillis()))
                    .build();
        }

        /// One of the nodes, and another one when it does not answer soon.
        private void ask(CompletableFuture<Map<String, List<String>>> known, List<String> nodes) {
            Optional<String> node = choice.choose(nodes, asked);
            if (node.isEmpty()) {
                failed(
                        known,
                        new ClusterException(
                                ErrorCode.NOT_READY,
                                "Shard [%s] has no leader yet. Try again.".formatted(shard.vchannel())));
                return;
            }
            request(known, nodes, node.get());
            if (nodes.size() > 1) {
                second = context.loop().schedule(choice.patience(), () -> askSecond(known, nodes));
            }
        }

        private void askSecond(CompletableFuture<Map<String, List<String>>> known, List<String> nodes) {
            if (open == 1 && !stream.isDone()) {
                choice.choose(nodes, asked)
                        .filter(_ -> choice.maySendSecond())
                        .ifPresent(node -> request(known, nodes, node));
            }
        }

        private void request(CompletableFuture<Map<String, List<String>>> known, List<String> nodes, String node) {
            long begun = context.clock().monotonicNanos();
            open++;
            asked.add(node);
            choice.begun(node);
            CompletableFuture<BatchStream> opening;
            try {
                opening = fragments.execute(node, fragment(left()));
            } catch (RuntimeException e) { // nobody is known under this name any more, or whatever it is
                opening = CompletableFuture.failedFuture(e);
            }
            var _ = opening.whenCompleteAsync(
                    (opened, error) -> {
                        open--;
                        choice.ended(node, context.clock().monotonicNanos() - begun, opened != null);
                        if (opened != null) {
                            opened(opened);
                        } else if (!stream.isDone()) {
                            refused(known, nodes, error);
                        }
                    },
                    context.loop());
        }

        private void opened(BatchStream opened) {
            stopWaiting();
            if (!stream.complete(opened)) {
                opened.close(); // the other node was first
            }
        }

        private void stopWaiting() {
            if (second != null) {
                second.cancel();
            }
        }

        private void refused(
                CompletableFuture<Map<String, List<String>>> known, List<String> nodes, @Nullable Throwable error) {
            if (passes(error) && open > 0) {
                return; // the other node may still answer
            }
            stopWaiting();
            if (passes(error) && !asked.containsAll(nodes)) {
                leaders.remove(tableId, known);
                ask(known, nodes);
            } else {
                failed(known, error);
            }
        }

        /// No node is left to be asked: those that serve are looked up again after a pause.
        private void failed(CompletableFuture<Map<String, List<String>>> used, @Nullable Throwable error) {
            Throwable cause = error == null ? new IllegalStateException("No stream") : error;
            if (used.isCompletedExceptionally()) { // the next statement asks again, whatever it was
                leaders.remove(tableId, used);
            }
            if (!passes(cause) || left().compareTo(retry) <= 0) {
                stream.completeExceptionally(Failures.toCluster(cause));
                return;
            }
            leaders.remove(tableId, used);
            asked.clear();
            context.loop().schedule(retry, this::send);
            retry = retry.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : LAST_RETRY;
        }

        private static boolean passes(@Nullable Throwable error) {
            return Failures.hasCode(error, ErrorCode.NOT_READY, ErrorCode.UNAVAILABLE);
        }
    }
}
