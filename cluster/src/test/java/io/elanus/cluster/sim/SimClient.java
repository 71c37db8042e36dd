package io.elanus.cluster.sim;

import io.elanus.cluster.proxy.ProxyRole;
import io.elanus.cluster.proxy.TableAccess.RowMode;
import io.elanus.proto.grpc.ColumnSchema;
import io.elanus.proto.grpc.ColumnType;
import io.elanus.proto.grpc.CreateTable;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.DropTable;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.visibility.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// What users of one proxy do: upserts with values that occur once, and DDL. Writes down what was acknowledged.
final class SimClient {
    static final TableName TABLE = new TableName("public", "t");
    private static final int KEYS = 20;
    private static final Duration TIMEOUT = Duration.ofSeconds(8);

    /// An acknowledged upsert of one value for some keys.
    record Written(TableSchema table, List<Long> keys, long value, long ts) {}

    private final SimWorld world;
    private final SimScheduler scheduler;
    private final String proxy;
    private final History history;

    /// What all clients of a world have seen.
    static final class History {
        private final List<Written> written = new ArrayList<>();
        private long nextValue = 1;
        private long acknowledged;
        private long unknown;

        List<Written> written() {
            return written;
        }

        long unknown() {
            return unknown;
        }
    }

    SimClient(SimWorld world, String proxy, History history) {
        this.world = world;
        this.scheduler = world.scheduler();
        this.proxy = proxy;
        this.history = history;
    }

    /// Acts again and again until the time.
    void run(long untilNanos, long meanWaitNanos) {
        long wait = (long) (-Math.log(1 - scheduler.random().nextDouble()) * meanWaitNanos);
        scheduler.after(wait, () -> {
            if (scheduler.now() < untilNanos) {
                act();
                run(untilNanos, meanWaitNanos);
            }
        });
    }

    private void act() {
        SimProcess process = world.findProcess(proxy);
        if (process == null || !(world.role(proxy) instanceof ProxyRole access)) {
            return;
        }
        Optional<TableSchema> table = access.catalog().findTable(TABLE);
        if (table.isEmpty()) {
            create(access, TABLE, 2);
        } else if (scheduler.chance(0.1)) {
            churn(access);
        } else {
            process.after(0, () -> upsert(access, table.get()));
        }
    }

    /// Another table comes and goes.
    private void churn(ProxyRole access) {
        var other = new TableName("public", "t" + scheduler.random().nextInt(3));
        if (access.catalog().findTable(other).isPresent()) {
            var drop = DropTable.newBuilder()
                    .setSchemaName(other.schema())
                    .setName(other.table())
                    .setIfExists(true);
            var _ = access.execute(DdlRequest.newBuilder().setDropTable(drop).build());
        } else {
            create(access, other, 1);
        }
    }

    private static void create(ProxyRole access, TableName name, int shards) {
        var bigint = ColumnType.newBuilder().setKind(ColumnType.Kind.BIGINT);
        var table = io.elanus.proto.grpc.TableSchema.newBuilder()
                .setSchemaName(name.schema())
                .setName(name.table())
                .setKeyColumnId(1)
                .addColumns(ColumnSchema.newBuilder().setId(1).setName("k").setType(bigint))
                .addColumns(ColumnSchema.newBuilder()
                        .setId(2)
                        .setName("v")
                        .setType(bigint)
                        .setNullable(true));
        var create =
                CreateTable.newBuilder().setTable(table).setShardCount(shards).setIfNotExists(true);
        var _ = access.execute(DdlRequest.newBuilder().setCreateTable(create).build());
    }

    private void upsert(ProxyRole access, TableSchema table) {
        long value = history.nextValue++;
        var keys = new TreeSet<Long>();
        int count = 1 + scheduler.random().nextInt(4);
        for (int i = 0; i < count; i++) {
            keys.add((long) scheduler.random().nextInt(KEYS));
        }
        long before = history.acknowledged;
        VectorSchemaRoot rows = rows(table, keys, value);
        var _ = access.append(table, rows, RowMode.REPLACE, TIMEOUT).whenComplete((receipt, error) -> {
            rows.close();
            if (error != null) {
                history.unknown++;
                return;
            }
            if (receipt.timestamp() <= before) {
                throw new SimFailure("R-52: a write at [%d] began after one at [%d] was acknowledged"
                        .formatted(receipt.timestamp(), before));
            }
            history.acknowledged = Math.max(history.acknowledged, receipt.timestamp());
            history.written.add(new Written(table, List.copyOf(keys), value, receipt.timestamp()));
            world.checks().onAcknowledged("Value " + value, vchannels(table, keys), receipt.timestamp());
        });
    }

    private VectorSchemaRoot rows(TableSchema table, Set<Long> keys, long value) {
        var rows = VectorSchemaRoot.create(
                ArrowTypes.schema(table.columns()), world.memory().root());
        int row = 0;
        for (long key : keys) {
            ((BigIntVector) rows.getVector(0)).setSafe(row, key);
            ((BigIntVector) rows.getVector(1)).setSafe(row, value);
            row++;
        }
        rows.setRowCount(row);
        return rows;
    }

    private static List<String> vchannels(TableSchema table, Set<Long> keys) {
        var vchannels = new TreeSet<String>();
        for (long key : keys) {
            vchannels.add(vchannel(table, key));
        }
        return List.copyOf(vchannels);
    }

    static String vchannel(TableSchema table, long key) {
        int hash = Keys.shardHash(Keys.ofLong(key));
        return table.shards().stream()
                .filter(shard -> shard.holds(hash))
                .findFirst()
                .orElseThrow()
                .vchannel();
    }

    /// The newest acknowledged value of every key of a table.
    static Map<Long, Written> newest(History history, long tableId) {
        var newest = new TreeMap<Long, Written>();
        for (Written write : history.written) {
            if (write.table.tableId() == tableId) {
                for (long key : write.keys) {
                    newest.merge(key, write, (a, b) -> a.ts > b.ts ? a : b);
                }
            }
        }
        return newest;
    }
}
