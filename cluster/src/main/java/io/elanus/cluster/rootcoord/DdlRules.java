package io.elanus.cluster.rootcoord;

import com.google.protobuf.ByteString;
import io.elanus.cluster.ClusterException;
import io.elanus.cluster.access.Access;
import io.elanus.cluster.access.AccessRules;
import io.elanus.proto.grpc.AddIndexRequest;
import io.elanus.proto.grpc.AddTableRequest;
import io.elanus.proto.grpc.AlterTable;
import io.elanus.proto.grpc.Broadcast;
import io.elanus.proto.grpc.BroadcastStep;
import io.elanus.proto.grpc.ColumnSchema;
import io.elanus.proto.grpc.CreateIndex;
import io.elanus.proto.grpc.CreateSchema;
import io.elanus.proto.grpc.CreateTable;
import io.elanus.proto.grpc.CreateView;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.DdlStep;
import io.elanus.proto.grpc.DropIndex;
import io.elanus.proto.grpc.DropSchema;
import io.elanus.proto.grpc.DropTable;
import io.elanus.proto.grpc.DropView;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.PendingDdl;
import io.elanus.proto.grpc.ReleaseTableRequest;
import io.elanus.proto.grpc.RemoveIndexRequest;
import io.elanus.proto.grpc.RemoveTableRequest;
import io.elanus.proto.grpc.ShardRange;
import io.elanus.proto.grpc.TableSchema;
import io.elanus.proto.grpc.ViewSchema;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.meta.Txn;
import io.elanus.storage.type.Views;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a DDL statement does to the catalog: a pure function of the catalog, the statement, its timestamp and a new
/// id. Refusals are thrown as [ClusterException].
final class DdlRules {
    static final int MAX_SHARDS = 16;
    static final int MAX_COLUMNS = 1_600;
    static final int MAX_TABLES = 65_536;
    /// Leaves room in one transaction for the statement's own records.
    static final int MAX_DROPPED = 100;
    private static final String PCHANNEL = "elanus-dml-";
    private static final long HASHES = 1L << 32;

    /// What a statement gets beside the catalog.
    ///
    /// @param pchannels how many there are
    record Given(long ts, long newId, int pchannels) {}

    /// @param writes   what the transaction writes beside the statement's own records
    /// @param pending  what is left to do; no steps: nothing
    /// @param objectId 0: there was nothing to do
    record Outcome(CatalogState state, List<Txn.Operation> writes, PendingDdl pending, long objectId) {}

    private final CatalogState catalog;
    private final Given given;
    /// Owns what the statement creates.
    private final String role;
    private final List<Txn.Operation> writes = new ArrayList<>();
    private final PendingDdl.Builder pending = PendingDdl.newBuilder();

    private DdlRules(CatalogState catalog, Given given, String role) {
        this.catalog = catalog;
        this.given = given;
        this.role = role;
    }

    static String pchannel(int number) {
        return PCHANNEL + number;
    }

    static Outcome apply(CatalogState catalog, DdlRequest request, Given given) {
        if (given.ts <= catalog.newestTs()) {
            throw new ClusterException(
                    ErrorCode.CONFLICT,
                    "A statement with timestamp [%d] came after one with timestamp [%d]. Send it again."
                            .formatted(given.ts, catalog.newestTs()));
        }
        var rules = new DdlRules(catalog, given, request.getRole());
        return switch (request.getStatementCase()) {
            case CREATE_SCHEMA -> rules.on(request.getCreateSchema());
            case DROP_SCHEMA -> rules.on(request.getDropSchema());
            case CREATE_TABLE -> rules.on(request.getCreateTable());
            case DROP_TABLE -> rules.on(request.getDropTable());
            case ALTER_TABLE -> rules.on(request.getAlterTable());
            case CREATE_INDEX -> rules.on(request.getCreateIndex());
            case DROP_INDEX -> rules.on(request.getDropIndex());
            case CREATE_VIEW -> rules.on(request.getCreateView());
            case DROP_VIEW -> rules.on(request.getDropView());
            case CREATE_ROLE, ALTER_ROLE, DROP_ROLE, CHANGE_GRANTS, ALTER_ACCESS, CREATE_POLICY, DROP_POLICY ->
                rules.onAccess(request);
            case STATEMENT_NOT_SET ->
                throw new ClusterException(ErrorCode.PROTOCOL_VIOLATION, "A DDL request without a statement.");
        };
    }

    private Outcome on(CreateSchema create) {
        if (catalog.schemas().contains(create.getName())) {
            if (create.getIfNotExists()) {
                return nothing();
            }
            throw new ClusterException(
                    ErrorCode.DUPLICATE_SCHEMA, "Schema [%s] exists already.".formatted(create.getName()));
        }
        put(RootKeys.schema(create.getName()), ByteString.EMPTY);
        CatalogState after = catalog.withSchema(create.getName());
        return done(withAccess(after, after.access().owning(create.getName(), role)), given.newId);
    }

    private Outcome on(DropSchema drop) {
        if (!catalog.schemas().contains(drop.getName())) {
            if (drop.getIfExists()) {
                return nothing();
            }
            throw undefinedSchema(drop.getName());
        }
        List<TableSchema> tables = catalog.tables().values().stream()
                .filter(table -> table.getSchemaName().equals(drop.getName()))
                .toList();
        List<ViewSchema> views = ViewRules.ofSchema(catalog, drop.getName());
        int held = tables.size() + views.size();
        if (held > 0 && !drop.getCascade()) {
            throw new ClusterException(
                    ErrorCode.DEPENDENT_OBJECTS,
                    "Schema [%s] holds [%d] tables and views. Drop them first, or add CASCADE."
                            .formatted(drop.getName(), held));
        }
        var gone = new HashSet<Long>();
        tables.forEach(table -> gone.add(table.getTableId()));
        views.forEach(view -> gone.add(view.getViewId()));
        CatalogState after = withoutViews(catalog, views);
        after = withoutViews(after, Views.readersOf(after.views().values(), gone));
        for (TableSchema table : tables) {
            after = drop(after, table);
        }
        if (writes.size() > MAX_DROPPED) {
            throw new ClusterException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "Schema [%s] holds more tables and indexes than one statement drops, which is [%d]. Drop some of its tables first."
                            .formatted(drop.getName(), MAX_DROPPED));
        }
        delete(RootKeys.schema(drop.getName()));
        Access access = after.access().withoutSchema(drop.getName());
        return done(after.withoutSchema(drop.getName()).with(access), given.newId);
    }

    private Outcome on(CreateTable create) {
        TableSchema asked = create.getTable();
        if (!catalog.schemas().contains(asked.getSchemaName())) {
            throw undefinedSchema(asked.getSchemaName());
        }
        if (catalog.findTable(asked.getSchemaName(), asked.getName()).isPresent()) {
            if (create.getIfNotExists()) {
                return nothing();
            }
            throw duplicateTable(asked);
        }
        refuseView(asked.getSchemaName(), asked.getName());
        if (catalog.tables().size() >= MAX_TABLES) {
            throw new ClusterException(
                    ErrorCode.LIMIT_EXCEEDED, "There are [%d] tables already, the limit.".formatted(MAX_TABLES));
        }
        checkColumns(asked);
        TableSchema table = asked.toBuilder()
                .setTableId(given.newId)
                .setVersion(1)
                .clearShards()
                .addAllShards(shards(create.getShardCount()))
                .build();
        put(RootKeys.table(table.getTableId()), table.toByteString());
        pending.setTableId(table.getTableId())
                .setHidesTableId(table.getTableId())
                .addSteps(DdlStep.newBuilder()
                        .setAddTable(AddTableRequest.newBuilder().setTable(table)));
        CatalogState after = catalog.withTable(table);
        return done(withAccess(after, after.access().owning(table.getTableId(), role)), table.getTableId());
    }

    private Outcome on(DropTable drop) {
        TableSchema table =
                catalog.findTable(drop.getSchemaName(), drop.getName()).orElse(null);
        if (table == null) {
            if (drop.getIfExists()) {
                return nothing();
            }
            throw undefinedTable(drop.getSchemaName() + "." + drop.getName());
        }
        List<ViewSchema> readers = Views.readersOf(catalog.views().values(), Set.of(table.getTableId()));
        ViewRules.refuse(readers, drop.getCascade(), "Table [%s]".formatted(table.getName()));
        return done(drop(withoutViews(catalog, readers), table), table.getTableId());
    }

    private Outcome on(AlterTable alter) {
        TableSchema before = table(alter.getTableId());
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
        checkColumns(after);
        if (after.getKeyColumnId() != before.getKeyColumnId()) {
            throw new ClusterException(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "The key column of table [%s] cannot change.".formatted(before.getName()));
        }
        if (!catalog.schemas().contains(after.getSchemaName())) {
            throw undefinedSchema(after.getSchemaName());
        }
        catalog.findTable(after.getSchemaName(), after.getName())
                .filter(other -> other.getTableId() != after.getTableId())
                .ifPresent(other -> {
                    throw duplicateTable(other);
                });
        if (!after.getName().equals(before.getName()) || !after.getSchemaName().equals(before.getSchemaName())) {
            refuseView(after.getSchemaName(), after.getName());
        }
        List<ViewSchema> readers = ViewRules.brokenBy(catalog, before, after, alter.getCascade());
        Outcome outcome = replaced(before, after, Broadcast.newBuilder().setSchema(after));
        return new Outcome(withoutViews(outcome.state, readers), outcome.writes, outcome.pending, outcome.objectId);
    }

    private Outcome on(CreateView create) {
        ViewSchema asked = create.getView();
        if (!catalog.schemas().contains(asked.getSchemaName())) {
            throw undefinedSchema(asked.getSchemaName());
        }
        ViewSchema before =
                catalog.findView(asked.getSchemaName(), asked.getName()).orElse(null);
        if (before != null && create.getIfNotExists()) {
            return nothing();
        }
        ViewSchema view = asked.toBuilder()
                .setViewId(before == null ? given.newId : before.getViewId())
                .build();
        ViewRules.check(catalog, before, view, create.getReplace());
        put(RootKeys.view(view.getViewId()), view.toByteString());
        CatalogState after = catalog.withView(view);
        Access access = before == null ? after.access().owning(view.getViewId(), role) : after.access();
        return done(withAccess(after, access), view.getViewId());
    }

    private Outcome on(DropView drop) {
        ViewSchema view = catalog.findView(drop.getSchemaName(), drop.getName()).orElse(null);
        if (view == null) {
            if (drop.getIfExists()) {
                return nothing();
            }
            throw undefinedTable(drop.getSchemaName() + "." + drop.getName());
        }
        List<ViewSchema> readers = Views.readersOf(catalog.views().values(), Set.of(view.getViewId()));
        ViewRules.refuse(readers, drop.getCascade(), "View [%s]".formatted(view.getName()));
        CatalogState after = withoutViews(catalog, readers);
        return done(withoutViews(after, List.of(view)), view.getViewId());
    }

    private CatalogState withoutViews(CatalogState from, List<ViewSchema> views) {
        CatalogState after = from;
        for (ViewSchema view : views) {
            delete(RootKeys.view(view.getViewId()));
            after = after.withoutView(view.getViewId());
            after = withAccess(after, after.access().withoutRelation(view.getViewId()));
        }
        return after;
    }

    /// Tables and views share their names.
    private void refuseView(String schema, String name) {
        catalog.findView(schema, name).ifPresent(view -> {
            throw new ClusterException(
                    ErrorCode.DUPLICATE_TABLE, "[%s.%s] exists already and is a view.".formatted(schema, name));
        });
    }

    private Outcome on(CreateIndex create) {
        IndexSchema asked = create.getIndex();
        TableSchema table = table(asked.getTableId());
        if (catalog.findIndex(table.getSchemaName(), asked.getName()).isPresent()) {
            if (create.getIfNotExists()) {
                return nothing();
            }
            throw new ClusterException(
                    ErrorCode.DUPLICATE_OBJECT, "Index [%s] exists already.".formatted(asked.getName()));
        }
        if (table.getColumnsList().stream().noneMatch(column -> column.getId() == asked.getColumnId())) {
            throw new ClusterException(
                    ErrorCode.UNDEFINED_COLUMN,
                    "Table [%s] has no column with id [%d].".formatted(table.getName(), asked.getColumnId()));
        }
        IndexSchema index = asked.toBuilder().setIndexId(given.newId).build();
        put(RootKeys.index(index.getIndexId()), index.toByteString());
        pending.setTableId(table.getTableId())
                .setHidesIndexId(index.getIndexId())
                .addSteps(DdlStep.newBuilder()
                        .setAddIndex(AddIndexRequest.newBuilder().setIndex(index)));
        return done(catalog.withIndex(index), index.getIndexId());
    }

    private Outcome on(DropIndex drop) {
        IndexSchema index =
                catalog.findIndex(drop.getSchemaName(), drop.getName()).orElse(null);
        if (index == null) {
            if (drop.getIfExists()) {
                return nothing();
            }
            throw new ClusterException(
                    ErrorCode.UNDEFINED_OBJECT,
                    "Index [%s.%s] does not exist.".formatted(drop.getSchemaName(), drop.getName()));
        }
        pending.setTableId(index.getTableId());
        return done(drop(catalog, index), index.getIndexId());
    }

    /// A table in a new form: the channels hear of it before anybody writes in that form.
    private Outcome replaced(TableSchema before, TableSchema after, Broadcast.Builder change) {
        put(RootKeys.table(after.getTableId()), after.toByteString());
        pending.setTableId(after.getTableId())
                .setShowsTable(before)
                .addSteps(broadcast(after, change))
                .addSteps(DdlStep.newBuilder()
                        .setAddTable(AddTableRequest.newBuilder().setTable(after)));
        return done(catalog.withTable(after), after.getTableId());
    }

    private CatalogState drop(CatalogState from, TableSchema table) {
        CatalogState after = from;
        for (IndexSchema index : from.indexes().values()) {
            if (index.getTableId() == table.getTableId()) {
                after = drop(after, index);
            }
        }
        delete(RootKeys.table(table.getTableId()));
        pending.setTableId(table.getTableId())
                .addSteps(broadcast(table, Broadcast.newBuilder().setDropTable(true)))
                .addSteps(DdlStep.newBuilder()
                        .setReleaseTable(ReleaseTableRequest.newBuilder().setTableId(table.getTableId())))
                .addSteps(DdlStep.newBuilder()
                        .setRemoveTable(RemoveTableRequest.newBuilder()
                                .setTableId(table.getTableId())
                                .setTs(given.ts)));
        after = after.withoutTable(table.getTableId());
        return withAccess(after, after.access().withoutRelation(table.getTableId()));
    }

    private Outcome onAccess(DdlRequest request) {
        var objects = new AccessRules.Objects(
                id -> catalog.tables().containsKey(id) || catalog.views().containsKey(id),
                name -> catalog.schemas().contains(name));
        Access after = AccessRules.apply(catalog.access(), objects, request).orElseThrow();
        return after.equals(catalog.access()) ? nothing() : done(withAccess(catalog, after), given.newId);
    }

    /// Writes what differs.
    private CatalogState withAccess(CatalogState from, Access after) {
        Access before = from.access();
        AccessWrites.changes(before, after, this::put, this::delete);
        return from.with(after);
    }

    private CatalogState drop(CatalogState from, IndexSchema index) {
        delete(RootKeys.index(index.getIndexId()));
        pending.addSteps(DdlStep.newBuilder()
                .setRemoveIndex(RemoveIndexRequest.newBuilder().setIndexId(index.getIndexId())));
        return from.withoutIndex(index.getIndexId());
    }

    /// The id of a broadcast is the statement's timestamp: unique, and the same when it is sent again.
    private DdlStep.Builder broadcast(TableSchema table, Broadcast.Builder change) {
        return DdlStep.newBuilder()
                .setBroadcast(BroadcastStep.newBuilder()
                        .setMessage(change.setBroadcastId(given.ts).setTableId(table.getTableId()))
                        .addAllShards(table.getShardsList()));
    }

    /// Least-used pchannels first, the lower number first among equals.
    private List<ShardRange> shards(int asked) {
        int count = asked == 0 ? 1 : asked;
        if (count < 1 || count > MAX_SHARDS) {
            throw new ClusterException(
                    ErrorCode.INVALID_PARAMETER,
                    "A table takes 1 to [%d] shards, given [%d].".formatted(MAX_SHARDS, count));
        }
        Map<String, Integer> use = catalog.pchannelUse();
        List<String> pool = new ArrayList<>();
        for (int number = 0; number < given.pchannels; number++) {
            pool.add(pchannel(number));
        }
        pool.sort(Comparator.comparingInt(pchannel -> use.getOrDefault(pchannel, 0)));
        List<ShardRange> shards = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String pchannel = pool.get(i % pool.size());
            shards.add(ShardRange.newBuilder()
                    .setHashFrom((int) (HASHES * i / count))
                    .setHashTo((int) (HASHES * (i + 1) / count - 1))
                    .setPchannel(pchannel)
                    .setVchannel(pchannel + "_" + given.newId + "v" + i)
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

    private TableSchema table(long tableId) {
        TableSchema table = catalog.tables().get(tableId);
        if (table == null) {
            throw undefinedTable("id " + tableId);
        }
        return table;
    }

    private void put(String key, ByteString value) {
        writes.add(new Txn.Operation.Put(key, value, Txn.NO_LEASE));
    }

    private void delete(String key) {
        writes.add(new Txn.Operation.Delete(key));
    }

    private Outcome done(CatalogState after, long objectId) {
        return new Outcome(after.at(given.ts), writes, pending.setId(given.ts).build(), objectId);
    }

    private Outcome nothing() {
        return new Outcome(catalog, List.of(), PendingDdl.getDefaultInstance(), 0);
    }

    private static ClusterException undefinedSchema(String name) {
        return new ClusterException(ErrorCode.UNDEFINED_SCHEMA, "Schema [%s] does not exist.".formatted(name));
    }

    private static ClusterException undefinedTable(String name) {
        return new ClusterException(ErrorCode.UNDEFINED_TABLE, "Table [%s] does not exist.".formatted(name));
    }

    private static ClusterException duplicateTable(TableSchema table) {
        return new ClusterException(
                ErrorCode.DUPLICATE_TABLE,
                "Table [%s.%s] exists already.".formatted(table.getSchemaName(), table.getName()));
    }
}
