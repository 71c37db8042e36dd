package io.elanus.cluster.rootcoord;

import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.BroadcastStep;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.DdlStep;
import io.elanus.proto.grpc.IndexCoordGrpc;
import io.elanus.proto.grpc.LogHeader;
import io.elanus.proto.grpc.PendingDdl;
import io.elanus.proto.grpc.QueryCoordGrpc;
import io.elanus.proto.grpc.ShardRange;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.log.Durability;
import io.elanus.storage.log.LogMessageCodec;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out what committed DDL statements left to do. The work of one table is done in the order of its
/// statements; that of different tables side by side. Each step is repeated until it succeeds. Lives on the loop.
final class PendingWork {
    private static final Logger LOG = LoggerFactory.getLogger(PendingWork.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final Duration LAST_RETRY = Duration.ofSeconds(2);

    private final RoleContext context;
    private final RootConfig config;
    private final TickIssuer ticks;
    private final SortedMap<Long, PendingDdl> open = new TreeMap<>();
    private final Map<Long, CompletableFuture<Void>> tails = new HashMap<>();
    private boolean closed;

    PendingWork(RoleContext context, RootConfig config, TickIssuer ticks) {
        this.context = context;
        this.config = config;
        this.ticks = ticks;
    }

    /// Statements whose work is not done, oldest first.
    Collection<PendingDdl> open() {
        return Collections.unmodifiableCollection(open.values());
    }

    /// Starts the work; the future completes on the loop when all of it is done.
    CompletableFuture<Void> run(PendingDdl work) {
        open.put(work.getId(), work);
        CompletableFuture<Void> before = tails.getOrDefault(work.getTableId(), CompletableFuture.completedFuture(null));
        var done = new CompletableFuture<Void>();
        tails.put(work.getTableId(), done);
        var _ = before.thenRun(() -> step(work, 0, FIRST_RETRY, done));
        return done;
    }

    void close() {
        closed = true;
    }

    private void step(PendingDdl work, int index, Duration retry, CompletableFuture<Void> done) {
        if (closed) {
            return;
        }
        if (index == work.getStepsCount()) {
            open.remove(work.getId());
            tails.remove(work.getTableId(), done);
            done.complete(null);
            return;
        }
        var _ = carryOut(work.getSteps(index))
                .whenCompleteAsync((_, error) -> stepped(work, index, retry, done, error), context.loop());
    }

    private void stepped(
            PendingDdl work, int index, Duration retry, CompletableFuture<Void> done, @Nullable Throwable error) {
        if (error == null || isGone(work.getSteps(index), error)) {
            step(work, index + 1, FIRST_RETRY, done);
            return;
        }
        LOG.atWarn()
                .addKeyValue("statement", work.getId())
                .addKeyValue("step", work.getSteps(index).getStepCase())
                .addKeyValue("cause", Failures.unwrap(error).getMessage())
                .log("A step of a DDL statement failed; trying again");
        Duration next = retry.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? retry.multipliedBy(2) : LAST_RETRY;
        if (!closed) {
            context.loop().schedule(retry, () -> step(work, index, next, done));
        }
    }

    /// What is to be removed and is not there has been removed.
    private static boolean isGone(DdlStep step, Throwable error) {
        return switch (step.getStepCase()) {
            case RELEASE_TABLE, REMOVE_TABLE, REMOVE_INDEX ->
                Failures.hasCode(error, ErrorCode.UNDEFINED_TABLE, ErrorCode.UNDEFINED_OBJECT);
            case ADD_TABLE, ADD_INDEX, BROADCAST, STEP_NOT_SET -> false;
        };
    }

    private CompletableFuture<?> carryOut(DdlStep step) {
        var rpc = context.rpc();
        Duration timeout = config.callTimeout();
        return switch (step.getStepCase()) {
            case ADD_TABLE ->
                rpc.call(RoleNames.DATA_COORD, DataCoordGrpc.getAddTableMethod(), step.getAddTable(), timeout);
            case REMOVE_TABLE ->
                rpc.call(RoleNames.DATA_COORD, DataCoordGrpc.getRemoveTableMethod(), step.getRemoveTable(), timeout);
            case RELEASE_TABLE ->
                rpc.call(
                        RoleNames.QUERY_COORD, QueryCoordGrpc.getReleaseTableMethod(), step.getReleaseTable(), timeout);
            case ADD_INDEX ->
                rpc.call(RoleNames.INDEX_COORD, IndexCoordGrpc.getAddIndexMethod(), step.getAddIndex(), timeout);
            case REMOVE_INDEX ->
                rpc.call(RoleNames.INDEX_COORD, IndexCoordGrpc.getRemoveIndexMethod(), step.getRemoveIndex(), timeout);
            case BROADCAST -> broadcast(step.getBroadcast());
            case STEP_NOT_SET -> CompletableFuture.completedFuture(null);
        };
    }

    /// Every attempt has a fresh timestamp: ticks may have passed that of the attempt before.
    private CompletableFuture<Void> broadcast(BroadcastStep step) {
        return ticks.timestamp()
                .thenCompose(ts -> CompletableFuture.allOf(step.getShardsList().stream()
                        .map(shard -> append(step, shard, ts))
                        .toArray(CompletableFuture[]::new)));
    }

    private CompletableFuture<Long> append(BroadcastStep step, ShardRange shard, long ts) {
        LogHeader header = LogHeader.newBuilder()
                .setTs(ts)
                .setVchannel(shard.getVchannel())
                .setSource(context.node())
                .setBroadcast(step.getMessage())
                .build();
        ticks.hold(shard.getPchannel(), ts);
        return context.stores()
                .log()
                .append(shard.getPchannel(), LogMessageCodec.encode(header), Durability.DURABLE)
                .whenCompleteAsync((_, _) -> ticks.release(shard.getPchannel(), ts), context.loop());
    }
}
