package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Searches whose rows are found as they are read, and grouped searches, over rows with an index and rows without.
@Timeout(120)
class GoOnSearchesTest {
    private static final int ROWS = 2_400;
    private static final int DOCS = 60;
    private static final int DIMENSION = 6;
    private static final String QUERY = "'[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]'";
    private static @Nullable RealServer server;

    @BeforeAll
    static void start(@TempDir Path data) throws SQLException {
        var settings = Map.of("coordinators.index.min-rows", "1", "coordinators.index.assign-interval", "50 ms");
        RealServer started = RealServer.start(data, settings);
        server = started;
        try (Connection connection = started.connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE chunk (id BIGINT PRIMARY KEY, doc INTEGER, v VECTOR(6)) WITH (shards = 2)",
                    rows(0, ROWS - 300),
                    "FLUSH chunk",
                    "CREATE INDEX chunk_v ON chunk USING hnsw (v vector_l2_ops)");
            RealServer.await(
                    connection,
                    "SELECT indexed_rows >= " + (ROWS - 300) + " FROM system.indexes WHERE index_name = 'chunk_v'",
                    "true");
            RealServer.run(
                    connection,
                    rows(ROWS - 300, ROWS),
                    "INSERT INTO chunk VALUES (-1, 1, NULL), (-2, 2, NULL)",
                    "DELETE FROM chunk WHERE id % 100 = 7");
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static Connection connect() throws SQLException {
        if (server == null) {
            throw new IllegalStateException("The server did not start");
        }
        return server.connect();
    }

    private static String rows(int from, int to) {
        var random = new SplittableRandom(4711L + from);
        return "INSERT INTO chunk VALUES "
                + IntStream.range(from, to)
                        .mapToObj(id -> "(%d, %d, '%s')"
                                .formatted(
                                        id,
                                        id % DOCS,
                                        IntStream.range(0, DIMENSION)
                                                .mapToObj(_ -> Double.toString(random.nextInt(10_000) / 10_000.0))
                                                .collect(Collectors.joining(",", "[", "]"))))
                        .collect(Collectors.joining(", "));
    }

    @Test
    void everyRowComesOnceNearestFirstAndAsItWasWhenTheSearchBegan() throws SQLException {
        try (Connection connection = connect();
                Connection other = connect();
                Statement statement = connection.createStatement()) {
            List<String> exact = RealServer.rows(connection, "SELECT id FROM chunk ORDER BY v <-> " + QUERY);
            statement.setFetchSize(100);
            List<String> ids = new ArrayList<>();
            try (ResultSet found = statement.executeQuery(
                    "SELECT id FROM chunk ORDER BY v <-> " + QUERY + " FETCH APPROX FIRST 1000000000 ROWS ONLY")) {
                for (int i = 0; i < 150 && found.next(); i++) {
                    ids.add(found.getString(1));
                }
                RealServer.run(other, "UPDATE chunk SET doc = doc + 1000 WHERE id % 2 = 0");
                while (found.next()) {
                    ids.add(found.getString(1));
                }
            } finally {
                RealServer.run(other, "UPDATE chunk SET doc = doc - 1000 WHERE doc >= 1000");
            }
            assertThat(ids).containsExactlyInAnyOrderElementsOf(exact);
            assertThat(ids.subList(ids.size() - 2, ids.size())).containsExactlyInAnyOrder("-1", "-2");
            double astray = 0;
            for (int i = 0; i < ids.size(); i++) {
                astray += Math.abs(i - exact.indexOf(ids.get(i)));
            }
            assertThat(astray / ids.size()).as("places from the right one").isLessThan(0.02 * ids.size());
        }
    }

    @Test
    void whoStopsReadingLeavesNothingBehind() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.setFetchSize(10);
            for (int i = 0; i < 5; i++) {
                try (ResultSet found = statement.executeQuery("SELECT id, v FROM chunk WHERE doc < 30 ORDER BY v <-> "
                        + QUERY + " FETCH APPROX FIRST 100000 ROWS ONLY")) {
                    assertThat(found.next()).isTrue();
                }
            }
        } // the server's memory is checked when it ends
    }

    @Test
    void aGroupedSearchFindsWhatALookAtEveryRowFinds() throws SQLException {
        try (Connection connection = connect()) {
            for (String where : List.of("", "WHERE doc < 40", "WHERE id < 20", "WHERE v <-> " + QUERY + " < 0.6")) {
                for (int size : new int[] {1, 3}) {
                    String search = "SELECT id, doc FROM chunk " + where
                            + " QUALIFY row_number() OVER (PARTITION BY doc ORDER BY v <-> " + QUERY + ") <= " + size
                            + " ORDER BY v <-> " + QUERY;
                    List<String> all = RealServer.rows(connection, search);
                    List<String> first = RealServer.rows(connection, search + " LIMIT 50");
                    assertThat(first).as(search).hasSize(Math.min(50, all.size()));
                    var right = new HashSet<>(all.subList(0, first.size()));
                    right.retainAll(new HashSet<>(first));
                    assertThat((double) right.size()).as(search).isGreaterThanOrEqualTo(0.95 * first.size());
                    assertThat(RealServer.rows(connection, search + " FETCH EXACT FIRST 50 ROWS ONLY"))
                            .as(search)
                            .containsExactlyElementsOf(all.subList(0, first.size()));
                }
            }
            assertThat(RealServer.rows(
                            connection,
                            "EXPLAIN SELECT id FROM chunk QUALIFY row_number() OVER (PARTITION BY doc ORDER BY v <-> "
                                    + QUERY + ") <= 2 ORDER BY v <-> " + QUERY + " LIMIT 5"))
                    .anyMatch(line -> line.contains("GroupedSearch public.chunk"));
            assertThat(RealServer.rows(connection, "SELECT DISTINCT doc FROM chunk")
                            .size())
                    .isEqualTo(DOCS);
        }
    }
}
