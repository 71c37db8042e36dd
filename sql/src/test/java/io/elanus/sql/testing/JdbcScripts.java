package io.elanus.sql.testing;

import io.elanus.sql.testing.SqlFixture.Answer;
import io.elanus.sql.testing.SqlScript.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Stream;

/// Runs scripts through JDBC, and leaves nothing of them behind.
public final class JdbcScripts {
    /// Written for the fixed time of [SqlFixture]; a real server has the time of day.
    private static final Set<String> AT_FIXED_TIME = Set.of("ttl.sql");

    private JdbcScripts() {}

    /// The scripts of a folder that hold at any time, by name.
    public static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".sql"))
                    .filter(file -> !AT_FIXED_TIME.contains(file.getFileName().toString()))
                    .sorted()
                    .toList();
        }
    }

    /// @throws AssertionError if an answer is not as written
    public static void run(Connection connection, Path script) throws IOException, SQLException {
        try {
            SqlScript.load(script).run(sql -> answer(connection, sql));
        } finally {
            dropAll(connection);
        }
    }

    private static void dropAll(Connection connection) throws SQLException {
        for (String name : rows(
                connection,
                "SELECT '\"' || table_schema || '\".\"' || table_name || '\"' FROM information_schema.views")) {
            run(connection, "DROP VIEW IF EXISTS " + name + " CASCADE");
        }
        for (String name : rows(
                connection,
                "SELECT '\"' || table_schema || '\".\"' || table_name || '\"' FROM information_schema.tables"
                        + " WHERE table_schema NOT IN ('information_schema', 'system', 'pg_catalog')")) {
            run(connection, "DROP TABLE " + name);
        }
        for (String schema : rows(
                connection,
                "SELECT schema_name FROM information_schema.schemata"
                        + " WHERE schema_name NOT IN ('information_schema', 'system', 'pg_catalog', 'public')")) {
            run(connection, "DROP SCHEMA " + schema);
        }
    }

    private static Answer answer(Connection connection, String sql) throws Refused {
        try (Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return new Answer(List.of(), List.of(), statement.getLargeUpdateCount());
            }
            try (ResultSet result = statement.getResultSet()) {
                var names = new ArrayList<String>();
                for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                    names.add(result.getMetaData().getColumnLabel(i));
                }
                return new Answer(names, rows(result), -1);
            }
        } catch (SQLException e) {
            throw new Refused(e.getSQLState(), String.valueOf(e.getMessage()), e);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return rows(result);
        }
    }

    /// The rows, their values as text joined by `|`.
    public static List<String> rows(ResultSet result) throws SQLException {
        var rows = new ArrayList<String>();
        int width = result.getMetaData().getColumnCount();
        while (result.next()) {
            var row = new StringJoiner("|");
            for (int i = 1; i <= width; i++) {
                String value = result.getString(i);
                row.add(value == null ? "NULL" : value);
            }
            rows.add(row.toString());
        }
        return rows;
    }
}
