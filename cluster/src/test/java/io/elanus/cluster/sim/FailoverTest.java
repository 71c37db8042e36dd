package io.elanus.cluster.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.client.Election;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.proxy.Catalog;
import io.elanus.cluster.proxy.ProxyRole;
import io.elanus.cluster.sim.SimClusters.Shape;
import io.elanus.proto.grpc.AlterTable;
import io.elanus.proto.grpc.ColumnSchema;
import io.elanus.proto.grpc.ColumnType;
import io.elanus.proto.grpc.CreateIndex;
import io.elanus.proto.grpc.CreateRole;
import io.elanus.proto.grpc.CreateSchema;
import io.elanus.proto.grpc.CreateTable;
import io.elanus.proto.grpc.CreateView;
import io.elanus.proto.grpc.DdlReply;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.DropIndex;
import io.elanus.proto.grpc.DropSchema;
import io.elanus.proto.grpc.DropTable;
import io.elanus.proto.grpc.DropView;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.RoleSchema;
import io.elanus.proto.grpc.TableSchema;
import io.elanus.proto.grpc.ViewSchema;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.TableName;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The active root coordinator dies in the middle of each kind of DDL statement. None of them names IF EXISTS, so a
/// statement that was carried out twice would fail, and so would one that met the coordinator between two terms.
class FailoverTest {
    private static final long MILLISECOND = 1_000_000;
    private static final TableName TABLE = new TableName("app", "t");
    private static final ColumnType BIGINT =
            ColumnType.newBuilder().setKind(ColumnType.Kind.BIGINT).build();

    private record Step(Function<Catalog, DdlRequest.Builder> statement, Predicate<Catalog> effect) {}

    private static final List<Step> STEPS = List.of(
            new Step(
                    _ -> DdlRequest.newBuilder()
                            .setCreateSchema(CreateSchema.newBuilder().setName("app")),
                    catalog -> catalog.schemas().contains("app")),
            new Step(
                    _ -> DdlRequest.newBuilder()
                            .setCreateTable(
                                    CreateTable.newBuilder().setTable(table()).setShardCount(2)),
                    catalog -> catalog.findTable(TABLE).isPresent()),
            new Step(
                    FailoverTest::addColumn,
                    catalog -> catalog.findTable(TABLE).orElseThrow().columns().size() == 3),
            new Step(
                    catalog -> DdlRequest.newBuilder()
                            .setCreateIndex(CreateIndex.newBuilder()
                                    .setIndex(IndexSchema.newBuilder()
                                            .setName("i")
                                            .setTableId(id(catalog))
                                            .setColumnId(2)
                                            .setType("bitmap"))),
                    catalog -> catalog.indexes().size() == 1),
            new Step(
                    _ -> DdlRequest.newBuilder()
                            .setCreateView(CreateView.newBuilder()
                                    .setView(ViewSchema.newBuilder()
                                            .setSchemaName("app")
                                            .setName("v")
                                            .addColumns(column(1, "one"))
                                            .setQuery("SELECT 1 AS one"))),
                    catalog -> catalog.views().size() == 1),
            new Step(
                    _ -> DdlRequest.newBuilder()
                            .setCreateRole(CreateRole.newBuilder()
                                    .setRole(RoleSchema.newBuilder().setName("reader"))),
                    catalog -> catalog.access().roles().containsKey("reader")),
            new Step(
                    _ -> DdlRequest.newBuilder()
                            .setDropView(
                                    DropView.newBuilder().setSchemaName("app").setName("v")),
                    catalog -> catalog.views().isEmpty()),
            new Step(
                    _ -> DdlRequest.newBuilder()
                            .setDropIndex(
                                    DropIndex.newBuilder().setSchemaName("app").setName("i")),
                    catalog -> catalog.indexes().isEmpty()),
            new Step(
                    _ -> DdlRequest.newBuilder()
                            .setDropTable(
                                    DropTable.newBuilder().setSchemaName("app").setName("t")),
                    catalog -> catalog.findTable(TABLE).isEmpty()),
            new Step(
                    _ -> DdlRequest.newBuilder()
                            .setDropSchema(DropSchema.newBuilder().setName("app")),
                    catalog -> !catalog.schemas().contains("app")));

    /// The successor is the standby, after the lease, or the same node when its process is back soon.
    @ParameterizedTest
    @ValueSource(ints = {50, 5_000})
    void everyStatementSucceedsOnceAlthoughItsCoordinatorDies(int downMillis) {
        for (int afterMicros = 100; afterMicros < 25_000; afterMicros = afterMicros * 3 / 2) {
            try (var world = new SimWorld(afterMicros, SimPlants.NONE)) {
                SimClusters.build(world, Shape.WRITERS);
                world.runUntil(1_000 * MILLISECOND);
                for (Step step : STEPS) {
                    carryOut(world, step, afterMicros * 1_000L, downMillis * MILLISECOND);
                }
            }
        }
    }

    private static void carryOut(SimWorld world, Step step, long killAfterNanos, long downNanos) {
        var proxy = (ProxyRole) world.role("proxy-1");
        MetaStore.Entry active = Objects.requireNonNull(world.meta().entry(Election.key(RoleNames.ROOT_COORD)));
        CompletableFuture<DdlReply> answer =
                proxy.execute(step.statement.apply(proxy.catalog()).build());
        world.runUntil(world.scheduler().now() + killAfterNanos);
        world.crash(active.value().toStringUtf8(), downNanos);
        world.runUntil(world.scheduler().now() + Duration.ofSeconds(10).toNanos());
        assertThat(answer)
                .as("statement [%d], killed after [%d] ns", STEPS.indexOf(step), killAfterNanos)
                .isCompleted();
        assertThat(step.effect).accepts(proxy.catalog());
    }

    private static DdlRequest.Builder addColumn(Catalog catalog) {
        TableSchema table = SchemaProtos.toProto(catalog.findTable(TABLE).orElseThrow());
        return DdlRequest.newBuilder()
                .setAlterTable(AlterTable.newBuilder()
                        .setTableId(table.getTableId())
                        .setBaseVersion(table.getVersion())
                        .setTable(table.toBuilder()
                                .addColumns(column(3, "w").toBuilder().setNullable(true))));
    }

    private static TableSchema table() {
        return TableSchema.newBuilder()
                .setSchemaName(TABLE.schema())
                .setName(TABLE.table())
                .setKeyColumnId(1)
                .addColumns(column(1, "k"))
                .addColumns(column(2, "v").toBuilder().setNullable(true))
                .build();
    }

    private static ColumnSchema column(int id, String name) {
        return ColumnSchema.newBuilder().setId(id).setName(name).setType(BIGINT).build();
    }

    private static long id(Catalog catalog) {
        return catalog.findTable(TABLE).orElseThrow().tableId();
    }
}
