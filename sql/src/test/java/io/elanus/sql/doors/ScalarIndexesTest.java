package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.doors.DataFiles.Harm;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Indexes over scalar columns in a server: filters of every kind of statement use them, and a spoilt file costs no
/// row and is replaced.
class ScalarIndexesTest {
    private static final Map<String, String> INDEX_ALL = Map.of("coordinators.index.min-rows", "1");
    private static final int ROWS = 5_000;
    private static final int BATCH = 1_000;

    @TempDir
    private Path data;

    @Test
    void filtersOfAllStatementsUseTheIndexes() throws Exception {
        var files = new DataFiles(data);
        try (RealServer server = RealServer.start(data, INDEX_ALL);
                Connection connection = server.connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE film (id BIGINT PRIMARY KEY, year INTEGER, title VARCHAR, tags VARCHAR ARRAY,"
                            + " seen BOOLEAN, v VECTOR(8))");
            for (int from = 1; from <= ROWS; from += BATCH) {
                insert(connection, from);
            }
            RealServer.run(
                    connection,
                    "CREATE INDEX film_year ON film (year)",
                    "CREATE INDEX film_title ON film USING inverted (title)",
                    "CREATE INDEX film_tags ON film (tags)",
                    "CREATE INDEX film_seen ON film (seen)",
                    "FLUSH film");
            awaitIndexed(connection, 4);
            check(connection);
            uses(connection, "SELECT count(*) FROM film WHERE year = 7", "film_year (sorted)");
            uses(connection, "SELECT id FROM film WHERE title LIKE 'title 77%' AND id > 5", "film_title (inverted)");
            uses(connection, "SELECT id FROM film WHERE array_contains(tags, 'tag3')", "film_tags (inverted)");
            uses(connection, "SELECT max(id) FROM film WHERE seen", "film_seen (bitmap)");
            uses(connection, "SELECT id FROM film WHERE year IS NULL", "film_year (sorted)");
            assertThat(RealServer.rows(
                            connection,
                            "SELECT id FROM film WHERE year BETWEEN 7 AND 8"
                                    + " ORDER BY v <-> '[9,0,0,0,0,0,0,0]' LIMIT 3"))
                    .containsExactly("8", "7", "507");
            RealServer.run(
                    connection,
                    "UPDATE film SET title = 'changed' WHERE year = 7",
                    "DELETE FROM film WHERE array_contains(tags, 'tag3')");
            assertThat(count(connection, "title = 'changed'")).isEqualTo("10");
            assertThat(count(connection, "year = 7")).isEqualTo("10");
            assertThat(count(connection, "year = 3")).isEqualTo("0");
        }
        files.spoil(Harm.CHANGED, files.objects("index_files"));
        try (RealServer server = RealServer.start(data, INDEX_ALL);
                Connection connection = server.connect()) {
            assertThat(count(connection, "year = 7")).isEqualTo("10");
            assertThat(count(connection, "seen")).isEqualTo("100");
            awaitIndexed(connection, 4);
            uses(connection, "SELECT count(*) FROM film WHERE seen", "film_seen (bitmap)");
            assertThat(count(connection, "seen")).isEqualTo("100");
            assertThat(count(connection, "title LIKE 'title 77%' AND year > 100"))
                    .isEqualTo("9");
        }
    }

    private static void check(Connection connection) throws SQLException {
        assertThat(count(connection, "year = 7")).isEqualTo("10");
        assertThat(count(connection, "year IN (7, 8, NULL)")).isEqualTo("20");
        assertThat(count(connection, "year IS NULL")).isEqualTo("500");
        assertThat(count(connection, "year BETWEEN 7 AND 8")).isEqualTo("20");
        assertThat(count(connection, "year = 7.5")).isEqualTo("0");
        assertThat(count(connection, "year < 2.5")).isEqualTo("20");
        assertThat(count(connection, "title = 'title 777'")).isEqualTo("1");
        assertThat(count(connection, "title LIKE 'title 77_'")).isEqualTo("10");
        assertThat(count(connection, "array_contains(tags, 'tag3')")).isEqualTo("50");
        assertThat(count(connection, "seen")).isEqualTo("100");
        assertThat(count(connection, "seen AND year = 1")).isEqualTo("10");
        assertThat(count(connection, "year = 7 OR title = 'title 9'")).isEqualTo("11");
    }

    private static String count(Connection connection, String condition) throws SQLException {
        return RealServer.rows(connection, "SELECT count(*) FROM film WHERE " + condition)
                .getFirst();
    }

    private static void uses(Connection connection, String query, String index) throws Exception {
        RealServer.retry(() -> RealServer.rows(connection, "EXPLAIN ANALYZE " + query).stream()
                .anyMatch(line -> line.contains("shard:") && line.contains("index " + index)));
        List<String> plan = RealServer.rows(connection, "EXPLAIN ANALYZE " + query);
        assertThat(plan).anyMatch(line -> line.contains("shard:") && line.contains("index " + index));
        assertThat(RealServer.rows(connection, "EXPLAIN " + query))
                .anyMatch(line -> line.strip().startsWith("index: ") && line.contains(index));
    }

    private static void awaitIndexed(Connection connection, int indexes) throws SQLException {
        RealServer.await(
                connection,
                "SELECT count(*) FROM system.indexes"
                        + " WHERE table_name = 'film' AND flushed_rows > 0 AND indexed_rows = flushed_rows",
                String.valueOf(indexes));
    }

    private static void insert(Connection connection, int from) throws SQLException {
        RealServer.run(
                connection,
                "INSERT INTO film VALUES "
                        + IntStream.range(from, from + BATCH)
                                .mapToObj(i -> "(%d, %s, 'title %d', ARRAY['tag%d', 'all'], %s, '[%d,0,0,0,0,0,0,0]')"
                                        .formatted(i, i % 10 == 0 ? "NULL" : i % 500, i, i % 100, i % 50 == 1, i))
                                .collect(Collectors.joining(", ")));
    }
}
