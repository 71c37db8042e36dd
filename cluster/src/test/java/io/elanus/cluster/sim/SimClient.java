package io.elanus.cluster.sim;

import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.proxy.Mutation;
import io.elanus.cluster.proxy.ProxyRole;
import io.elanus.cluster.proxy.TableAccess.RowMode;
import io.elanus.cluster.runtime.Failures;
import io.elanus.proto.grpc.ColumnSchema;
import io.elanus.proto.grpc.ColumnType;
import io.elanus.proto.grpc.CreateTable;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.DropTable;
import io.elanus.proto.grpc.Expr;
import io.elanus.proto.grpc.FlushRequest;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.Scan;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.visibility.Keys;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// What users of one proxy do: upserts with values that occur once, and DDL. Writes down what was acknowledged.
final class SimClient {
    /// Written without looking.
    static final TableName TABLE = new TableName("public", "t");
    /// Changed under locks only, and served by two nodes.
    static final TableName LOOKED = new TableName("public", "looked");
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
        private long reads;
        private long answered;
        private long changes;
        private final List<Long> readAt = new ArrayList<>();
        private final LogModel model;

        History(SimWorld world) {
            this.model = new LogModel(world.checks(), world.memory().root());
        }

        long reads() {
            return reads;
        }

        long answered() {
            return answered;
        }

        long changes() {
            return changes;
        }

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
        Optional<TableSchema> blind = access.catalog().findTable(TABLE);
        Optional<TableSchema> looked = access.catalog().findTable(LOOKED);
        if (blind.isEmpty()) {
            create(access, TABLE, 2, 1);
            return;
        }
        if (!world.hasReaders()) {
            if (scheduler.chance(0.1)) {
                churn(access);
            } else {
                process.after(0, () -> upsert(access, blind.get()));
            }
            return;
        }
        if (looked.isEmpty()) {
            create(access, LOOKED, 1, 2);
            return;
        }
        double dice = scheduler.random().nextDouble();
        process.after(0, () -> {
            if (dice < 0.4) {
                upsert(access, blind.get());
            } else if (dice < 0.6) {
                change(access, looked.get());
            } else if (dice < 0.65) {
                flush(process, scheduler.chance(0.5) ? blind.get() : looked.get());
            } else {
                read(process, access, scheduler.chance(0.5) ? blind.get() : looked.get());
            }
        });
    }

    /// Reads both tables as of now.
    void readAll() {
        SimProcess process = world.process(proxy);
        if (world.role(proxy) instanceof ProxyRole access) {
            for (TableName name : List.of(TABLE, LOOKED)) {
                process.after(
                        0,
                        () -> readNow(
                                process,
                                access,
                                access.catalog().findTable(name).orElseThrow()));
            }
        }
    }

    /// Reads the table that two nodes serve, as of now.
    void readReplicated() {
        SimProcess process = world.process(proxy);
        if (world.role(proxy) instanceof ProxyRole access) {
            process.after(
                    0,
                    () -> readNow(
                            process, access, access.catalog().findTable(LOOKED).orElseThrow()));
        }
    }

    private void flush(SimProcess process, TableSchema table) {
        var request = FlushRequest.newBuilder().setTableId(table.tableId()).build();
        var _ = world.network()
                .rpc(process)
                .call(RoleNames.DATA_COORD, DataCoordGrpc.getFlushMethod(), request, Duration.ofSeconds(1));
    }

    /// Reads as of now, or as of a time that was read before.
    void read(SimProcess process, ProxyRole access, TableSchema table) {
        boolean past = !history.readAt.isEmpty() && scheduler.chance(0.3);
        if (past) {
            read(process, access, table, history.readAt.get(scheduler.random().nextInt(history.readAt.size())));
            return;
        }
        readNow(process, access, table);
    }

    private void readNow(SimProcess process, ProxyRole access, TableSchema table) {
        long acknowledged = history.acknowledged;
        var _ = access.nowToRead(List.of(table)).thenAccept(now -> {
            if (now <= acknowledged) {
                world.fail(new SimFailure(
                        "R-52: now [%d] is not above the write acknowledged at [%d]".formatted(now, acknowledged)));
            }
            read(process, access, table, now);
        });
    }

    private void read(SimProcess process, ProxyRole access, TableSchema table, long ts) {
        history.reads++;
        var _ = access.read(table, scan(table, ts))
                .thenCompose(streams -> process.workers().io(() -> drain(streams)))
                .whenComplete((seen, error) -> {
                    if (error != null) {
                        checkError(error);
                        return;
                    }
                    history.answered++;
                    history.readAt.add(ts);
                    SortedMap<Long, Long> expected = history.model.at(table, ts);
                    if (!expected.equals(seen)) {
                        world.fail(new SimFailure("A read of [%s] at [%d] through [%s] saw %s, the log says %s"
                                .formatted(table.name(), ts, proxy, seen, expected)));
                    }
                });
    }

    private void checkError(Throwable error) {
        if (Failures.unwrap(error) instanceof SimFailure failure) {
            world.fail(failure);
        }
    }

    private static SortedMap<Long, Long> drain(List<BatchStream> streams) {
        var seen = new TreeMap<Long, Long>();
        for (BatchStream stream : streams) {
            try (stream) {
                for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
                    try (VectorSchemaRoot taken = batch) {
                        LogModel.addTo(seen, taken);
                    }
                }
            }
        }
        return seen;
    }

    private static Fragment scan(TableSchema table, long ts) {
        Fragment.Builder scan = Fragment.newBuilder()
                .setQueryId("q" + ts)
                .setTableId(table.tableId())
                .setSchemaVersion(table.version())
                .setReadTs(ts)
                .setGuaranteeTs(ts)
                .setDeadlineMillis(3_000)
                .setScan(Scan.getDefaultInstance());
        int ordinal = 0;
        for (Column column : table.columns()) {
            scan.addInputColumnIds(column.id())
                    .addProjection(Expr.newBuilder()
                            .setType(SchemaProtos.toProto(column.type()))
                            .setInput(ordinal++));
        }
        return scan.build();
    }

    /// Writes a new value, or deletes, knowing what was there: nobody may have come in between.
    private void change(ProxyRole access, TableSchema table) {
        long value = history.nextValue++;
        long key = scheduler.random().nextInt(5);
        boolean deletes = scheduler.chance(0.3);
        var seen = new TreeMap<Long, Long>();
        var _ = access.change(
                        table,
                        List.of(Keys.ofLong(key)),
                        existing -> {
                            seen.clear();
                            existing.forEach(rows -> LogModel.addTo(seen, rows));
                            return deletes
                                    ? new Mutation(null, List.of(Keys.ofLong(key)))
                                    : new Mutation(rows(table, Set.of(key), value), List.of());
                        },
                        TIMEOUT)
                .whenComplete((receipt, error) -> {
                    if (error != null) {
                        checkError(error);
                        history.unknown++;
                        return;
                    }
                    history.acknowledged = Math.max(history.acknowledged, receipt.timestamp());
                    history.changes++;
                    world.checks()
                            .onAcknowledged("Change " + value, vchannels(table, Set.of(key)), receipt.timestamp());
                    long first = world.checks().firstAttempt(vchannel(table, key), receipt.timestamp());
                    Long before = history.model.at(table, first - 1).get(key);
                    if (!Objects.equals(before, seen.get(key))) {
                        world.fail(new SimFailure("A change of key [%d] at [%d] was decided on [%s], the log says [%s]"
                                .formatted(key, receipt.timestamp(), seen.get(key), before)));
                    }
                });
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
            create(access, other, 1, 1);
        }
    }

    private static void create(ProxyRole access, TableName name, int shards, int replicas) {
        var bigint = ColumnType.newBuilder().setKind(ColumnType.Kind.BIGINT);
        var table = io.elanus.proto.grpc.TableSchema.newBuilder()
                .setSchemaName(name.schema())
                .setName(name.table())
                .setKeyColumnId(1)
                .putOptions("replicas", Integer.toString(replicas))
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
        world.checks().onBlindTable(table.tableId());
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
                checkError(error);
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
}
