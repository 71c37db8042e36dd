package io.elanus.cluster.rootcoord;

import io.elanus.cluster.ClusterException;
import io.elanus.proto.grpc.AddTableRequest;
import io.elanus.proto.grpc.AlterTable;
import io.elanus.proto.grpc.Broadcast;
import io.elanus.proto.grpc.ColumnSchema;
import io.elanus.proto.grpc.CreateTable;
import io.elanus.proto.grpc.DdlStep;
import io.elanus.proto.grpc.DropTable;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.ReleaseTableRequest;
import io.elanus.proto.grpc.RemoveTableRequest;
import io.elanus.proto.grpc.ShardRange;
import io.elanus.proto.grpc.TableSchema;
import io.elanus.proto.grpc.ViewSchema;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Views;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// CREATE, ALTER and DROP TABLE. Pure; refusals are thrown as [ClusterException].
final class TableRules {
    static final int MAX_SHARDS = 16;
    static final int MAX_COLUMNS = 1_600;
    static final int MAX_TABLES = 65_536;
    private static final long HASHES = 1L << 32;

    private TableRules() {}

    static DdlRules.Outcome create(DdlDraft draft, CreateTable create) {
        TableSchema asked = create.getTable();
        CatalogState catalog = draft.before();
        SchemaRules.require(catalog, asked.getSchemaName());
        if (catalog.findTable(asked.getSchemaName(), asked.getName()).isPresent()) {
            if (create.getIfNotExists()) {
                return draft.nothing();
            }
            throw duplicate(asked);
        }
        ViewRules.refuseName(catalog, asked.getSchemaName(), asked.getName());
        if (catalog.tables().size() >= MAX_TABLES) {
            throw new ClusterException(
                    ErrorCode.LIMIT_EXCEEDED, "There are [%d] tables already, the limit.".formatted(MAX_TABLES));
        }
        checkColumns(asked);
        TableSchema table = asked.toBuilder()
                .setTableId(draft.newId())
                .setVersion(1)
                .clearShards()
                .addAllShards(shards(catalog, draft.given(), create.getShardCount()))
                .build();
        draft.createTable(table);
        draft.pending()
                .setTableId(table.getTableId())
                .setHidesTableId(table.getTableId())
                .addSteps(added(table));
        return draft.done(table.getTableId());
    }

    static DdlRules.Outcome drop(DdlDraft draft, DropTable drop) {
        TableSchema table =
                draft.before().findTable(drop.getSchemaName(), drop.getName()).orElse(null);
        if (table == null) {
            if (drop.getIfExists()) {
                return draft.nothing();
            }
            throw undefined(drop.getSchemaName() + "." + drop.getName());
        }
        List<ViewSchema> readers = Views.readersOf(draft.before().views().values(), Set.of(table.getTableId()));
        ViewRules.refuse(readers, drop.getCascade(), "Table [%s]".formatted(table.getName()));
        draft.dropViews(readers);
        drop(draft, table);
        return draft.done(table.getTableId());
    }

    /// With its indexes.
    static void drop(DdlDraft draft, TableSchema table) {
        for (IndexSchema index : draft.before().indexes().values()) {
            if (index.getTableId() == table.getTableId()) {
                IndexRules.drop(draft, index);
            }
        }
        draft.dropTable(table.getTableId());
        draft.pending().setTableId(table.getTableId());
        draft.broadcast(table, Broadcast.newBuilder().setDropTable(true));
        draft.pending()
                .addSteps(DdlStep.newBuilder()
                        .setReleaseTable(ReleaseTableRequest.newBuilder().setTableId(table.getTableId())))
                .addSteps(DdlStep.newBuilder()
                        .setRemoveTable(RemoveTableRequest.newBuilder()
                                .setTableId(table.getTableId())
                                .setTs(draft.given().ts())));
    }

    /// The table in its new form: the channels hear of it before anybody writes in that form.
    static DdlRules.Outcome alter(DdlDraft draft, AlterTable alter) {
        TableSchema before = require(draft.before(), alter.getTableId());
        if (before.getVersion() != alter.getBaseVersion()) {
            throw new ClusterException(
                    ErrorCode.CONFLICT,
                    "Table [%s] is at version [%d], the statement was made for [%d]. Send it again."
                            .formatted(before.getName(), before.getVersion(), alter.getBaseVersion()));
        }
        TableSchema after = alter.getTable().toBuilder()
                .setTableId(before.getTableId())
                .setVersion(before.getVersion() + 1)
                .clearShards()
                .addAllShards(before.getShardsList())
                .build();
        checkAltered(draft.before(), before, after);
        List<ViewSchema> broken = ViewRules.brokenBy(draft.before(), before, after, alter.getCascade());
        draft.replaceTable(after);
        draft.pending().setTableId(after.getTableId()).setShowsTable(before);
        draft.broadcast(after, Broadcast.newBuilder().setSchema(after));
        draft.pending().addSteps(added(after));
        draft.dropViews(broken);
        return draft.done(after.getTableId());
    }

    private static void checkAltered(CatalogState catalog, TableSchema before, TableSchema after) {
        checkColumns(after);
        if (after.getKeyColumnId() != before.getKeyColumnId()) {
            throw new ClusterException(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "The key column of table [%s] cannot change.".formatted(before.getName()));
        }
        SchemaRules.require(catalog, after.getSchemaName());
        catalog.findTable(after.getSchemaName(), after.getName())
                .filter(other -> other.getTableId() != after.getTableId())
                .ifPresent(other -> {
                    throw duplicate(other);
                });
        if (!after.getName().equals(before.getName()) || !after.getSchemaName().equals(before.getSchemaName())) {
            ViewRules.refuseName(catalog, after.getSchemaName(), after.getName());
        }
    }

    private static DdlStep.Builder added(TableSchema table) {
        return DdlStep.newBuilder().setAddTable(AddTableRequest.newBuilder().setTable(table));
    }

    /// Least-used pchannels first, the lower number first among equals.
    private static List<ShardRange> shards(CatalogState catalog, DdlRules.Given given, int asked) {
        int count = asked == 0 ? 1 : asked;
        if (count < 1 || count > MAX_SHARDS) {
            throw new ClusterException(
                    ErrorCode.INVALID_PARAMETER,
                    "A table takes 1 to [%d] shards, given [%d].".formatted(MAX_SHARDS, count));
        }
        Map<String, Integer> use = catalog.pchannelUse();
        List<String> pool = new ArrayList<>();
        for (int number = 0; number < given.pchannels(); number++) {
            pool.add(DdlRules.pchannel(number));
        }
        pool.sort(Comparator.comparingInt(pchannel -> use.getOrDefault(pchannel, 0)));
        List<ShardRange> shards = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String pchannel = pool.get(i % pool.size());
            shards.add(ShardRange.newBuilder()
                    .setHashFrom((int) (HASHES * i / count))
                    .setHashTo((int) (HASHES * (i + 1) / count - 1))
                    .setPchannel(pchannel)
                    .setVchannel(pchannel + "_" + given.newId() + "v" + i)
                    .build());
        }
        return shards;
    }

    private static void checkColumns(TableSchema table) {
        if (table.getColumnsCount() > MAX_COLUMNS) {
            throw new ClusterException(
                    ErrorCode.TOO_MANY_COLUMNS,
                    "Table [%s] has [%d] columns, the limit is [%d]."
                            .formatted(table.getName(), table.getColumnsCount(), MAX_COLUMNS));
        }
        long ids = table.getColumnsList().stream()
                .mapToInt(ColumnSchema::getId)
                .distinct()
                .count();
        boolean hasKey = table.getColumnsList().stream().anyMatch(column -> column.getId() == table.getKeyColumnId());
        if (ids != table.getColumnsCount() || !hasKey) {
            throw new ClusterException(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "Table [%s] needs a key column, and a different id for every column.".formatted(table.getName()));
        }
    }

    static TableSchema require(CatalogState catalog, long tableId) {
        TableSchema table = catalog.tables().get(tableId);
        if (table == null) {
            throw undefined("id " + tableId);
        }
        return table;
    }

    static ClusterException undefined(String name) {
        return new ClusterException(ErrorCode.UNDEFINED_TABLE, "Table [%s] does not exist.".formatted(name));
    }

    private static ClusterException duplicate(TableSchema table) {
        return new ClusterException(
                ErrorCode.DUPLICATE_TABLE,
                "Table [%s.%s] exists already.".formatted(table.getSchemaName(), table.getName()));
    }
}
