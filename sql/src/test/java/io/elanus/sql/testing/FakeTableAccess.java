package io.elanus.sql.testing;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.access.Access;
import io.elanus.cluster.access.AccessRules;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.proxy.Catalog;
import io.elanus.cluster.proxy.Mutation;
import io.elanus.cluster.proxy.TableAccess;
import io.elanus.proto.grpc.DdlReply;
import io.elanus.proto.grpc.DdlRequest;
import io.elanus.proto.grpc.Fragment;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.Literal;
import io.elanus.proto.grpc.ViewSchema;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.Layout;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.type.Views;
import io.elanus.storage.visibility.Keys;
import io.elanus.storage.visibility.TimeToLive;
import io.elanus.storage.visibility.Visibility;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Tables in memory, with every version of every row. One lock for everything; answers at once.
public final class FakeTableAccess implements TableAccess {
    private static final long START_MILLIS = 1_700_000_000_000L;

    private final BufferAllocator allocator;
    private final Map<Long, List<Version>> rows = new HashMap<>();
    private Catalog catalog =
            new Catalog(1, Set.of(Catalog.DEFAULT_SCHEMA), Map.of(), List.of(), List.of(), Access.EMPTY);
    private long ids = 1_000;
    private long clock = HybridTime.of(START_MILLIS, 0);
    private int reads;

    private static final class Version {
        private final Literal[] values;
        private final long ts;
        private long endTs = HybridTime.MAX;

        Version(Literal[] values, long ts) {
            this.values = values;
            this.ts = ts;
        }
    }

    public FakeTableAccess(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /// How many fragments were run.
    public synchronized int reads() {
        return reads;
    }

    private long tick() {
        clock = HybridTime.plusMillis(clock, 1);
        return clock;
    }

    @Override
    public synchronized Catalog catalog() {
        return catalog;
    }

    @Override
    public synchronized CompletableFuture<DdlReply> execute(DdlRequest ddl) {
        try {
            long object = applied(ddl);
            return CompletableFuture.completedFuture(DdlReply.newBuilder()
                    .setTs(tick())
                    .setCatalogVersion(catalog.version())
                    .setObjectId(object)
                    .build());
        } catch (ClusterException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private long applied(DdlRequest ddl) {
        var objects = new AccessRules.Objects(
                id -> catalog.tables().values().stream().anyMatch(table -> table.tableId() == id)
                        || catalog.views().stream().anyMatch(view -> view.getViewId() == id),
                catalog.schemas()::contains);
        Optional<Access> changed = AccessRules.apply(catalog.access(), objects, ddl);
        if (changed.isPresent()) {
            changeAccess(changed.get());
            return ++ids;
        }
        long object = apply(ddl);
        if (object != 0 && (ddl.hasCreateTable() || ddl.hasCreateView())) {
            if (!catalog.access().relations().containsKey(object)) {
                changeAccess(catalog.access().owning(object, ddl.getRole()));
            }
        } else if (object != 0 && ddl.hasCreateSchema()) {
            changeAccess(catalog.access().owning(ddl.getCreateSchema().getName(), ddl.getRole()));
        }
        return object;
    }

    private void changeAccess(Access access) {
        catalog = new Catalog(
                catalog.version() + 1, catalog.schemas(), catalog.tables(), catalog.indexes(), catalog.views(), access);
    }

    private long apply(DdlRequest ddl) {
        return switch (ddl.getStatementCase()) {
            case CREATE_SCHEMA ->
                createSchema(
                        ddl.getCreateSchema().getName(), ddl.getCreateSchema().getIfNotExists());
            case DROP_SCHEMA -> dropSchema(ddl.getDropSchema().getName());
            case CREATE_TABLE -> createTable(ddl);
            case DROP_TABLE ->
                dropTable(new TableName(
                        ddl.getDropTable().getSchemaName(), ddl.getDropTable().getName()));
            case ALTER_TABLE ->
                alterTable(SchemaProtos.fromProto(ddl.getAlterTable().getTable()));
            case CREATE_INDEX ->
                createIndex(
                        ddl.getCreateIndex().getIndex(), ddl.getCreateIndex().getIfNotExists());
            case DROP_INDEX -> dropIndex(ddl.getDropIndex().getName());
            case CREATE_VIEW -> createView(ddl);
            case DROP_VIEW ->
                dropView(new TableName(
                        ddl.getDropView().getSchemaName(), ddl.getDropView().getName()));
            default -> throw new ClusterException(ErrorCode.FEATURE_NOT_SUPPORTED, "Not in the fake");
        };
    }

    private void change(Set<String> schemas, Map<TableName, TableSchema> tables, List<IndexSchema> indexes) {
        catalog = new Catalog(catalog.version() + 1, schemas, tables, indexes, catalog.views(), catalog.access());
    }

    private void changeViews(List<ViewSchema> views) {
        catalog = new Catalog(
                catalog.version() + 1, catalog.schemas(), catalog.tables(), catalog.indexes(), views, catalog.access());
    }

    private long createView(DdlRequest ddl) {
        ViewSchema asked = ddl.getCreateView().getView();
        var name = new TableName(asked.getSchemaName(), asked.getName());
        var before = catalog.findView(name);
        if (before.isPresent() && ddl.getCreateView().getIfNotExists()) {
            return 0;
        }
        if (before.isPresent() && !ddl.getCreateView().getReplace()
                || catalog.findTable(name).isPresent()) {
            throw new ClusterException(ErrorCode.DUPLICATE_TABLE, "[%s] exists already.".formatted(name));
        }
        ViewSchema view = asked.toBuilder()
                .setViewId(before.map(ViewSchema::getViewId).orElse(ids++))
                .build();
        if (Views.readsItself(catalog.views(), view)) {
            throw new ClusterException(
                    ErrorCode.INVALID_TABLE_DEFINITION, "View [%s] would read itself.".formatted(name));
        }
        var views = new ArrayList<>(catalog.views());
        views.removeIf(other -> other.getViewId() == view.getViewId());
        views.add(view);
        changeViews(views);
        return view.getViewId();
    }

    private long dropView(TableName name) {
        return catalog.findView(name)
                .map(view -> dropWithReaders(view.getViewId()))
                .orElse(0L);
    }

    private long dropWithReaders(long relationId) {
        var views = new ArrayList<>(catalog.views());
        views.removeAll(Views.readersOf(views, Set.of(relationId)));
        views.removeIf(view -> view.getViewId() == relationId);
        changeViews(views);
        return relationId;
    }

    private long createSchema(String name, boolean ifNotExists) {
        if (catalog.schemas().contains(name)) {
            if (ifNotExists) {
                return 0;
            }
            throw new ClusterException(ErrorCode.DUPLICATE_SCHEMA, "Schema [%s] exists already.".formatted(name));
        }
        var schemas = new HashSet<>(catalog.schemas());
        schemas.add(name);
        change(schemas, catalog.tables(), catalog.indexes());
        return ids++;
    }

    private long dropSchema(String name) {
        var schemas = new HashSet<>(catalog.schemas());
        schemas.remove(name);
        var tables = new HashMap<>(catalog.tables());
        tables.keySet().removeIf(table -> table.schema().equals(name));
        change(schemas, tables, catalog.indexes());
        return 1;
    }

    private long createTable(DdlRequest ddl) {
        TableSchema asked = SchemaProtos.fromProto(ddl.getCreateTable().getTable());
        if (!catalog.schemas().contains(asked.name().schema())) {
            throw new ClusterException(
                    ErrorCode.UNDEFINED_SCHEMA,
                    "Schema [%s] does not exist.".formatted(asked.name().schema()));
        }
        if (catalog.findView(asked.name()).isPresent()) {
            throw new ClusterException(ErrorCode.DUPLICATE_TABLE, "[%s] is a view.".formatted(asked.name()));
        }
        if (catalog.tables().containsKey(asked.name())) {
            if (ddl.getCreateTable().getIfNotExists()) {
                return 0;
            }
            throw new ClusterException(ErrorCode.DUPLICATE_TABLE, "Table [%s] exists already.".formatted(asked.name()));
        }
        var table = new TableSchema(
                ids++,
                asked.name(),
                1,
                asked.columns(),
                asked.keyColumnId(),
                new Layout(
                        List.of(new Shard(0, Shard.HASHES - 1, "elanus-dml-0_1v0", "elanus-dml-0")),
                        asked.partitioning()),
                asked.options());
        var tables = new HashMap<>(catalog.tables());
        tables.put(table.name(), table);
        rows.put(table.tableId(), new ArrayList<>());
        change(catalog.schemas(), tables, catalog.indexes());
        return table.tableId();
    }

    /// Rows get the values of the new columns at once.
    private long alterTable(TableSchema asked) {
        TableSchema before = catalog.tables().values().stream()
                .filter(table -> table.tableId() == asked.tableId())
                .findFirst()
                .orElseThrow();
        var after = new TableSchema(
                asked.tableId(),
                asked.name(),
                before.version() + 1,
                asked.columns(),
                asked.keyColumnId(),
                new Layout(before.shards(), asked.partitioning()),
                asked.options());
        var moved = new ArrayList<Version>();
        for (Version version : versions(before)) {
            Literal[] values = after.columns().stream()
                    .map(column -> before.columns().stream().anyMatch(old -> old.id() == column.id())
                            ? version.values[before.ordinal(column.id())]
                            : column.defaultValue().orElse(Literals.NULL))
                    .toArray(Literal[]::new);
            var copy = new Version(values, version.ts);
            copy.endTs = version.endTs;
            moved.add(copy);
        }
        rows.put(after.tableId(), moved);
        var gone = before.columns().stream()
                .map(Column::id)
                .filter(id -> after.columns().stream().noneMatch(column -> column.id() == id))
                .collect(Collectors.toSet());
        var views = new ArrayList<>(catalog.views());
        views.removeAll(Views.readersOf(views, after.tableId(), gone));
        changeViews(views);
        var tables = new HashMap<>(catalog.tables());
        tables.remove(before.name());
        tables.put(after.name(), after);
        change(catalog.schemas(), tables, catalog.indexes());
        return after.tableId();
    }

    private long dropTable(TableName name) {
        var tables = new HashMap<>(catalog.tables());
        TableSchema gone = tables.remove(name);
        if (gone == null) {
            return 0;
        }
        dropWithReaders(gone.tableId());
        change(catalog.schemas(), tables, catalog.indexes());
        return 1;
    }

    private long createIndex(IndexSchema index, boolean ifNotExists) {
        if (catalog.indexes().stream().anyMatch(known -> known.getName().equals(index.getName()))) {
            if (ifNotExists) {
                return 0;
            }
            throw new ClusterException(
                    ErrorCode.DUPLICATE_OBJECT, "Index [%s] exists already.".formatted(index.getName()));
        }
        var indexes = new ArrayList<>(catalog.indexes());
        indexes.add(index.toBuilder().setIndexId(ids++).build());
        change(catalog.schemas(), catalog.tables(), indexes);
        return ids;
    }

    private long dropIndex(String name) {
        var indexes = new ArrayList<>(catalog.indexes());
        indexes.removeIf(index -> index.getName().equals(name));
        change(catalog.schemas(), catalog.tables(), indexes);
        return 1;
    }

    @Override
    public synchronized CompletableFuture<Long> allocateIds(int count) {
        long first = ids;
        ids += count;
        return CompletableFuture.completedFuture(first);
    }

    @Override
    public synchronized CompletableFuture<Long> now() {
        return CompletableFuture.completedFuture(tick());
    }

    private static byte[] key(TableSchema table, Literal[] row) {
        Literal key = row[table.ordinal(table.keyColumnId())];
        return switch (table.keyColumn().type()) {
            case ColumnType.Varchar _ -> key.getText().getBytes(StandardCharsets.UTF_8);
            case ColumnType.Simple.UUID -> key.getBinary().toByteArray();
            default -> Keys.ofLong(key.getInt64());
        };
    }

    private void end(TableSchema table, byte[] key, long ts) {
        for (Version version : versions(table)) {
            if (version.endTs == HybridTime.MAX && Arrays.equals(key(table, version.values), key)) {
                version.endTs = Visibility.end(version.ts, version.endTs, ts);
            }
        }
    }

    private List<Version> versions(TableSchema table) {
        return rows.getOrDefault(table.tableId(), List.of());
    }

    @Override
    public synchronized CompletableFuture<WriteReceipt> append(
            TableSchema table, VectorSchemaRoot batch, RowMode mode, Duration timeout) {
        return CompletableFuture.completedFuture(write(table, batch, List.of(), mode == RowMode.REPLACE));
    }

    private WriteReceipt write(TableSchema table, VectorSchemaRoot batch, List<byte[]> deletes, boolean replace) {
        long ts = tick();
        deletes.forEach(key -> end(table, key, ts));
        var known = versions(table).stream()
                .map(version -> ByteBuffer.wrap(key(table, version.values)))
                .collect(Collectors.toSet());
        for (int r = 0; r < batch.getRowCount(); r++) {
            Literal[] row = new Literal[table.columns().size()];
            for (int c = 0; c < row.length; c++) {
                row[c] = Literals.read(
                        batch.getVector(c), r, table.columns().get(c).type());
            }
            if (replace && known.contains(ByteBuffer.wrap(key(table, row)))) {
                end(table, key(table, row), ts);
            }
            versions(table).add(new Version(row, ts));
        }
        return new WriteReceipt(ts, batch.getRowCount(), deletes.size());
    }

    @Override
    public synchronized CompletableFuture<WriteReceipt> change(
            TableSchema table, List<byte[]> keys, Change change, Duration timeout) {
        var wanted = keys.stream().map(ByteBuffer::wrap).collect(Collectors.toSet());
        var found = versions(table).stream()
                .filter(version -> version.endTs == HybridTime.MAX)
                .filter(version -> wanted.contains(ByteBuffer.wrap(key(table, version.values))))
                .filter(version -> lives(table, version))
                .toList();
        try (VectorSchemaRoot existing = batch(table, found);
                Mutation mutation = change.decide(found.isEmpty() ? List.of() : List.of(existing))) {
            VectorSchemaRoot written = mutation.rows();
            if (written == null) {
                try (VectorSchemaRoot none = batch(table, List.of())) {
                    return CompletableFuture.completedFuture(write(table, none, mutation.deletes(), true));
                }
            }
            return CompletableFuture.completedFuture(write(table, written, mutation.deletes(), true));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private boolean lives(TableSchema table, Version version) {
        return TimeToLive.of(table)
                .map(lives -> version.values[table.ordinal(lives.column().id())])
                .filter(made -> !made.getNull())
                .map(made -> !TimeToLive.of(table).orElseThrow().expired(made.getInt64(), clock))
                .orElse(true);
    }

    private VectorSchemaRoot batch(TableSchema table, List<Version> versions) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(ArrowTypes.schema(table.columns()), allocator);
        for (int c = 0; c < table.columns().size(); c++) {
            Column column = table.columns().get(c);
            FieldVector vector = batch.getVector(c);
            for (int r = 0; r < versions.size(); r++) {
                Literals.write(versions.get(r).values[c], column.type(), vector, r);
            }
            vector.setValueCount(versions.size());
        }
        batch.setRowCount(versions.size());
        return batch;
    }

    @Override
    public synchronized CompletableFuture<List<BatchStream>> read(TableSchema table, Fragment fragment) {
        reads++;
        if (fragment.getGuaranteeTs() > clock) {
            clock = fragment.getGuaranteeTs();
        }
        long readTs = fragment.getReadTs() == 0 ? clock : fragment.getReadTs();
        var keys = fragment.getKeysList();
        var visible = versions(table).stream()
                .filter(version -> Visibility.visible(version.ts, version.endTs, readTs))
                .filter(version -> keys.isEmpty()
                        || keys.stream().anyMatch(key -> Arrays.equals(key.toByteArray(), key(table, version.values))))
                .toList();
        try (VectorSchemaRoot batch = batch(table, visible)) {
            return CompletableFuture.completedFuture(List.of(new FakeFragments(table, fragment, allocator).run(batch)));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
