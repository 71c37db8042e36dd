package io.elanus.cluster.whole;

import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.fixture.InProcessCluster;
import io.elanus.cluster.proxy.TableAccess;
import io.elanus.proto.grpc.ColumnSchema;
import io.elanus.proto.grpc.ColumnType;
import io.elanus.proto.grpc.CreateTable;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.Expr;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.Scan;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// A table of numbers by number: how tests write it and read it.
final class Rows {
    private Rows() {}

    static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    static TableSchema createTable(InProcessCluster cluster, String name, int shards) throws Exception {
        var bigint = ColumnType.newBuilder().setKind(ColumnType.Kind.BIGINT);
        var table = io.elanus.proto.grpc.TableSchema.newBuilder()
                .setSchemaName("public")
                .setName(name)
                .setKeyColumnId(1)
                .addColumns(ColumnSchema.newBuilder().setId(1).setName("k").setType(bigint))
                .addColumns(ColumnSchema.newBuilder()
                        .setId(2)
                        .setName("v")
                        .setType(bigint)
                        .setNullable(true));
        var create = CreateTable.newBuilder().setTable(table).setShardCount(shards);
        await(cluster.proxy()
                .execute(DdlRequest.newBuilder().setCreateTable(create).build()));
        return table(cluster, name);
    }

    static TableSchema table(InProcessCluster cluster, String name) {
        return cluster.proxy()
                .catalog()
                .findTable(new TableName("public", name))
                .orElseThrow();
    }

    static VectorSchemaRoot batch(TableSchema table, Map<Long, Long> values, BufferAllocator memory) {
        var rows = VectorSchemaRoot.create(ArrowTypes.schema(table.columns()), memory);
        int row = 0;
        for (Map.Entry<Long, Long> value : values.entrySet()) {
            ((BigIntVector) rows.getVector(0)).setSafe(row, value.getKey());
            ((BigIntVector) rows.getVector(1)).setSafe(row, value.getValue());
            row++;
        }
        rows.setRowCount(row);
        return rows;
    }

    static long upsert(InProcessCluster cluster, TableSchema table, Map<Long, Long> values) throws Exception {
        try (VectorSchemaRoot rows = batch(table, values, cluster.memory())) {
            return await(cluster.proxy().append(table, rows, TableAccess.RowMode.REPLACE, Duration.ofSeconds(30)))
                    .timestamp();
        }
    }

    /// What a strong read sees now.
    static SortedMap<Long, Long> read(InProcessCluster cluster, TableSchema table) throws Exception {
        long now = await(cluster.proxy().nowToRead(List.of(table)));
        return read(cluster, table, now, now);
    }

    static SortedMap<Long, Long> read(InProcessCluster cluster, TableSchema table, long readTs, long guaranteeTs)
            throws Exception {
        Fragment.Builder scan = Fragment.newBuilder()
                .setQueryId("q-" + readTs + "-" + guaranteeTs)
                .setTableId(table.tableId())
                .setSchemaVersion(table.version())
                .setReadTs(readTs)
                .setGuaranteeTs(guaranteeTs)
                .setDeadlineMillis(30_000)
                .setMemoryLimitBytes(64 << 20)
                .setScan(Scan.getDefaultInstance());
        int ordinal = 0;
        for (Column column : table.columns()) {
            scan.addInputColumnIds(column.id())
                    .addProjection(Expr.newBuilder()
                            .setType(SchemaProtos.toProto(column.type()))
                            .setInput(ordinal++));
        }
        var seen = new TreeMap<Long, Long>();
        for (BatchStream stream : await(cluster.proxy().read(table, scan.build()))) {
            try (stream) {
                for (VectorSchemaRoot rows = stream.next(); rows != null; rows = stream.next()) {
                    try (VectorSchemaRoot taken = rows) {
                        add(taken, seen);
                    }
                }
            }
        }
        return seen;
    }

    static void add(VectorSchemaRoot rows, Map<Long, Long> seen) {
        for (int i = 0; i < rows.getRowCount(); i++) {
            long key = ((BigIntVector) rows.getVector(0)).get(i);
            long value = ((BigIntVector) rows.getVector(1)).get(i);
            if (seen.put(key, value) != null) {
                throw new AssertionError("Key [%d] was read twice".formatted(key));
            }
        }
    }
}
