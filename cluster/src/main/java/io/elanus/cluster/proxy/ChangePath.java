package io.elanus.cluster.proxy;

import com.google.protobuf.ByteString;
import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.LeaseGuard;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.proxy.ShardWrites.Part;
import io.elanus.cluster.proxy.TableAccess.Change;
import io.elanus.cluster.proxy.TableAccess.WriteReceipt;
import io.elanus.cluster.runtime.EventLoop;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.Expr;
import io.elanus.proto.grpc.FenceLocksReply;
import io.elanus.proto.grpc.FenceLocksRequest;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.Scan;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.ExprProtos;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.visibility.TimeToLive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Statements that look before they write: lock the keys, read their rows as of now, decide, write, unlock. Lives
/// on the loop; the reading and deciding is done by a worker.
final class ChangePath {
    /// The keys of one statement by shard.
    private record Keys(List<Shard> shards, SortedMap<String, List<byte[]>> byVchannel) {
        List<String> pchannels() {
            return shards.stream().map(Shard::pchannel).distinct().toList();
        }
    }

    /// One statement until it is decided.
    private record Run(String requestId, TableSchema table, Keys keys, Change change, long deadlineNanos) {}

    private final RoleContext context;
    private final ProxyConfig config;
    private final TimestampSource timestamps;
    private final KeyLocks locks;
    private final ProxyLease lease;
    private final ReadPath reads;
    private final WritePath writes;
    private final BufferAllocator memory;

    ChangePath(
            RoleContext context,
            ProxyConfig config,
            TimestampSource timestamps,
            ProxyLease lease,
            ReadPath reads,
            WritePath writes,
            BufferAllocator memory) {
        this.context = context;
        this.config = config;
        this.timestamps = timestamps;
        this.locks = new KeyLocks(context, config.callTimeout());
        this.lease = lease;
        this.reads = reads;
        this.writes = writes;
        this.memory = memory;
    }

    CompletableFuture<WriteReceipt> change(
            String requestId, TableSchema table, List<byte[]> keys, Change change, Duration timeout) {
        long deadlineNanos = context.clock().monotonicNanos() + timeout.toNanos();
        return attempt(new Run(requestId, table, sort(table, keys), change, deadlineNanos), 1);
    }

    /// A data node says that channels have new owners: what was locked at earlier ones protects nothing any more.
    CompletableFuture<FenceLocksReply> fence(FenceLocksRequest request) {
        request.getChannelsList().forEach(channel -> locks.fence(channel.getVchannel(), channel.getEpoch()));
        return CompletableFuture.completedFuture(FenceLocksReply.getDefaultInstance());
    }

    void retain(Set<Long> tables, Set<String> vchannels) {
        locks.retain(tables, vchannels);
    }

    /// Looks and writes, and starts over when a shard changed its owner in between and nothing was sent yet. Each
    /// attempt locks under a name of its own: what gives the locks of the one before back may arrive late.
    private CompletableFuture<WriteReceipt> attempt(Run run, int number) {
        return registered(run)
                .thenCompose(held -> timestamps.next().thenCompose(now -> attempt(run, number, held, now)))
                .exceptionallyComposeAsync(
                        error -> Failures.hasCode(error, ErrorCode.STALE_EPOCH)
                                        && !left(run).isZero()
                                ? attempt(run, number + 1)
                                : CompletableFuture.failedFuture(Failures.toCluster(error)),
                        context.loop());
    }

    private CompletableFuture<WriteReceipt> attempt(Run run, int number, LeaseGuard guard, long now) {
        Duration left = left(run);
        Duration lockTime = left.compareTo(config.lockTime()) < 0 ? left : config.lockTime();
        KeyLocks.Held held = locks.open(
                run.requestId + "/" + number,
                run.table.tableId(),
                guard,
                HybridTime.plusMillis(now, lockTime.toMillis()),
                left);
        return locks.lock(held, run.keys.byVchannel)
                .thenCompose(_ -> timestamps.nextToRead(run.keys.pchannels()))
                .thenCompose(readTs -> decide(run.requestId, run.table, run.keys, run.change, readTs)
                        .thenComposeAsync(parts -> write(run, parts, held, readTs), context.loop()))
                .whenCompleteAsync((_, _) -> held.release(), context.loop());
    }

    /// The lease under which locks are taken: a proxy without one would not be told of new owners.
    private CompletableFuture<LeaseGuard> registered(Run run) {
        CompletableFuture<LeaseGuard> held = lease.held();
        if (held.isDone()) {
            return held;
        }
        var answer = new CompletableFuture<LeaseGuard>();
        EventLoop.Timer end = context.loop()
                .schedule(
                        left(run),
                        () -> answer.completeExceptionally(new ClusterException(
                                ErrorCode.UNAVAILABLE, "The proxy is not registered. Try again shortly.")));
        var _ = held.thenAccept(guard -> {
            end.cancel();
            answer.complete(guard);
        });
        return answer;
    }

    private Duration left(Run run) {
        return Duration.ofNanos(Math.max(0, run.deadlineNanos - context.clock().monotonicNanos()));
    }

    private CompletableFuture<WriteReceipt> write(Run run, List<Part> parts, KeyLocks.Held held, long readTs) {
        if (parts.isEmpty()) {
            return CompletableFuture.completedFuture(new WriteReceipt(readTs, 0, 0));
        }
        return writes.write(new WritePath.Statement(run.requestId, run.table, parts, true, held, left(run)));
    }

    private CompletableFuture<List<Part>> decide(
            String requestId, TableSchema table, Keys keys, Change change, long readTs) {
        Fragment.Builder all = Fragment.newBuilder()
                .setQueryId(requestId)
                .setTableId(table.tableId())
                .setSchemaVersion(table.version())
                .setReadTs(readTs)
                .setGuaranteeTs(readTs)
                .setDeadlineMillis(config.lockTime().toMillis())
                .setMemoryLimitBytes(config.changeMemory().bytes())
                .setScan(Scan.getDefaultInstance());
        int ordinal = 0;
        for (Column column : table.columns()) {
            all.addInputColumnIds(column.id())
                    .addProjection(Expr.newBuilder()
                            .setType(SchemaProtos.toProto(column.type()))
                            .setInput(ordinal++));
        }
        // A row that has outlived its time is not in the way of another; what is written ends it for good.
        TimeToLive.of(table).ifPresent(lives -> {
            Column column = lives.column();
            var value = new io.elanus.storage.filter.Expr.Input(table.ordinal(column.id()), column.type());
            all.setFilter(ExprProtos.toProto(lives.live(value, readTs)));
        });
        Fragment template = all.build();
        return reads.read(
                        table,
                        keys.shards,
                        shard -> template.toBuilder()
                                .addAllKeys(keys.byVchannel.getOrDefault(shard.vchannel(), List.of()).stream()
                                        .map(ByteString::copyFrom)
                                        .toList())
                                .build())
                .thenCompose(streams -> context.workers().io(() -> decide(table, streams, change)));
    }

    /// Blocks until the streams are read; closes them.
    private List<Part> decide(TableSchema table, List<BatchStream> streams, Change change) {
        List<VectorSchemaRoot> existing = new ArrayList<>();
        try {
            for (BatchStream stream : streams) {
                for (VectorSchemaRoot rows = stream.next(); rows != null; rows = stream.next()) {
                    existing.add(rows);
                }
            }
            try (Mutation mutation = change.decide(existing)) {
                return ShardWrites.split(table, mutation.rows(), mutation.deletes(), memory);
            }
        } finally {
            existing.forEach(VectorSchemaRoot::close);
            streams.forEach(BatchStream::close);
        }
    }

    private static Keys sort(TableSchema table, List<byte[]> keys) {
        SortedMap<String, List<byte[]>> byVchannel = new TreeMap<>();
        for (byte[] key : keys) {
            Shard shard = table.shards().get(ShardWrites.shardOf(table, key));
            byVchannel.computeIfAbsent(shard.vchannel(), _ -> new ArrayList<>()).add(key);
        }
        List<Shard> used = table.shards().stream()
                .filter(shard -> byVchannel.containsKey(shard.vchannel()))
                .toList();
        return new Keys(used, byVchannel);
    }
}
