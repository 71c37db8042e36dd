package io.elanus.cluster.proxy;

import com.google.protobuf.ByteString;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.proxy.ShardWrites.Part;
import io.elanus.cluster.proxy.TableAccess.Change;
import io.elanus.cluster.proxy.TableAccess.WriteReceipt;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.proto.grpc.Expr;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.Scan;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Statements that look before they write: lock the keys, read their rows as of now, decide, write, unlock. Lives
/// on the loop; the reading and deciding is done by a worker.
final class ChangePath {
    /// The keys of one statement by shard.
    private record Keys(List<Shard> shards, SortedMap<String, List<byte[]>> byVchannel) {}

    private final RoleContext context;
    private final ProxyConfig config;
    private final TimestampSource timestamps;
    private final KeyLocks locks;
    private final ReadPath reads;
    private final WritePath writes;
    private final BufferAllocator memory;

    ChangePath(
            RoleContext context,
            ProxyConfig config,
            TimestampSource timestamps,
            ReadPath reads,
            WritePath writes,
            BufferAllocator memory) {
        this.context = context;
        this.config = config;
        this.timestamps = timestamps;
        this.locks = new KeyLocks(context, config.callTimeout());
        this.reads = reads;
        this.writes = writes;
        this.memory = memory;
    }

    CompletableFuture<WriteReceipt> change(
            String requestId, TableSchema table, List<byte[]> keys, Change change, Duration timeout) {
        long deadlineNanos = context.clock().monotonicNanos() + timeout.toNanos();
        Keys sorted = sort(table, keys);
        Duration lockTime = timeout.compareTo(config.lockTime()) < 0 ? timeout : config.lockTime();
        return timestamps.next().thenCompose(now -> {
            long expiry = HybridTime.plusMillis(now, lockTime.toMillis());
            KeyLocks.Held held = locks.open(requestId, table.tableId(), expiry, timeout);
            return locks.lock(held, sorted.byVchannel)
                    .thenCompose(_ -> timestamps.next())
                    .thenCompose(readTs -> decide(requestId, table, sorted, change, readTs)
                            .thenComposeAsync(
                                    parts -> write(requestId, table, parts, held, readTs, deadlineNanos),
                                    context.loop()))
                    .whenCompleteAsync((_, _) -> held.release(), context.loop());
        });
    }

    private CompletableFuture<WriteReceipt> write(
            String requestId,
            TableSchema table,
            List<Part> parts,
            KeyLocks.Held held,
            long readTs,
            long deadlineNanos) {
        if (parts.isEmpty()) {
            return CompletableFuture.completedFuture(new WriteReceipt(readTs, 0, 0));
        }
        Duration left =
                Duration.ofNanos(Math.max(1, deadlineNanos - context.clock().monotonicNanos()));
        return writes.write(new WritePath.Statement(requestId, table, parts, true, held.expiry(), left));
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
