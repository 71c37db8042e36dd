package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Searches for the rows of another table, over a real server: they find what a search for each row by itself finds.
@Timeout(120)
class LookupsTest {
    private static final int QUERIES = 300;
    /// Of these so many are asked by themselves too.
    private static final int EVERY = 15;

    @Test
    void searchesOfManyRowsFindWhatEachFindsByItself(@TempDir Path data) throws SQLException {
        var random = new Random(5);
        try (RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE doc (id INTEGER PRIMARY KEY, g INTEGER, v VECTOR(4)) WITH (shards = 3)",
                    "CREATE TABLE ask (id INTEGER PRIMARY KEY, v VECTOR(4))");
            fill(connection, "doc", 400, random, true);
            RealServer.run(connection, "FLUSH TABLE doc");
            fill(connection, "doc", 500, random, true);
            fill(connection, "ask", QUERIES, random, false);
            String lateral = "SELECT a.id, d.id, d.d FROM ask AS a, LATERAL"
                    + " (SELECT id, v <-> a.v AS d FROM doc WHERE g < 3 ORDER BY d LIMIT 4) AS d";
            assertThat(String.join("\n", RealServer.rows(connection, "EXPLAIN " + lateral)))
                    .contains("many searches at once");
            List<String> together = RealServer.rows(connection, lateral + " ORDER BY 1, 3, 2");
            assertThat(together).hasSize(4 * QUERIES);
            assertThat(together.stream().filter(row -> Integer.parseInt(row.split("\\|")[0]) % EVERY == 0))
                    .containsExactlyElementsOf(alone(connection));
        }
    }

    private static void fill(Connection connection, String table, int to, Random random, boolean group)
            throws SQLException {
        var rows = new ArrayList<String>();
        for (int id = to == 500 ? 400 : 0; id < to; id++) {
            rows.add("(%d, %s'[%f, %f, %f, %f]')"
                    .formatted(
                            id,
                            group ? random.nextInt(5) + ", " : "",
                            random.nextDouble(),
                            random.nextDouble(),
                            random.nextDouble(),
                            random.nextDouble()));
        }
        RealServer.run(connection, "INSERT INTO " + table + " VALUES " + String.join(", ", rows));
    }

    private static List<String> alone(Connection connection) throws SQLException {
        List<String> vectors = RealServer.rows(connection, "SELECT v FROM ask ORDER BY id");
        var rows = new ArrayList<String>();
        try (PreparedStatement search =
                connection.prepareStatement("SELECT id, v <-> CAST(? AS VECTOR(4)) AS d FROM doc WHERE g < 3"
                        + " ORDER BY v <-> CAST(? AS VECTOR(4)) LIMIT 4")) {
            for (int query = 0; query < QUERIES; query += EVERY) {
                search.setString(1, vectors.get(query));
                search.setString(2, vectors.get(query));
                try (ResultSet found = search.executeQuery()) {
                    while (found.next()) {
                        rows.add(query + "|" + found.getString(1) + "|" + found.getString(2));
                    }
                }
            }
        }
        return rows;
    }

    @Test
    void arraysMayBeParameters(@TempDir Path data) throws SQLException {
        try (RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            RealServer.run(connection, "CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1), (2), (3)");
            for (String condition : List.of("id = ANY (?)", "NOT id <> ALL (?)")) {
                try (PreparedStatement query =
                        connection.prepareStatement("SELECT count(*) FROM t WHERE " + condition)) {
                    query.setArray(1, connection.createArrayOf("INTEGER", new Object[] {1, 3, 7}));
                    try (ResultSet found = query.executeQuery()) {
                        assertThat(found.next()).isTrue();
                        assertThat(found.getInt(1)).as(condition).isEqualTo(2);
                    }
                }
            }
        }
    }
}
