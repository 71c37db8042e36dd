package io.elanus.sql.avatica;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.sql.catalog.Comments;
import io.elanus.sql.catalog.NamePattern;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery;
import io.elanus.sql.session.PreparedQuery.ResultColumn;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.sql.session.Running;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// `DatabaseMetaData` for the calls that the protocol carries. Tables come from `information_schema.tables`, their
/// columns from the catalog, or for views from the columns of `SELECT *`. Stateless.
final class JdbcMetadata {
    static final String CATALOG = "elanus";

    private final Supplier<Catalog> catalog;
    private final String version;

    /// @param version of the product, such as `1.2`
    JdbcMetadata(Supplier<Catalog> catalog, String version) {
        this.catalog = catalog;
        this.version = version;
    }

    /// Values of Avatica's `DatabaseProperty`, by name.
    Map<String, Object> properties() {
        var properties = new LinkedHashMap<String, Object>();
        properties.put("GET_DATABASE_PRODUCT_NAME", "Elanus");
        properties.put("GET_DATABASE_PRODUCT_VERSION", version);
        properties.put("GET_DATABASE_MAJOR_VERSION", versionPart(0));
        properties.put("GET_DATABASE_MINOR_VERSION", versionPart(1));
        properties.put("GET_DEFAULT_TRANSACTION_ISOLATION", Connection.TRANSACTION_READ_COMMITTED);
        properties.put("GET_S_Q_L_KEYWORDS", "COPY,EXPLAIN,FLUSH,ILIKE,LIMIT,LOAD,OFFSET,RELEASE,UPSERT,USING,VECTOR");
        properties.put("GET_NUMERIC_FUNCTIONS", "ABS,CEILING,EXP,FLOOR,LN,LOG10,MOD,POWER,ROUND,SIGN,SQRT,TRUNCATE");
        properties.put(
                "GET_STRING_FUNCTIONS", "CHAR_LENGTH,CONCAT,LOWER,LTRIM,POSITION,REPLACE,RTRIM,SUBSTRING,TRIM,UPPER");
        properties.put("GET_SYSTEM_FUNCTIONS", "COALESCE,NULLIF");
        properties.put("GET_TIME_DATE_FUNCTIONS", "CURRENT_DATE,CURRENT_TIME,CURRENT_TIMESTAMP,EXTRACT");
        return properties;
    }

    private int versionPart(int index) {
        String[] parts = version.split("[.-]");
        return index < parts.length && parts[index].matches("\\d{1,6}") ? Integer.parseInt(parts[index]) : 0;
    }

    Answer.Result list(ClientConnection connection, Call call, FrameWriter frame) {
        Listing listing = switch (call) {
            case Call.Catalogs _ -> new Listing().text("TABLE_CAT").row(CATALOG);
            case Call.TableTypes _ ->
                new Listing()
                        .text("TABLE_TYPE")
                        .row("SYSTEM TABLE")
                        .row("TABLE")
                        .row("VIEW");
            case Call.Schemas schemas -> schemas(connection, schemas.pattern());
            case Call.Tables tables -> tables(connection, tables);
            case Call.Columns columns -> columns(connection, columns);
            case Call.TypeInfo _ -> TypeListing.of(connection.wire());
            default -> throw new IllegalStateException("No metadata call: " + call);
        };
        // The stock client closes the statement of a listing; ours has the rows and needs none.
        int number = connection.wire().exact() ? 0 : connection.newStatement();
        var shape = new Answer.Shape("", PreparedQuery.Kind.QUERY, listing.columns(), List.of());
        return new Answer.Result(connection.id(), number, true, Optional.of(shape), listing.write(frame), -1);
    }

    private Listing schemas(ClientConnection connection, Optional<String> pattern) {
        var listing = new Listing().text("TABLE_SCHEM", "TABLE_CATALOG");
        query(connection, "SELECT schema_name FROM information_schema.schemata").stream()
                .map(List::getFirst)
                .filter(NamePattern.of(pattern))
                .sorted()
                .forEach(schema -> listing.row(schema, CATALOG));
        return listing;
    }

    private record TableRow(String schema, String name, String type) {}

    private static List<TableRow> tables(ClientConnection connection, Optional<String> schema, Optional<String> table) {
        var schemas = NamePattern.of(schema);
        var names = NamePattern.of(table);
        return query(connection, "SELECT table_schema, table_name, table_type FROM information_schema.tables").stream()
                .map(row -> new TableRow(row.get(0), row.get(1), tableType(row.get(0), row.get(2))))
                .filter(row -> schemas.test(row.schema()) && names.test(row.name()))
                .toList();
    }

    private static String tableType(String schema, String type) {
        if (schema.equals("information_schema") || schema.equals("system")) {
            return "SYSTEM TABLE";
        }
        return type.endsWith("VIEW") ? "VIEW" : "TABLE";
    }

    private Listing tables(ClientConnection connection, Call.Tables call) {
        var listing = new Listing()
                .text("TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "TABLE_TYPE", "REMARKS", "TYPE_CAT", "TYPE_SCHEM")
                .text("TYPE_NAME", "SELF_REFERENCING_COL_NAME", "REF_GENERATION");
        tables(connection, call.schema(), call.table()).stream()
                .filter(row -> call.types().isEmpty() || call.types().contains(row.type()))
                .sorted(Comparator.comparing(TableRow::type)
                        .thenComparing(TableRow::schema)
                        .thenComparing(TableRow::name))
                .forEach(row -> {
                    String comment = stored(row).flatMap(Comments::of).orElse(null);
                    listing.row(CATALOG, row.schema(), row.name(), row.type(), comment, null, null, null, null, null);
                });
        return listing;
    }

    private Listing columns(ClientConnection connection, Call.Columns call) {
        var listing = new Listing()
                .text("TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "COLUMN_NAME")
                .numbers("DATA_TYPE")
                .text("TYPE_NAME")
                .numbers("COLUMN_SIZE", "BUFFER_LENGTH", "DECIMAL_DIGITS", "NUM_PREC_RADIX", "NULLABLE")
                .text("REMARKS", "COLUMN_DEF")
                .numbers("SQL_DATA_TYPE", "SQL_DATETIME_SUB", "CHAR_OCTET_LENGTH", "ORDINAL_POSITION")
                .text("IS_NULLABLE", "SCOPE_CATALOG", "SCOPE_SCHEMA", "SCOPE_TABLE")
                .numbers("SOURCE_DATA_TYPE")
                .text("IS_AUTOINCREMENT", "IS_GENERATEDCOLUMN");
        var names = NamePattern.of(call.column());
        tables(connection, call.schema(), call.table()).stream()
                .sorted(Comparator.comparing(TableRow::schema).thenComparing(TableRow::name))
                .forEach(table -> {
                    List<Column> columns = columns(connection, table);
                    for (int i = 0; i < columns.size(); i++) {
                        if (names.test(columns.get(i).name())) {
                            Column column = columns.get(i);
                            String comment = stored(table)
                                    .flatMap(schema -> Comments.of(schema, column))
                                    .orElse(null);
                            listing.row(columnRow(table, column, i + 1, comment, connection.wire()));
                        }
                    }
                });
        return listing;
    }

    private List<Column> columns(ClientConnection connection, TableRow table) {
        return stored(table)
                .map(schema -> schema.columns().stream()
                        .filter(column -> !column.hidden())
                        .toList())
                .orElseGet(() -> selected(connection, table));
    }

    private Optional<TableSchema> stored(TableRow table) {
        return catalog.get().findTable(new TableName(table.schema(), table.name()));
    }

    private static List<Column> selected(ClientConnection connection, TableRow table) {
        String sql = "SELECT * FROM " + quoted(table.schema()) + "." + quoted(table.name());
        connection.sessionLock.lock();
        try (PreparedQuery query = connection.session().prepare(sql)) {
            var columns = new ArrayList<Column>();
            for (ResultColumn column : query.columns()) {
                columns.add(new Column(
                        columns.size(),
                        column.name(),
                        column.type(),
                        column.nullable(),
                        Optional.empty(),
                        false,
                        false));
            }
            return columns;
        } catch (QueryException e) {
            if (e.code() == ErrorCode.INSUFFICIENT_PRIVILEGE) {
                return List.of(); // it is listed, but not for this role to read
            }
            throw e;
        } finally {
            connection.sessionLock.unlock();
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static @Nullable Object[] columnRow(
            TableRow table, Column column, int position, @Nullable String comment, Wire wire) {
        ReportedColumn.Jdbc jdbc = ReportedColumn.jdbc(column.type(), wire);
        boolean numeric = switch (jdbc.id()) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.REAL, Types.DOUBLE, Types.DECIMAL ->
                true;
            default -> false;
        };
        return new @Nullable Object[] {
            CATALOG,
            table.schema(),
            table.name(),
            column.name(),
            jdbc.id(),
            jdbc.name(),
            jdbc.precision(),
            null,
            numeric ? jdbc.scale() : null,
            numeric ? 10 : null,
            column.nullable() ? DatabaseMetaData.columnNullable : DatabaseMetaData.columnNoNulls,
            comment,
            column.defaultValue().map(DefaultText::of).orElse(null),
            null,
            null,
            jdbc.id() == Types.VARCHAR ? jdbc.precision() : null,
            position,
            column.nullable() ? "YES" : "NO",
            null,
            null,
            null,
            null,
            column.generated() ? "YES" : "NO",
            column.generated() ? "YES" : "NO"
        };
    }

    /// Rows of text columns.
    private static List<List<String>> query(ClientConnection connection, String sql) {
        connection.sessionLock.lock();
        try (PreparedQuery query = connection.session().prepare(sql);
                Running running = query.run(List.of(), RunOptions.DEFAULT)) {
            var rows = new ArrayList<List<String>>();
            VectorSchemaRoot batch = running.next();
            while (batch != null) {
                try (VectorSchemaRoot open = batch) {
                    for (int row = 0; row < open.getRowCount(); row++) {
                        int each = row;
                        rows.add(open.getFieldVectors().stream()
                                .map(vector -> String.valueOf(((VarCharVector) vector).getObject(each)))
                                .toList());
                    }
                }
                batch = running.next();
            }
            return rows;
        } finally {
            connection.sessionLock.unlock();
        }
    }
}
