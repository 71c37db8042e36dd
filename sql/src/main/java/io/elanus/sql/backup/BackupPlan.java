package io.elanus.sql.backup;

import io.elanus.cluster.access.Access;
import io.elanus.cluster.proxy.Catalog;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.ViewSchema;
import io.elanus.sql.bulk.Place;
import io.elanus.sql.catalog.SchemaView;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.storage.type.TableSchema;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.calcite.sql.SqlIdentifier;

/// A BACKUP with its names resolved.
///
/// @param schemas to be made where they are missing
/// @param indexes of these tables
/// @param access  who may do what with it; empty: it is left out
public record BackupPlan(
        Place place,
        List<String> schemas,
        List<TableSchema> tables,
        List<IndexSchema> indexes,
        List<ViewSchema> views,
        Optional<Access> access) {
    public BackupPlan {
        schemas = List.copyOf(schemas);
        tables = List.copyOf(tables);
        indexes = List.copyOf(indexes);
        views = List.copyOf(views);
    }

    /// @param roles of a whole database, are they backed up too?
    /// @param schema where names without one are looked for
    public static BackupPlan of(
            Statement.Backup backup, boolean roles, Place place, SchemaView view, String schema, String sql) {
        Catalog catalog = view.catalog();
        return switch (backup.scope()) {
            case DATABASE -> {
                BackupPlan all = ofSchemas(place, catalog, catalog.schemas());
                yield roles
                        ? new BackupPlan(
                                all.place,
                                all.schemas,
                                all.tables,
                                all.indexes,
                                all.views,
                                Optional.of(catalog.access()))
                        : all;
            }
            case SCHEMA -> ofSchemas(place, catalog, schemas(backup.names(), view, sql));
            case TABLE -> {
                List<TableSchema> tables = backup.names().stream()
                        .map(name -> view.table(name.names, schema, SqlText.offset(sql, name.getParserPosition())))
                        .distinct()
                        .toList();
                yield of(place, catalog, schemasOf(tables), tables, List.of());
            }
        };
    }

    private static Set<String> schemas(List<SqlIdentifier> names, SchemaView view, String sql) {
        var schemas = new TreeSet<String>();
        for (SqlIdentifier name : names) {
            String schema = name.names.getLast();
            if (!view.catalog().schemas().contains(schema)) {
                throw view.undefinedSchema(schema, SqlText.offset(sql, name.getParserPosition()));
            }
            schemas.add(schema);
        }
        return schemas;
    }

    private static Set<String> schemasOf(List<TableSchema> tables) {
        return tables.stream().map(table -> table.name().schema()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static BackupPlan ofSchemas(Place place, Catalog catalog, Set<String> schemas) {
        List<TableSchema> tables = catalog.tables().values().stream()
                .filter(table -> schemas.contains(table.name().schema()))
                .sorted(Comparator.comparingLong(TableSchema::tableId))
                .toList();
        List<ViewSchema> views = catalog.views().stream()
                .filter(view -> schemas.contains(view.getSchemaName()))
                .toList();
        return of(place, catalog, new TreeSet<>(schemas), tables, views);
    }

    private static BackupPlan of(
            Place place, Catalog catalog, Set<String> schemas, List<TableSchema> tables, List<ViewSchema> views) {
        List<IndexSchema> indexes = tables.stream()
                .flatMap(table -> catalog.indexesOf(table.tableId()).stream())
                .toList();
        return new BackupPlan(place, List.copyOf(schemas), tables, indexes, views, Optional.empty());
    }

    List<IndexSchema> indexesOf(TableSchema table) {
        return indexes.stream()
                .filter(index -> index.getTableId() == table.tableId())
                .toList();
    }
}
