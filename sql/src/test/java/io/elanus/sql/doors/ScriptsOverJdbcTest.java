package io.elanus.sql.doors;

import io.elanus.sql.testing.SqlFixture.Answer;
import io.elanus.sql.testing.SqlScript;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every script of SQL, over a real server and the real driver.
@Timeout(120)
class ScriptsOverJdbcTest {
    private static final Path SCRIPTS = Path.of("src/test/resources/scripts");
    private static @Nullable RealServer server;

    @BeforeAll
    static void start(@TempDir Path data) {
        server = RealServer.start(data);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    static Stream<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.list(SCRIPTS)) {
            return files.filter(file -> file.toString().endsWith(".sql")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void answersAsWritten(Path file) throws IOException, SQLException {
        if (server == null) {
            throw new IllegalStateException("The server did not start");
        }
        try (Connection connection = server.connect()) {
            try {
                SqlScript.load(file).run(sql -> answer(connection, sql));
            } finally {
                dropAll(connection);
            }
        }
    }

    private static void dropAll(Connection connection) throws SQLException {
        for (String name : RealServer.rows(
                connection,
                "SELECT '\"' || table_schema || '\".\"' || table_name || '\"' FROM information_schema.views")) {
            RealServer.run(connection, "DROP VIEW IF EXISTS " + name + " CASCADE");
        }
        for (String name : RealServer.rows(
                connection,
                "SELECT '\"' || table_schema || '\".\"' || table_name || '\"' FROM information_schema.tables"
                        + " WHERE table_schema NOT IN ('information_schema', 'system', 'pg_catalog')")) {
            RealServer.run(connection, "DROP TABLE " + name);
        }
        for (String schema : RealServer.rows(
                connection,
                "SELECT schema_name FROM information_schema.schemata"
                        + " WHERE schema_name NOT IN ('information_schema', 'system', 'pg_catalog', 'public')")) {
            RealServer.run(connection, "DROP SCHEMA " + schema);
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
                return new Answer(names, RealServer.rows(result), -1);
            }
        } catch (SQLException e) {
            throw new Refused(e.getSQLState(), String.valueOf(e.getMessage()), e);
        }
    }
}
