package io.elanus.cluster.querycoord;

import com.google.protobuf.ByteString;
import io.elanus.cluster.client.Candidate;
import io.elanus.cluster.client.Leadership;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.EventLoop.Timer;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.ListLoadsReply;
import io.elanus.proto.grpc.ListLoadsRequest;
import io.elanus.proto.grpc.LoadTableReply;
import io.elanus.proto.grpc.LoadTableRequest;
import io.elanus.proto.grpc.RefreshTableReply;
import io.elanus.proto.grpc.RefreshTableRequest;
import io.elanus.proto.grpc.ReleaseTableReply;
import io.elanus.proto.grpc.ReleaseTableRequest;
import io.elanus.proto.grpc.ServedChannel;
import io.elanus.proto.grpc.ShardLeader;
import io.elanus.proto.grpc.ShardLeadersReply;
import io.elanus.proto.grpc.ShardLeadersRequest;
import io.elanus.proto.grpc.TableLoad;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.meta.Txn;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One term of the query coordinator: turns calls and timers into events for [LoadRules] and carries out the
/// effects. Lives on the loop.
final class QueryTerm implements Candidate.Term {
    private static final Logger LOG = LoggerFactory.getLogger(QueryTerm.class);
    private static final String LOADS = "/query/loads/";

    private final RoleContext context;
    private final QueryCoordConfig config;
    private final Leadership leadership;
    private final LoadRules rules;
    private final QueryNodes nodes;
    private final TableDirectory directory;
    private final TargetCalls calls;
    private final ReadyWaiters waiters;
    private final ArrayDeque<QueryEvent> inbox = new ArrayDeque<>();
    private QueryState state;
    private boolean stepping;
    private boolean running = true;
    private @Nullable Timer timer;
    private @Nullable Timer poll;

    private QueryTerm(RoleContext context, QueryCoordConfig config, Leadership leadership) {
        this.context = context;
        this.config = config;
        this.leadership = leadership;
        this.rules = new LoadRules(config.pullInterval(), config.retryDelay());
        this.state = QueryState.empty(context.clock().wallMillis());
        this.nodes = new QueryNodes(context, config, this::onEvent);
        this.directory = new TableDirectory(context, config, this::onTableDropped, this::onTables);
        this.calls = new TargetCalls(context, config, this::onEvent);
        this.waiters = new ReadyWaiters(context, config);
    }

    /// Finds the live nodes and what they lead already, then loads again what was loaded.
    static CompletableFuture<QueryTerm> open(RoleContext context, QueryCoordConfig config, Leadership leadership) {
        var term = new QueryTerm(context, config, leadership);
        return term.begin()
                .whenCompleteAsync(
                        (_, error) -> {
                            if (error != null) {
                                term.close();
                            }
                        },
                        context.loop())
                .thenApply(_ -> term);
    }

    private CompletableFuture<Void> begin() {
        CompletableFuture<Void> tablesKnown = directory.start();
        return nodes.start()
                .thenComposeAsync(_ -> context.stores().meta().range(LOADS), context.loop())
                .thenAcceptAsync(
                        saved -> {
                            var _ = tablesKnown.thenRunAsync(() -> resume(saved), context.loop());
                        },
                        context.loop());
    }

    /// What nodes lead is looked at once it is known what they should, since a leader that nobody wants is stopped,
    /// and before any is chosen: what serves goes on serving under the new coordinator.
    private void resume(MetaStore.Range saved) {
        if (!running) {
            return;
        }
        var _ = nodes.survey().thenAcceptAsync(leading -> resume(saved, leading), context.loop());
    }

    private void resume(MetaStore.Range saved, List<QueryEvent> leading) {
        var loads = saved.entries().stream()
                .map(entry -> resume(Long.parseLong(entry.key().substring(LOADS.length()))))
                .toArray(CompletableFuture<?>[]::new);
        var _ = CompletableFuture.allOf(loads)
                .whenCompleteAsync(
                        (_, _) -> {
                            leading.forEach(this::onEvent);
                            startPolling();
                        },
                        context.loop());
        LOG.info("Query coordinator serves: node={} tables={}", context.node(), loads.length);
    }

    private CompletableFuture<Void> resume(long tableId) {
        return ensureLoaded(tableId).exceptionally(error -> {
            if (Failures.hasCode(error, ErrorCode.UNDEFINED_TABLE)) {
                LOG.info("Table was dropped meanwhile and is not loaded again: table={}", tableId);
                commit(Txn.always().delete(LOADS + tableId), tableId);
            } else {
                LOG.warn("Table not loaded again at start: table={} cause={}", tableId, error.getMessage());
            }
            return null;
        });
    }

    private void startPolling() {
        if (running) {
            var _ = nodes.poll();
            cancel(poll);
            poll = context.loop().repeat(config.pullInterval(), nodes::poll);
        }
    }

    @Override
    public void close() {
        running = false;
        cancel(timer);
        cancel(poll);
        nodes.close();
        directory.close();
        waiters.failAll(Candidate.notServing(RoleNames.QUERY_COORD));
    }

    private static void cancel(@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    // ---- services

    CompletableFuture<ShardLeadersReply> shardLeaders(ShardLeadersRequest request) {
        long tableId = request.getTableId();
        if (state.serves(tableId)) {
            return CompletableFuture.completedFuture(leadersOf(tableId));
        }
        return ensureLoaded(tableId)
                .thenComposeAsync(_ -> waiters.served(tableId, state), context.loop())
                .thenApplyAsync(_ -> leadersOf(tableId), context.loop());
    }

    /// All replicas that serve. A vchannel that has lost its last one a moment ago is not among them, and is asked for
    /// again.
    private ShardLeadersReply leadersOf(long tableId) {
        var reply = ShardLeadersReply.newBuilder().setVersion(state.leadersVersion());
        for (ChannelLoad channel : state.channelsOf(tableId)) {
            channel.leader()
                    .filter(leader -> leader.servedVersion() > 0)
                    .ifPresent(leader -> reply.addLeaders(ShardLeader.newBuilder()
                            .setVchannel(channel.vchannel())
                            .setNode(leader.node())));
        }
        return reply.build();
    }

    CompletableFuture<LoadTableReply> loadTable(LoadTableRequest request) {
        return ensureLoaded(request.getTableId())
                .thenComposeAsync(_ -> waiters.served(request.getTableId(), state), context.loop())
                .thenApply(_ -> LoadTableReply.getDefaultInstance());
    }

    CompletableFuture<ReleaseTableReply> releaseTable(ReleaseTableRequest request) {
        onEvent(new QueryEvent.ReleaseAsked(request.getTableId()));
        return CompletableFuture.completedFuture(ReleaseTableReply.getDefaultInstance());
    }

    CompletableFuture<RefreshTableReply> refreshTable(RefreshTableRequest request) {
        long tableId = request.getTableId();
        if (!state.tables().containsKey(tableId)) {
            return CompletableFuture.completedFuture(RefreshTableReply.getDefaultInstance());
        }
        CompletableFuture<Void> refreshed = waiters.refreshed(tableId, state);
        onEvent(new QueryEvent.RefreshAsked(tableId));
        return refreshed.thenApply(_ -> RefreshTableReply.getDefaultInstance());
    }

    CompletableFuture<ListLoadsReply> listLoads(ListLoadsRequest request) {
        var reply = ListLoadsReply.newBuilder();
        state.tables().keySet().forEach(tableId -> {
            List<ChannelLoad> channels = state.channelsOf(tableId);
            long served = channels.stream()
                    .filter(channel -> channel.servedVersion() > 0)
                    .count();
            reply.addLoads(TableLoad.newBuilder()
                    .setTableId(tableId)
                    .addAllChannels(state.all().stream()
                            .filter(channel -> channel.tableId() == tableId)
                            .map(QueryTerm::served)
                            .toList())
                    .setState(state.serves(tableId) ? "loaded" : "loading")
                    .setPercent((int) (100 * served / Math.max(1, channels.size()))));
        });
        return CompletableFuture.completedFuture(reply.build());
    }

    private static ServedChannel served(ChannelLoad channel) {
        return ServedChannel.newBuilder()
                .setVchannel(channel.vchannel())
                .setNode(channel.leader().map(ChannelLoad.Leader::node).orElse(""))
                .setTargetVersion(channel.servedVersion())
                .setFailure(channel.failure().reason())
                .build();
    }

    private CompletableFuture<Void> ensureLoaded(long tableId) {
        if (state.tables().containsKey(tableId)) {
            return CompletableFuture.completedFuture(null);
        }
        return directory
                .load(tableId)
                .thenAcceptAsync(
                        table -> onEvent(new QueryEvent.LoadAsked(tableId, table.vchannels(), table.replicas())),
                        context.loop());
    }

    private void onTables() {
        for (long tableId : List.copyOf(state.tables().keySet())) {
            directory
                    .find(tableId)
                    .filter(table -> state.replicas(tableId) != table.replicas())
                    .ifPresent(table -> onEvent(new QueryEvent.ReplicasAsked(tableId, table.replicas())));
        }
    }

    private void onTableDropped(long tableId) {
        if (state.tables().containsKey(tableId)) {
            LOG.info("Table is gone, its memory is released: table={}", tableId);
            onEvent(new QueryEvent.ReleaseAsked(tableId));
        }
    }

    // ---- the loop: one event, one step, its effects

    private void onEvent(QueryEvent event) {
        if (!running) {
            return;
        }
        inbox.add(event);
        if (stepping) {
            return;
        }
        stepping = true;
        try {
            for (QueryEvent next = inbox.poll(); next != null; next = inbox.poll()) {
                step(next);
            }
        } finally {
            stepping = false;
        }
        waiters.check(state);
        schedule();
    }

    private void step(QueryEvent event) {
        long now = nowMillis();
        if (event instanceof QueryEvent.Failed(String vchannel, String node, var activity, var code, String reason)) {
            LOG.warn(
                    "Load step failed: vchannel={} node={} step={} code={} cause={}",
                    vchannel,
                    node,
                    activity,
                    code,
                    reason);
        }
        LoadRules.Step step = rules.on(state, event, now);
        state = step.state();
        step.effects().forEach(this::carryOut);
    }

    private void carryOut(QueryEffect effect) {
        switch (effect) {
            case QueryEffect.SaveLoad(long tableId) ->
                commit(Txn.always().put(LOADS + tableId, ByteString.EMPTY), tableId);
            case QueryEffect.DropLoad(long tableId) -> commit(Txn.always().delete(LOADS + tableId), tableId);
            case QueryEffect.Pull pull -> calls.pull(pull);
            case QueryEffect.Watch watch -> calls.watch(watch);
            case QueryEffect.Load load -> calls.load(load);
            case QueryEffect.Sync sync -> calls.sync(sync);
            case QueryEffect.Unwatch unwatch -> calls.unwatch(unwatch);
        }
    }

    /// Fenced by the term, so that a coordinator that was paused does not undo its successor's. Whether a table is
    /// loaded is a wish, not a fact others rely on: a write that is lost costs one lazy load.
    private void commit(Txn.Builder writes, long tableId) {
        Txn txn = writes.and(leadership.fence()).build();
        var _ = context.stores().meta().commit(txn).whenComplete((result, error) -> {
            if (error != null || !result.succeeded()) {
                LOG.warn(
                        "Load state not saved: table={} cause={}",
                        tableId,
                        error == null ? "the term has ended" : error.getMessage());
            }
        });
    }

    /// One timer, for the vchannel that is due first.
    private void schedule() {
        cancel(timer);
        state.all().stream()
                .filter(channel -> channel.activity() == ChannelLoad.Activity.IDLE)
                .mapToLong(channel -> channel.cycle().dueMillis())
                .min()
                .ifPresent(due -> timer = context.loop()
                        .schedule(
                                Duration.ofMillis(Math.max(1, due - nowMillis())),
                                () -> onEvent(new QueryEvent.TimerFired())));
    }

    private long nowMillis() {
        return context.clock().monotonicNanos() / 1_000_000;
    }
}
