package io.elanus.sql.catalog;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.proto.grpc.ColumnSchema;
import io.elanus.proto.grpc.ViewSchema;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.RowSupplier;
import io.elanus.sql.type.Types;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.Partitioning;
import io.elanus.storage.type.SchemaProtos;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The standard's description of the catalog. There is one catalog, named after the database.
final class InformationSchema {
    static final String CATALOG = "elanus";

    private final Catalog catalog;
    private final List<SystemTable> system;

    InformationSchema(Catalog catalog, List<SystemTable> system) {
        this.catalog = catalog;
        this.system = List.copyOf(system);
    }

    List<SystemTable> tables() {
        var all = new ArrayList<>(new PrivilegeTables(catalog).all());
        all.addAll(ofRelations());
        return all;
    }

    private List<SystemTable> ofRelations() {
        return List.of(
                table("schemata", this::schemata, "catalog_name", "schema_name", "schema_owner"),
                table(
                        "tables",
                        this::tableRows,
                        "table_catalog",
                        "table_schema",
                        "table_name",
                        "table_type",
                        "table_comment"),
                relations("columns", columnColumns(), this::columnRows),
                table(
                        "table_constraints",
                        this::constraints,
                        "constraint_catalog",
                        "constraint_schema",
                        "constraint_name",
                        "table_catalog",
                        "table_schema",
                        "table_name",
                        "constraint_type"),
                table(
                        "check_constraints",
                        this::checks,
                        "constraint_catalog",
                        "constraint_schema",
                        "constraint_name",
                        "check_clause",
                        "table_schema",
                        "table_name"),
                relations("key_column_usage", keyColumns(), this::keyRows),
                relations("statistics", indexColumns(), this::indexRows),
                relations("indexes", indexColumns(), this::indexRows),
                relations("partitions", partitionColumns(), this::partitionRows),
                table(
                        "views",
                        this::viewRows,
                        "table_catalog",
                        "table_schema",
                        "table_name",
                        "view_definition",
                        "check_option",
                        "is_updatable"),
                table("sequences", List::of, "sequence_catalog", "sequence_schema", "sequence_name", "data_type"),
                table("routines", List::of, "routine_catalog", "routine_schema", "routine_name", "routine_type"));
    }

    private static SystemTable relations(String name, List<PlanColumn> columns, RowSupplier rows) {
        return new SystemTable(SystemTable.INFORMATION_SCHEMA, name, columns, rows, Audience.RELATIONS);
    }

    private static SystemTable table(String name, RowSupplier rows, String... textColumns) {
        return new SystemTable(
                SystemTable.INFORMATION_SCHEMA,
                name,
                Arrays.stream(textColumns)
                        .map(column -> new PlanColumn(column, Types.TEXT))
                        .toList(),
                rows,
                Arrays.asList(textColumns).contains("table_name") ? Audience.RELATIONS : Audience.EVERYONE);
    }

    private static PlanColumn column(String name, ColumnType type) {
        return new PlanColumn(name, type);
    }

    private static List<@Nullable Object> row(@Nullable Object... values) {
        return Collections.<@Nullable Object>unmodifiableList(Arrays.<@Nullable Object>asList(values));
    }

    private List<List<@Nullable Object>> schemata() {
        var names = new TreeSet<>(catalog.schemas());
        names.add(Catalog.DEFAULT_SCHEMA);
        names.add(SystemTable.INFORMATION_SCHEMA);
        names.add(SystemTable.SYSTEM);
        var rows = new ArrayList<List<@Nullable Object>>();
        names.forEach(name ->
                rows.add(row(CATALOG, name, catalog.access().schema(name).getOwner())));
        return rows;
    }

    private List<TableSchema> sorted() {
        return catalog.tables().values().stream()
                .sorted(Comparator.comparing((TableSchema table) -> table.name().schema())
                        .thenComparing(table -> table.name().table()))
                .toList();
    }

    private List<List<@Nullable Object>> tableRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (TableSchema table : sorted()) {
            String comment = Comments.of(table).orElse(null);
            rows.add(row(CATALOG, table.name().schema(), table.name().table(), "BASE TABLE", comment));
        }
        for (ViewSchema view : views()) {
            rows.add(row(CATALOG, view.getSchemaName(), view.getName(), "VIEW", null));
        }
        var virtual = new ArrayList<>(system);
        virtual.addAll(tables());
        for (SystemTable table : virtual) {
            rows.add(row(CATALOG, table.schema(), table.name(), "SYSTEM TABLE", null));
        }
        return rows;
    }

    private List<ViewSchema> views() {
        return catalog.views().stream()
                .sorted(Comparator.comparing(ViewSchema::getSchemaName).thenComparing(ViewSchema::getName))
                .toList();
    }

    private List<List<@Nullable Object>> viewRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (ViewSchema view : views()) {
            rows.add(row(CATALOG, view.getSchemaName(), view.getName(), view.getQuery(), "NONE", "NO"));
        }
        return rows;
    }

    private static List<PlanColumn> columnColumns() {
        return List.of(
                column("table_catalog", Types.TEXT),
                column("table_schema", Types.TEXT),
                column("table_name", Types.TEXT),
                column("column_name", Types.TEXT),
                column("ordinal_position", Simple.INTEGER),
                column("column_default", Types.TEXT),
                column("is_nullable", Types.TEXT),
                column("data_type", Types.TEXT),
                column("character_maximum_length", Simple.INTEGER),
                column("numeric_precision", Simple.INTEGER),
                column("numeric_scale", Simple.INTEGER),
                column("datetime_precision", Simple.INTEGER),
                column("vector_dimension", Simple.INTEGER),
                column("column_type", Types.TEXT),
                column("is_identity", Types.TEXT),
                column("column_comment", Types.TEXT));
    }

    private List<List<@Nullable Object>> columnRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (TableSchema table : sorted()) {
            int position = 1;
            for (Column column : table.columns()) {
                if (!column.hidden()) {
                    String comment = Comments.of(table, column).orElse(null);
                    rows.add(columnRow(table.name(), column, position++, comment));
                }
            }
        }
        for (ViewSchema view : views()) {
            for (ColumnSchema column : view.getColumnsList()) {
                rows.add(columnRow(
                        new TableName(view.getSchemaName(), view.getName()),
                        SchemaProtos.fromProto(column),
                        column.getId(),
                        null));
            }
        }
        var virtual = new ArrayList<>(system);
        virtual.addAll(tables());
        for (SystemTable table : virtual) {
            int position = 1;
            for (PlanColumn column : table.columns()) {
                rows.add(columnRow(
                        new TableName(table.schema(), table.name()),
                        Column.of(position, column.name(), column.type()),
                        position++,
                        null));
            }
        }
        return rows;
    }

    private static List<@Nullable Object> columnRow(
            TableName table, Column column, int position, @Nullable String comment) {
        ColumnType type = column.type();
        return row(
                CATALOG,
                table.schema(),
                table.table(),
                column.name(),
                position,
                column.defaultValue()
                        .map(value -> io.elanus.storage.filter.Literals.text(value, type))
                        .orElse(null),
                column.nullable() ? "YES" : "NO",
                dataType(type),
                maximumLength(type),
                numericPrecision(type),
                type instanceof ColumnType.Decimal decimal ? (Integer) decimal.scale() : null,
                temporal(type) ? (Integer) 6 : null,
                type instanceof ColumnType.Vector vector ? (Integer) vector.dimension() : null,
                type.sql(),
                column.generated() ? "YES" : "NO",
                comment);
    }

    private static String dataType(ColumnType type) {
        return switch (type) {
            case Simple simple -> simple == Simple.DOUBLE ? "DOUBLE PRECISION" : simple.sql();
            case ColumnType.Decimal _ -> "DECIMAL";
            case ColumnType.Varchar _ -> "VARCHAR";
            case ColumnType.Array _ -> "ARRAY";
            case ColumnType.Vector _ -> "VECTOR";
        };
    }

    private static @Nullable Integer maximumLength(ColumnType type) {
        return switch (type) {
            case ColumnType.Varchar(int length) -> length == ColumnType.Varchar.UNLIMITED ? null : (Integer) length;
            case ColumnType.Vector vector -> vector.dimension();
            case Simple _, ColumnType.Decimal _, ColumnType.Array _ -> null;
        };
    }

    private static @Nullable Integer numericPrecision(ColumnType type) {
        return switch (type) {
            case ColumnType.Decimal decimal -> decimal.precision();
            case Simple.TINYINT -> 3;
            case Simple.SMALLINT -> 5;
            case Simple.INTEGER -> 10;
            case Simple.BIGINT -> 19;
            case Simple.REAL -> 24;
            case Simple.DOUBLE -> 53;
            case Simple _, ColumnType.Varchar _, ColumnType.Array _, ColumnType.Vector _ -> null;
        };
    }

    private static boolean temporal(ColumnType type) {
        return type == Simple.TIME || type == Simple.TIMESTAMP || type == Simple.TIMESTAMP_TZ;
    }

    static String keyName(TableSchema table) {
        return table.name().table() + "_pkey";
    }

    private List<TableSchema> keyed() {
        return sorted().stream().filter(table -> !table.keyColumn().hidden()).toList();
    }

    private List<List<@Nullable Object>> constraints() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (TableSchema table : keyed()) {
            String schema = table.name().schema();
            rows.add(row(
                    CATALOG,
                    schema,
                    keyName(table),
                    CATALOG,
                    schema,
                    table.name().table(),
                    "PRIMARY KEY"));
        }
        for (TableSchema table : sorted()) {
            TableName of = table.name();
            CheckConstraints.of(table)
                    .keySet()
                    .forEach(name ->
                            rows.add(row(CATALOG, of.schema(), name, CATALOG, of.schema(), of.table(), "CHECK")));
        }
        return rows;
    }

    private List<List<@Nullable Object>> checks() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (TableSchema table : sorted()) {
            TableName of = table.name();
            CheckConstraints.of(table)
                    .forEach((name, condition) ->
                            rows.add(row(CATALOG, of.schema(), name, condition, of.schema(), of.table())));
        }
        return rows;
    }

    private static List<PlanColumn> keyColumns() {
        return List.of(
                column("constraint_catalog", Types.TEXT),
                column("constraint_schema", Types.TEXT),
                column("constraint_name", Types.TEXT),
                column("table_catalog", Types.TEXT),
                column("table_schema", Types.TEXT),
                column("table_name", Types.TEXT),
                column("column_name", Types.TEXT),
                column("ordinal_position", Simple.INTEGER));
    }

    private List<List<@Nullable Object>> keyRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (TableSchema table : keyed()) {
            String schema = table.name().schema();
            rows.add(row(
                    CATALOG,
                    schema,
                    keyName(table),
                    CATALOG,
                    schema,
                    table.name().table(),
                    table.keyColumn().name(),
                    1));
        }
        return rows;
    }

    private static List<PlanColumn> indexColumns() {
        return List.of(
                column("table_catalog", Types.TEXT),
                column("table_schema", Types.TEXT),
                column("table_name", Types.TEXT),
                column("index_name", Types.TEXT),
                column("column_name", Types.TEXT),
                column("ordinal_position", Simple.INTEGER),
                column("is_unique", Types.TEXT),
                column("index_type", Types.TEXT),
                column("metric", Types.TEXT),
                column("parameters", Types.TEXT));
    }

    private List<List<@Nullable Object>> indexRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (TableSchema table : sorted()) {
            String schema = table.name().schema();
            String name = table.name().table();
            if (!table.keyColumn().hidden()) {
                String key = table.keyColumn().name();
                rows.add(row(CATALOG, schema, name, keyName(table), key, 1, "YES", "key", null, null));
            }
            catalog.indexesOf(table.tableId())
                    .forEach(index -> rows.add(row(
                            CATALOG,
                            schema,
                            name,
                            index.getName(),
                            table.column(index.getColumnId()).name(),
                            1,
                            "NO",
                            index.getType(),
                            index.getMetric().isEmpty() ? null : index.getMetric(),
                            new java.util.TreeMap<>(index.getParametersMap()).toString())));
        }
        return rows;
    }

    private static List<PlanColumn> partitionColumns() {
        return List.of(
                column("table_catalog", Types.TEXT),
                column("table_schema", Types.TEXT),
                column("table_name", Types.TEXT),
                column("partition_name", Types.TEXT),
                column("partition_ordinal_position", Simple.INTEGER),
                column("partition_method", Types.TEXT),
                column("partition_expression", Types.TEXT),
                column("partition_description", Types.TEXT),
                column("partition_id", Simple.BIGINT));
    }

    private List<List<@Nullable Object>> partitionRows() {
        var rows = new ArrayList<List<@Nullable Object>>();
        for (TableSchema table : sorted()) {
            table.partitioning().ifPresent(partitioning -> {
                Column column = table.column(partitioning.columnId());
                int position = 1;
                for (Partitioning.Partition partition : partitioning.partitions()) {
                    rows.add(row(
                            CATALOG,
                            table.name().schema(),
                            table.name().table(),
                            partition.name(),
                            position++,
                            partitioning.method().name(),
                            column.name(),
                            PartitionRequests.describe(partitioning, partition, column.type()),
                            partition.id()));
                }
            });
        }
        return rows;
    }
}
