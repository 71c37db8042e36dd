package io.elanus.cluster.proxy;

import io.elanus.cluster.access.Access;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.ViewSchema;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// All schemas, tables, indexes and views at one version, and who may use them. Immutable.
public record Catalog(
        long version,
        Set<String> schemas,
        Map<TableName, TableSchema> tables,
        List<IndexSchema> indexes,
        List<ViewSchema> views,
        Access access) {
    public static final String DEFAULT_SCHEMA = "public";
    public static final Catalog EMPTY = new Catalog(0, Set.of(), Map.of(), List.of(), List.of(), Access.EMPTY);

    public Catalog {
        schemas = Set.copyOf(schemas);
        tables = Map.copyOf(tables);
        indexes = List.copyOf(indexes);
        views = List.copyOf(views);
    }

    public Optional<TableSchema> findTable(TableName name) {
        return Optional.ofNullable(tables.get(name));
    }

    public Optional<ViewSchema> findView(TableName name) {
        return views.stream()
                .filter(view -> view.getSchemaName().equals(name.schema())
                        && view.getName().equals(name.table()))
                .findFirst();
    }

    public List<IndexSchema> indexesOf(long tableId) {
        return indexes.stream().filter(index -> index.getTableId() == tableId).toList();
    }
}
