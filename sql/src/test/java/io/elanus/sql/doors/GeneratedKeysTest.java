package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a change tells of its rows, through the driver: RETURNING, and JDBC's generated keys.
class GeneratedKeysTest {
    private static @Nullable RealServer started;

    @BeforeAll
    static void start(@TempDir Path data) throws SQLException {
        started = RealServer.start(data);
        try (Connection connection = server().connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE made (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                            + " name VARCHAR DEFAULT 'none', n INT)",
                    "CREATE TABLE \"Mixed\" (\"Id\" UUID GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n INT)",
                    "CREATE TABLE keyless (n INT)");
        }
    }

    @AfterAll
    static void stopsWithoutLeaks() {
        server().close();
    }

    private static RealServer server() {
        if (started == null) {
            throw new IllegalStateException("The server did not start");
        }
        return started;
    }

    private static List<Long> keys(Statement statement) throws SQLException {
        var keys = new ArrayList<Long>();
        try (ResultSet result = statement.getGeneratedKeys()) {
            while (result.next()) {
                keys.add(result.getLong(1));
            }
        }
        return keys;
    }

    private static List<Long> stored(Connection connection, String where) throws SQLException {
        return RealServer.rows(connection, "SELECT id FROM made WHERE " + where + " ORDER BY n").stream()
                .map(Long::valueOf)
                .toList();
    }

    @Test
    void tellsTheKeysOfAPlainStatement() throws SQLException {
        try (Connection connection = server().connect();
                Statement statement = connection.createStatement()) {
            String sql = "INSERT INTO made (n) VALUES (100), (101), (102)";
            assertThat(statement.executeUpdate(sql, Statement.RETURN_GENERATED_KEYS))
                    .isEqualTo(3);
            assertThat(keys(statement)).isEqualTo(stored(connection, "n BETWEEN 100 AND 102"));
            assertThat(keys(statement)).as("asked again").hasSize(3);

            assertThat(statement.execute("INSERT INTO made (n) VALUES (103)", new String[] {"NAME", "id"}))
                    .isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(1);
            try (ResultSet keys = statement.getGeneratedKeys()) {
                assertThat(keys.getMetaData().getColumnLabel(1)).isEqualTo("name");
                assertThat(keys.next()).isTrue();
                assertThat(keys.getString("name")).isEqualTo("none");
                assertThat(keys.getLong("id")).isPositive();
            }

            assertThat(statement.executeLargeUpdate("UPDATE made SET n = n WHERE n = 103", new int[] {3}))
                    .isEqualTo(1);
            assertThat(keys(statement)).containsExactly(103L);

            statement.executeUpdate("INSERT INTO made (n) VALUES (104)");
            assertThat(keys(statement)).as("not asked for").isEmpty();
            statement.executeUpdate("INSERT INTO keyless VALUES (1)", Statement.RETURN_GENERATED_KEYS);
            assertThat(keys(statement)).isEmpty();
            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO made (n) VALUES (1)", new String[] {"no"}))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42703"));
        }
    }

    @Test
    void tellsTheKeysOfAPreparedStatement() throws SQLException {
        try (Connection connection = server().connect();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO made (n) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
            assertThat(insert.getMetaData()).isNull();
            for (int i = 200; i < 203; i++) {
                insert.setInt(1, i);
                assertThat(insert.executeUpdate()).isEqualTo(1);
                assertThat(keys(insert)).isEqualTo(stored(connection, "n = " + i));
            }
            insert.setInt(1, 203);
            assertThat(insert.execute()).isFalse();
            assertThat(insert.getUpdateCount()).isEqualTo(1);
            assertThat(keys(insert)).hasSize(1);
        }
        try (Connection connection = server().connect();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO \"Mixed\" (n) VALUES (?)", new String[] {"Id"})) {
            insert.setInt(1, 1);
            insert.executeUpdate();
            try (ResultSet keys = insert.getGeneratedKeys()) {
                assertThat(keys.next()).isTrue();
                assertThat(keys.getObject(1, java.util.UUID.class)).isNotNull();
            }
        }
    }

    @Test
    void tellsTheKeysOfABatchInItsOrder() throws SQLException {
        int rows = 30_000;
        try (Connection connection = server().connect();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO made (n, name) VALUES (?, 'batch')", new String[] {"id", "n"})) {
            for (int i = 0; i < rows; i++) {
                insert.setInt(1, 1_000_000 + i);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).hasSize(rows).containsOnly(1);
            try (ResultSet keys = insert.getGeneratedKeys()) {
                for (int i = 0; i < rows; i++) {
                    assertThat(keys.next()).isTrue();
                    assertThat(keys.getInt("n")).isEqualTo(1_000_000 + i);
                }
                assertThat(keys.next()).isFalse();
            }
            insert.setInt(1, 2_000_000);
            insert.addBatch();
            insert.executeBatch();
            assertThat(keys(insert)).hasSize(1);
        }
    }

    @Test
    void answersReturningAsAQueryDoes() throws SQLException {
        try (Connection connection = server().connect();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO made (n) VALUES (?), (?) RETURNING n, id")) {
            assertThat(insert.getMetaData().getColumnCount()).isEqualTo(2);
            insert.setInt(1, 300);
            insert.setInt(2, 301);
            try (ResultSet rows = insert.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1)).isEqualTo(300);
                assertThat(rows.next()).isTrue();
                assertThat(rows.next()).isFalse();
            }
            assertThat(insert.execute()).isTrue();
            connection.setReadOnly(true);
            assertThatThrownBy(insert::executeQuery)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));
            connection.setReadOnly(false);
        }
        try (Connection stock = server().stock("protobuf");
                Statement statement = stock.createStatement();
                ResultSet rows = statement.executeQuery("INSERT INTO made (n) VALUES (302) RETURNING n")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(302);
        }
    }
}
