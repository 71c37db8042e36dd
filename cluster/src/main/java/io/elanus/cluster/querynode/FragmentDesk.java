package io.elanus.cluster.querynode;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.querynode.fragment.FragmentRequest;
import io.elanus.cluster.querynode.fragment.FragmentRunner;
import io.elanus.cluster.querynode.fragment.Guard;
import io.elanus.cluster.querynode.fragment.ReadView;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.Fragment;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.HybridTime;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// Takes fragments in, lets them wait for their time, and starts them. [#execute] is for any thread: a fragment of
/// a time that is reached starts on its caller's, others take turns of the loop. A fragment leaves on any thread,
/// and only the last one that somebody waits for takes a turn of the loop. The rest lives on the loop.
final class FragmentDesk {
    /// More than the clocks of two nodes can be apart.
    private static final Duration CLOCK_SLACK = Duration.ofHours(2);

    private final RoleContext context;
    private final QueryNodeConfig config;
    private final FragmentRunner runner;
    private final BufferAllocator memory;
    private final Set<Guard> active = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> idle = new CompletableFuture<>();
    private volatile @Nullable CompletableFuture<Void> quiet;
    private volatile boolean stopping;

    FragmentDesk(RoleContext context, QueryNodeConfig config) {
        BufferAllocator root = context.stores().memory();
        this.context = context;
        this.config = config;
        this.runner =
                new FragmentRunner(context.workers(), root, context.stores().objects());
        this.memory = root.newChildAllocator(
                "querynode-queries", 0, config.queryMemory().bytes());
    }

    CompletableFuture<BatchStream> execute(ShardLeader leader, Fragment fragment) {
        Duration limit = fragment.getDeadlineMillis() > 0
                ? Duration.ofMillis(fragment.getDeadlineMillis())
                : config.fragmentTimeout();
        var guard = new Guard(context.clock(), context.clock().monotonicNanos() + limit.toNanos());
        long wanted = Math.max(fragment.getGuaranteeTs(), fragment.getReadTs());
        refuseFuture(wanted);
        if (leader.hasReached(wanted)) {
            return start(leader, fragment, guard);
        }
        CompletableFuture<Void> reached = context.loop().inLoop()
                ? leader.reach(wanted, limit)
                : CompletableFuture.supplyAsync(() -> leader.reach(wanted, limit), context.loop())
                        .thenCompose(waiting -> waiting);
        return reached.thenComposeAsync(_ -> start(leader, fragment, guard), context.loop());
    }

    /// The log reaches a time of the future only when it has come: waiting for one would end with the statement's
    /// time and a message that does not help.
    private void refuseFuture(long wanted) {
        long now = context.clock().wallMillis();
        if (HybridTime.millis(wanted) - now > CLOCK_SLACK.toMillis()) {
            throw new ClusterException(
                    ErrorCode.INVALID_PARAMETER,
                    "The time to read at, [%s], is in the future. Name one that has passed."
                            .formatted(HybridTime.instant(wanted)));
        }
    }

    private CompletableFuture<BatchStream> start(ShardLeader leader, Fragment fragment, Guard guard) {
        active.add(guard); // before looking: who stops the desk looks in the other order
        FragmentRequest request;
        ReadView view;
        try {
            checkRunning();
            long readTs = fragment.getReadTs() != 0 ? fragment.getReadTs() : leader.serviceTs();
            request = request(leader.schemas(), fragment, readTs);
            view = leader.open(readTs, () -> leave(guard));
        } catch (RuntimeException e) {
            leave(guard);
            throw e;
        }
        BufferAllocator own;
        try {
            own = memory.newChildAllocator("query-" + fragment.getQueryId(), 0, limitOf(fragment));
        } catch (RuntimeException e) {
            view.close();
            throw e;
        }
        return runner.run(fragment.getQueryId(), request, view, own, guard);
    }

    private void checkRunning() {
        if (stopping) {
            throw new ClusterException(ErrorCode.NOT_READY, "The query node is stopping. Try again shortly.");
        }
    }

    private static FragmentRequest request(TableSchemas schemas, Fragment fragment, long readTs) {
        if (fragment.getSchemaVersion() > schemas.newest().version()) {
            throw new ClusterException(
                    ErrorCode.NOT_READY,
                    "Table [%s] is known here at version [%d] of its columns, the query was planned for [%d]. Try again shortly."
                            .formatted(
                                    schemas.newest().name(), schemas.newest().version(), fragment.getSchemaVersion()));
        }
        Fragment known = fragment.getSchemaVersion() == schemas.newest().version()
                ? fragment
                : fragment.toBuilder().clearPartitionIds().build(); // rows may have gone to others since
        return FragmentRequest.of(known, readTs, schemas.newest().keyColumn(), schemas::find);
    }

    private long limitOf(Fragment fragment) {
        return fragment.getMemoryLimitBytes() > 0
                ? fragment.getMemoryLimitBytes()
                : config.fragmentMemory().bytes();
    }

    /// Completes when no fragment runs.
    CompletableFuture<Void> quiet() {
        var waiting = new CompletableFuture<Void>();
        quiet = waiting; // before looking: who leaves meanwhile looks in the other order
        endIfQuiet();
        return waiting;
    }

    private void leave(Guard guard) {
        active.remove(guard);
        if ((stopping || quiet != null) && active.isEmpty()) {
            context.loop().execute(this::endIfQuiet);
        }
    }

    private void endIfQuiet() {
        CompletableFuture<Void> waiting = quiet;
        if (active.isEmpty()) {
            if (waiting != null) {
                waiting.complete(null);
            }
            if (stopping) {
                end();
            }
        }
    }

    /// Cancels what runs; completes when the last fragment's memory is free.
    CompletableFuture<Void> stop() {
        stopping = true;
        active.forEach(Guard::cancel);
        endIfQuiet();
        return idle;
    }

    private void end() {
        if (!idle.isDone()) {
            memory.close();
            idle.complete(null);
        }
    }
}
