package io.elanus.sql.flight;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.sql.catalog.NamePattern;
import io.elanus.sql.session.PreparedQuery;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.sql.session.Running;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetDbSchemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetPrimaryKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/// What there is: catalogs, schemas, tables, keys. Schemas and tables come from `information_schema`, columns from
/// the catalog, or for views and system tables from `SELECT *`. Stateless.
final class FlightMetadata {
    private final Supplier<Catalog> catalog;

    FlightMetadata(Supplier<Catalog> catalog) {
        this.catalog = catalog;
    }

    private record Listed(TableName name, String type) {}

    private static boolean ours(boolean given, String catalogName) {
        return !given || catalogName.isEmpty() || catalogName.equals(ResultSchemas.CATALOG);
    }

    static MetadataRows catalogs() {
        return new MetadataRows(Schemas.GET_CATALOGS_SCHEMA).add(ResultSchemas.CATALOG);
    }

    static MetadataRows tableTypes() {
        return new MetadataRows(Schemas.GET_TABLE_TYPES_SCHEMA)
                .add("SYSTEM TABLE")
                .add("TABLE")
                .add("VIEW");
    }

    static MetadataRows schemas(FlightSession session, CommandGetDbSchemas command) {
        var rows = new MetadataRows(Schemas.GET_SCHEMAS_SCHEMA);
        if (ours(command.hasCatalog(), command.getCatalog())) {
            Predicate<String> wanted = pattern(command.hasDbSchemaFilterPattern(), command.getDbSchemaFilterPattern());
            query(session, "SELECT schema_name FROM information_schema.schemata").stream()
                    .map(List::getFirst)
                    .filter(wanted)
                    .sorted()
                    .forEach(schema -> rows.add(ResultSchemas.CATALOG, schema));
        }
        return rows;
    }

    private static Predicate<String> pattern(boolean given, String pattern) {
        return NamePattern.of(given ? Optional.of(pattern) : Optional.empty());
    }

    MetadataRows tables(FlightSession session, CommandGetTables command) {
        boolean withSchema = command.getIncludeSchema();
        var rows = new MetadataRows(withSchema ? Schemas.GET_TABLES_SCHEMA : Schemas.GET_TABLES_SCHEMA_NO_SCHEMA);
        if (!ours(command.hasCatalog(), command.getCatalog())) {
            return rows;
        }
        var schemas = pattern(command.hasDbSchemaFilterPattern(), command.getDbSchemaFilterPattern());
        var names = pattern(command.hasTableNameFilterPattern(), command.getTableNameFilterPattern());
        var types = command.getTableTypesList();
        query(session, "SELECT table_schema, table_name, table_type FROM information_schema.tables").stream()
                .map(row -> new Listed(new TableName(row.get(0), row.get(1)), type(row.get(0), row.get(2))))
                .filter(table -> schemas.test(table.name().schema())
                        && names.test(table.name().table()))
                .filter(table -> types.isEmpty() || types.contains(table.type()))
                .sorted(Comparator.comparing((Listed table) -> table.name().schema())
                        .thenComparing(table -> table.name().table()))
                .forEach(table -> {
                    String schema = table.name().schema();
                    String name = table.name().table();
                    if (withSchema) {
                        byte[] columns = ResultSchemas.bytes(columns(session, table.name()))
                                .toByteArray();
                        rows.add(ResultSchemas.CATALOG, schema, name, table.type(), columns);
                    } else {
                        rows.add(ResultSchemas.CATALOG, schema, name, table.type());
                    }
                });
        return rows;
    }

    private static String type(String schema, String type) {
        if (schema.equals("information_schema") || schema.equals("system")) {
            return "SYSTEM TABLE";
        }
        return type.endsWith("VIEW") ? "VIEW" : "TABLE";
    }

    private Schema columns(FlightSession session, TableName name) {
        Optional<TableSchema> table = catalog.get().findTable(name);
        if (table.isPresent()) {
            return ResultSchemas.of(
                    name,
                    table.get().columns().stream()
                            .filter(column -> !column.hidden())
                            .toList());
        }
        String sql = "SELECT * FROM " + IngestTarget.quoted(name.schema()) + "." + IngestTarget.quoted(name.table());
        try (PreparedQuery query = session.prepare(sql)) {
            return ResultSchemas.of(query.columns());
        }
    }

    MetadataRows primaryKeys(FlightSession session, CommandGetPrimaryKeys command) {
        var rows = new MetadataRows(Schemas.GET_PRIMARY_KEYS_SCHEMA);
        String schema = command.hasDbSchema()
                ? command.getDbSchema()
                : session.session().settings().getOrDefault("schema", Catalog.DEFAULT_SCHEMA);
        if (ours(command.hasCatalog(), command.getCatalog())) {
            catalog.get().findTable(new TableName(schema, command.getTable())).ifPresent(table -> {
                Column key = table.keyColumn();
                if (!key.hidden()) {
                    rows.add(
                            ResultSchemas.CATALOG,
                            schema,
                            command.getTable(),
                            key.name(),
                            1,
                            command.getTable() + "_pkey");
                }
            });
        }
        return rows;
    }

    /// There are no foreign keys.
    static MetadataRows noForeignKeys() {
        return new MetadataRows(Schemas.GET_CROSS_REFERENCE_SCHEMA);
    }

    /// Rows of text columns.
    private static List<List<String>> query(FlightSession session, String sql) {
        try (PreparedQuery query = session.prepare(sql);
                Running running = session.enter(() -> query.run(List.of(), RunOptions.DEFAULT))) {
            var rows = new ArrayList<List<String>>();
            for (VectorSchemaRoot batch = running.next(); batch != null; batch = running.next()) {
                try (VectorSchemaRoot open = batch) {
                    for (int row = 0; row < open.getRowCount(); row++) {
                        int each = row;
                        rows.add(open.getFieldVectors().stream()
                                .map(vector -> String.valueOf(((VarCharVector) vector).getObject(each)))
                                .toList());
                    }
                }
            }
            return rows;
        }
    }
}
