package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// files that go straight into sealed segments.
@Timeout(240)
class BulkCopyTest {
    private static final int ROWS = 20_000;
    private static final int RACES = 6;

    @TempDir
    Path folder;

    private Path file(String name, IntStream ids) throws IOException {
        Path file = folder.resolve(name);
        return Files.write(
                file,
                ids.mapToObj(id -> "%d,word %d,\"[%d,1]\"".formatted(id, id, id % 100))
                        .toList());
    }

    @Test
    void aFileIsVisibleAtOnceAndItsRowsAreLikeAllOthers() throws Exception {
        Path file = file("t.csv", IntStream.range(0, ROWS));
        try (RealServer server = RealServer.start(folder.resolve("data"));
                Connection connection = server.connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE t (id BIGINT PRIMARY KEY, word VARCHAR, v VECTOR(2)) WITH (shards = 2)",
                    "COPY t FROM '%s' WITH (segments on)".formatted(file));
            assertThat(RealServer.rows(connection, "SELECT count(*), sum(id), min(word) FROM t"))
                    .containsExactly(ROWS + "|" + (long) ROWS * (ROWS - 1) / 2 + "|word 0");
            assertThatThrownBy(() -> RealServer.run(connection, "INSERT INTO t VALUES (7, 'again', NULL)"))
                    .hasMessageContaining("exists");
            RealServer.run(
                    connection,
                    "DELETE FROM t WHERE id < 10",
                    "UPDATE t SET word = 'changed' WHERE id = 10",
                    "UPSERT INTO t VALUES (11, 'replaced', NULL)");
            assertThat(RealServer.rows(connection, "SELECT word FROM t ORDER BY id LIMIT 3"))
                    .containsExactly("changed", "replaced", "word 12");
            assertThat(RealServer.rows(connection, "SELECT count(*) FROM t")).containsExactly(ROWS - 10 + "");
            refusesATableWithRows(connection, file);
            refusesKeysThatRepeat(connection);
            generatesKeysBesideOtherRows(connection);
        }
    }

    private static void refusesATableWithRows(Connection connection, Path file) {
        assertThatThrownBy(() -> RealServer.run(connection, "COPY t FROM '%s' WITH (segments on)".formatted(file)))
                .hasMessageContaining("not empty");
        assertThatThrownBy(() -> RealServer.run(
                        connection, "COPY t FROM '%s' WITH (segments on, on_conflict replace)".formatted(file)))
                .hasMessageContaining("replace each other");
    }

    private void refusesKeysThatRepeat(Connection connection) throws IOException, SQLException {
        Path twice = file("twice.csv", IntStream.concat(IntStream.range(0, ROWS), IntStream.of(5)));
        RealServer.run(connection, "CREATE TABLE u (id VARCHAR PRIMARY KEY, word VARCHAR, v VECTOR(2))");
        String copy = "COPY u FROM '%s' WITH (segments on".formatted(twice);
        assertThatThrownBy(() -> RealServer.run(connection, copy + ")"))
                .hasMessageContaining("row [%d] came earlier".formatted(ROWS + 1))
                .hasMessageContaining("[0] of its rows were loaded");
        assertThat(RealServer.rows(connection, "SELECT count(*) FROM u")).containsExactly("0");
        RealServer.run(connection, copy + ", on_conflict ignore)");
        assertThat(RealServer.rows(connection, "SELECT count(*), count(DISTINCT id) FROM u"))
                .containsExactly(ROWS + "|" + ROWS);
    }

    private void generatesKeysBesideOtherRows(Connection connection) throws IOException, SQLException {
        Path file = file("more.csv", IntStream.range(0, ROWS));
        RealServer.run(
                connection,
                "CREATE TABLE w (number INTEGER, word VARCHAR, v VECTOR(2)) PARTITION BY HASH (number) PARTITIONS 3",
                "INSERT INTO w VALUES (-1, 'before', NULL)",
                "COPY w FROM '%s' WITH (segments on)".formatted(file),
                "COPY w FROM '%s' WITH (segments on)".formatted(file));
        assertThat(RealServer.rows(connection, "SELECT count(*), count(DISTINCT number) FROM w"))
                .containsExactly(2 * ROWS + 1 + "|" + (ROWS + 1));
        Files.writeString(file, "x,y,z\n", java.nio.file.StandardOpenOption.APPEND);
        assertThatThrownBy(() -> RealServer.run(connection, "COPY w FROM '%s' WITH (segments on)".formatted(file)))
                .hasMessageContaining("Row [%d]".formatted(ROWS + 1));
        assertThat(RealServer.rows(connection, "SELECT count(*) FROM w")).containsExactly(2 * ROWS + 1 + "");
    }

    /// Whichever comes first: either the file or the row is in, and the other is told why it is not.
    @Test
    void aRowAndAFileOfTheSameKeysDoNotBothComeIn() throws Exception {
        Path file = file("race.csv", IntStream.range(0, ROWS));
        try (RealServer server = RealServer.start(folder.resolve("data"));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection connection = server.connect()) {
            RealServer.run(connection, "SET consistency = strong"); // both write in sessions of their own
            for (int round = 0; round < RACES; round++) {
                String table = "race" + round;
                RealServer.run(
                        connection,
                        "CREATE TABLE %s (id BIGINT PRIMARY KEY, word VARCHAR, v VECTOR(2))".formatted(table));
                var begin = new CountDownLatch(1);
                String segments = round % 2 == 0 ? "on" : "off";
                Future<String> copied = threads.submit(() -> outcome(
                        server, begin, "COPY %s FROM '%s' WITH (segments %s)".formatted(table, file, segments)));
                // In the log the file's last row is the last to come in.
                int id = ROWS - 1;
                Future<String> inserted = threads.submit(
                        () -> outcome(server, begin, "INSERT INTO %s VALUES (%d, 'mine', NULL)".formatted(table, id)));
                begin.countDown();
                checkRace(connection, table, id, List.of(segments, copied.get(), inserted.get()));
            }
        }
    }

    /// @return the SQLSTATE; empty: it went well
    private static String outcome(RealServer server, CountDownLatch begin, String sql) throws Exception {
        try (Connection connection = server.connect()) {
            begin.await();
            RealServer.run(connection, sql);
            return "";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }

    private static void checkRace(Connection connection, String table, int id, List<String> outcomes)
            throws SQLException {
        boolean segments = outcomes.getFirst().equals("on");
        String copied = outcomes.get(1);
        boolean copiedAll = copied.isEmpty();
        assertThat(outcomes.get(2)).as("%s", outcomes).isEqualTo(copiedAll ? "23505" : "");
        if (!copiedAll) {
            // Into segments: the table was not empty at the beginning, or no more at the end.
            assertThat(copied).isIn(segments ? List.of("0A000", "40001") : List.of("23505"));
        }
        assertThat(RealServer.rows(connection, "SELECT word FROM %s WHERE id = %d".formatted(table, id)))
                .containsExactly(copiedAll ? "word " + id : "mine");
        List<String> counts = RealServer.rows(connection, "SELECT count(*), count(DISTINCT id) FROM " + table);
        if (copiedAll || segments) {
            int rows = copiedAll ? ROWS : 1;
            assertThat(counts).as("%s", outcomes).containsExactly(rows + "|" + rows);
        }
    }
}
