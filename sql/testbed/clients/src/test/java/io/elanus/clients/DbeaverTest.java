package io.elanus.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What DBeaver's generic driver asks when it connects, opens the tree of objects, shows a table, edits a cell and
/// reads
/// a plan. It has a window and no headless form, so its calls are replayed.
class DbeaverTest {
    @RegisterExtension
    static final Server SERVER = new Server();

    @BeforeAll
    static void makeTables() throws SQLException {
        SERVER.run(
                "CREATE TABLE beaver_films (id BIGINT PRIMARY KEY, title VARCHAR NOT NULL, year INTEGER, plot VECTOR(3))",
                "CREATE INDEX beaver_plot ON beaver_films USING hnsw (plot vector_cosine_ops)",
                "INSERT INTO beaver_films VALUES (1, 'Alien', 1979, '[1, 0, 0]'), (2, 'Heat', 1995, NULL)");
    }

    private static List<Map<String, Object>> rows(ResultSet result) throws SQLException {
        try (result) {
            var rows = new ArrayList<Map<String, Object>>();
            ResultSetMetaData shape = result.getMetaData();
            while (result.next()) {
                var row = new HashMap<String, Object>();
                for (int i = 1; i <= shape.getColumnCount(); i++) {
                    row.put(shape.getColumnLabel(i), result.getObject(i));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    private static List<Object> column(ResultSet result, String name) throws SQLException {
        return rows(result).stream().map(row -> row.get(name)).toList();
    }

    @Test
    void connects() throws SQLException {
        try (Connection connection = SERVER.connect()) {
            DatabaseMetaData meta = connection.getMetaData();
            assertThat(meta.getDatabaseProductName()).isEqualTo("Elanus");
            assertThat(meta.getDatabaseProductVersion()).isNotEmpty();
            assertThat(meta.getDriverName()).isNotEmpty();
            assertThat(List.of(meta.getDatabaseMajorVersion(), meta.getDatabaseMinorVersion()))
                    .allMatch(number -> number >= 0);
            assertThat(meta.getIdentifierQuoteString()).isEqualTo("\"");
            assertThat(meta.getSearchStringEscape()).isNotEmpty();
            assertThat(List.of(meta.getCatalogTerm(), meta.getSchemaTerm(), meta.getProcedureTerm()))
                    .noneMatch(String::isEmpty);
            assertThat(meta.getCatalogSeparator()).isEqualTo(".");
            assertThat(meta.isCatalogAtStart()).isTrue();
            assertThat(meta.supportsSchemasInDataManipulation()).isTrue();
            assertThat(meta.supportsSchemasInTableDefinitions()).isTrue();
            assertThat(List.of(
                            meta.supportsSchemasInIndexDefinitions(),
                            meta.supportsCatalogsInDataManipulation(),
                            meta.supportsCatalogsInTableDefinitions()))
                    .hasSize(3);
            assertThat(meta.storesLowerCaseIdentifiers()).isTrue();
            assertThat(meta.supportsMixedCaseQuotedIdentifiers()).isTrue();
            assertThat(meta.supportsBatchUpdates()).isTrue();
            assertThat(meta.supportsResultSetType(ResultSet.TYPE_FORWARD_ONLY)).isTrue();
            assertThat(meta.supportsTransactionIsolationLevel(Connection.TRANSACTION_READ_COMMITTED))
                    .isTrue();
            assertThat(meta.isReadOnly()).isFalse();
            assertThat(meta.getSQLKeywords()).isNotNull();
            for (String functions : List.of(
                    meta.getNumericFunctions(),
                    meta.getStringFunctions(),
                    meta.getSystemFunctions(),
                    meta.getTimeDateFunctions(),
                    meta.getExtraNameCharacters())) {
                assertThat(functions).isNotNull();
            }
            assertThat(rows(meta.getClientInfoProperties())).isNotNull();
            connection.setClientInfo("ApplicationName", "DBeaver 25 - Main");
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(connection.isValid(10)).isTrue();
            assertThat(connection.getCatalog()).isNotEmpty();
            assertThat(connection.getSchema()).isEqualTo("public");
            connection.setAutoCommit(true);
            connection.setReadOnly(false);
            assertThat((Object) connection.getWarnings()).isNull();
        }
    }

    @Test
    void opensTheTree() throws SQLException {
        try (Connection connection = SERVER.connect()) {
            DatabaseMetaData meta = connection.getMetaData();
            String catalog = connection.getCatalog();
            assertThat(column(meta.getCatalogs(), "TABLE_CAT")).contains(catalog);
            assertThat(column(meta.getSchemas(catalog, null), "TABLE_SCHEM")).contains("public", "information_schema");
            assertThat(column(meta.getSchemas(), "TABLE_SCHEM")).contains("public");
            assertThat(column(meta.getTableTypes(), "TABLE_TYPE")).contains("TABLE");
            assertThat(column(meta.getTypeInfo(), "TYPE_NAME"))
                    .anyMatch(name -> name.toString().equalsIgnoreCase("VECTOR"));
            assertThat(column(meta.getTables(catalog, "public", "%", null), "TABLE_NAME"))
                    .contains("beaver_films");
            assertThat(column(meta.getColumns(catalog, "public", "beaver_films", "%"), "COLUMN_NAME"))
                    .containsExactly("id", "title", "year", "plot");
            assertThat(column(meta.getPrimaryKeys(catalog, "public", "beaver_films"), "COLUMN_NAME"))
                    .containsExactly("id");
            assertThat(column(meta.getIndexInfo(catalog, "public", "beaver_films", false, true), "INDEX_NAME"))
                    .contains("beaver_plot");
            assertThat(rows(meta.getImportedKeys(catalog, "public", "beaver_films")))
                    .isEmpty();
            assertThat(rows(meta.getExportedKeys(catalog, "public", "beaver_films")))
                    .isEmpty();
            assertThat(rows(meta.getProcedures(catalog, "public", "%"))).isEmpty();
            assertThat(rows(meta.getProcedureColumns(catalog, "public", "%", "%")))
                    .isEmpty();
            assertThat(rows(meta.getFunctions(catalog, "public", "%"))).isNotNull();
            assertThat(rows(meta.getFunctionColumns(catalog, "public", "%", "%")))
                    .isNotNull();
            assertThat(rows(meta.getUDTs(catalog, "public", "%", null))).isEmpty();
            assertThat(rows(meta.getSuperTables(catalog, "public", "%"))).isEmpty();
            assertThat(rows(meta.getTablePrivileges(catalog, "public", "beaver_films")))
                    .isNotNull();
            assertThat(rows(meta.getVersionColumns(catalog, "public", "beaver_films")))
                    .isEmpty();
            assertThat(rows(meta.getBestRowIdentifier(
                            catalog, "public", "beaver_films", DatabaseMetaData.bestRowTransaction, true)))
                    .isNotNull();
        }
    }

    @Test
    void showsAndEditsATable() throws SQLException {
        try (Connection connection = SERVER.connect();
                Statement statement =
                        connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY)) {
            statement.setFetchSize(200);
            statement.setMaxRows(200);
            statement.setEscapeProcessing(false);
            assertThat(statement.execute("SELECT x.* FROM public.beaver_films x ORDER BY x.id"))
                    .isTrue();
            try (ResultSet shown = statement.getResultSet()) {
                ResultSetMetaData shape = shown.getMetaData();
                assertThat(shape.getTableName(2)).isEqualTo("beaver_films");
                assertThat(shape.getSchemaName(2)).isEqualTo("public");
                assertThat(shape.getColumnName(2)).isEqualTo("title");
                assertThat(shape.isNullable(2)).isEqualTo(ResultSetMetaData.columnNoNulls);
                assertThat(shape.isAutoIncrement(1)).isFalse();
                assertThat(shape.getColumnTypeName(4)).containsIgnoringCase("vector");
                assertThat(shown.next()).isTrue();
                assertThat(shown.getString(4)).startsWith("[1");
                assertThat(shown.next()).isTrue();
                assertThat(shown.getObject(4)).isNull();
                assertThat(shown.wasNull()).isTrue();
                assertThat(shown.next()).isFalse();
            }
            assertThat(statement.getMoreResults()).isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(-1);
            assertThat(column(statement.executeQuery("SELECT COUNT(*) AS n FROM public.beaver_films"), "n"))
                    .containsExactly(2L);
            try (PreparedStatement edit =
                    connection.prepareStatement("UPDATE public.beaver_films\n\tSET title=?\n\tWHERE id=?")) {
                edit.setString(1, "Alien 2");
                edit.setLong(2, 1);
                assertThat(edit.executeUpdate()).isEqualTo(1);
            }
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO public.beaver_films\n(id, title, \"year\", plot)\nVALUES(?, ?, ?, ?)")) {
                insert.setLong(1, 3);
                insert.setString(2, "Solaris");
                insert.setInt(3, 1972);
                insert.setString(4, "[0, 1, 0]");
                assertThat(insert.executeUpdate()).isEqualTo(1);
            }
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM public.beaver_films\n\tWHERE id=?")) {
                delete.setLong(1, 3);
                assertThat(delete.executeUpdate()).isEqualTo(1);
            }
            assertThat(column(
                            statement.executeQuery(
                                    "SELECT x.* FROM public.beaver_films x\nWHERE x.title LIKE 'Alien%'\nORDER BY x.id DESC"),
                            "title"))
                    .containsExactly("Alien 2");
            assertThat(statement.execute("EXPLAIN SELECT title FROM public.beaver_films"))
                    .isTrue();
            statement.clearWarnings();
            statement.cancel();
        }
    }
}
