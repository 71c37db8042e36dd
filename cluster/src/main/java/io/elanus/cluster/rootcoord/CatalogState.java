package io.elanus.cluster.rootcoord;

import io.elanus.cluster.access.Access;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.ShardRange;
import io.elanus.proto.grpc.TableSchema;
import io.elanus.proto.grpc.ViewSchema;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Every schema, table, index and view, and who may use them, as committed. Immutable.
///
/// @param newestTs timestamp of the newest DDL that was carried out
record CatalogState(
        SortedSet<String> schemas,
        NavigableMap<Long, TableSchema> tables,
        NavigableMap<Long, IndexSchema> indexes,
        NavigableMap<Long, ViewSchema> views,
        Access access,
        long newestTs) {

    static final CatalogState EMPTY =
            new CatalogState(new TreeSet<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), Access.EMPTY, 0);

    CatalogState {
        schemas = Collections.unmodifiableSortedSet(new TreeSet<>(schemas));
        tables = Collections.unmodifiableNavigableMap(new TreeMap<>(tables));
        indexes = Collections.unmodifiableNavigableMap(new TreeMap<>(indexes));
        views = Collections.unmodifiableNavigableMap(new TreeMap<>(views));
    }

    Optional<TableSchema> findTable(String schema, String name) {
        return tables.values().stream()
                .filter(table ->
                        table.getSchemaName().equals(schema) && table.getName().equals(name))
                .findFirst();
    }

    Optional<ViewSchema> findView(String schema, String name) {
        return views.values().stream()
                .filter(view ->
                        view.getSchemaName().equals(schema) && view.getName().equals(name))
                .findFirst();
    }

    /// An index stands in the schema of its table.
    Optional<IndexSchema> findIndex(String schema, String name) {
        return indexes.values().stream()
                .filter(index -> index.getName().equals(name))
                .filter(index -> {
                    TableSchema table = tables.get(index.getTableId());
                    return table != null && table.getSchemaName().equals(schema);
                })
                .findFirst();
    }

    /// How many vchannels each pchannel carries; only those that carry any.
    SortedMap<String, Integer> pchannelUse() {
        var use = new TreeMap<String, Integer>();
        for (TableSchema table : tables.values()) {
            for (ShardRange shard : table.getShardsList()) {
                use.merge(shard.getPchannel(), 1, Integer::sum);
            }
        }
        return use;
    }

    CatalogState at(long ts) {
        return new CatalogState(schemas, tables, indexes, views, access, ts);
    }

    CatalogState withSchema(String name) {
        var changed = new TreeSet<>(schemas);
        changed.add(name);
        return new CatalogState(changed, tables, indexes, views, access, newestTs);
    }

    CatalogState withoutSchema(String name) {
        var changed = new TreeSet<>(schemas);
        changed.remove(name);
        return new CatalogState(changed, tables, indexes, views, access, newestTs);
    }

    CatalogState withTable(TableSchema table) {
        return withTables(map -> map.put(table.getTableId(), table));
    }

    CatalogState withoutTable(long tableId) {
        return withTables(map -> map.remove(tableId));
    }

    CatalogState withIndex(IndexSchema index) {
        return withIndexes(map -> map.put(index.getIndexId(), index));
    }

    CatalogState withoutIndex(long indexId) {
        return withIndexes(map -> map.remove(indexId));
    }

    private CatalogState withTables(Consumer<TreeMap<Long, TableSchema>> change) {
        var changed = new TreeMap<>(tables);
        change.accept(changed);
        return new CatalogState(schemas, changed, indexes, views, access, newestTs);
    }

    private CatalogState withIndexes(Consumer<TreeMap<Long, IndexSchema>> change) {
        var changed = new TreeMap<>(indexes);
        change.accept(changed);
        return new CatalogState(schemas, tables, changed, views, access, newestTs);
    }

    CatalogState withView(ViewSchema view) {
        return withViews(map -> map.put(view.getViewId(), view));
    }

    CatalogState withoutView(long viewId) {
        return withViews(map -> map.remove(viewId));
    }

    private CatalogState withViews(Consumer<TreeMap<Long, ViewSchema>> change) {
        var changed = new TreeMap<>(views);
        change.accept(changed);
        return new CatalogState(schemas, tables, indexes, changed, access, newestTs);
    }

    CatalogState with(Access changed) {
        return new CatalogState(schemas, tables, indexes, views, changed, newestTs);
    }
}
