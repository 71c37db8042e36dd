package io.elanus.sql.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.bench.ServerProcess;
import io.elanus.sql.doors.RealServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// SIGKILL in the middle of loads that can go on: rows with keys of their own, which go through the log, and rows
/// whose keys are generated, which come in as segments.
@Timeout(240)
class CopyCrashTest {
    private static final int FILES = 40;
    private static final int ROWS_OF_FILE = 500;
    private static final int ROWS = FILES * ROWS_OF_FILE;
    /// Files that are in when the server dies, of each load at least.
    private static final int LOADED_BEFORE = 3;
    private static final List<String> JVM_FLAGS = List.of("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    @TempDir
    private Path folder;

    @Test
    void aLoadThatWasKilledGoesOnWithNothingLostOrDoubled() throws Exception {
        Files.createDirectories(in());
        for (int file = 0; file < FILES; file++) {
            writeFile(file);
        }
        int before = loadUntilKilled();
        assertThat(before).isGreaterThanOrEqualTo(2 * LOADED_BEFORE);
        try (ServerProcess server = start();
                Connection connection = connected(server)) {
            assertThat(loaded(connection)).isGreaterThanOrEqualTo(before);
            checkFilesAreWholeOrRunning(connection);
            for (int run = 0; run < 2; run++) {
                RealServer.run(connection, load("keyed"), load("plain"));
                checkWhole(connection);
            }
        }
    }

    private Path in() {
        return folder.resolve("in");
    }

    private void writeFile(int number) throws IOException {
        Files.write(
                in().resolve("part-%02d.csv".formatted(number)),
                IntStream.range(number * ROWS_OF_FILE, (number + 1) * ROWS_OF_FILE)
                        .mapToObj(id -> "%d,word %d".formatted(id, id))
                        .toList());
    }

    private ServerProcess start() {
        return ServerProcess.start(folder.resolve("data"), List.of(), JVM_FLAGS);
    }

    private static Connection connected(ServerProcess server) throws SQLException {
        server.awaitFirstAnswer("SELECT 1");
        return server.connect();
    }

    private String load(String table) {
        return "COPY %s (id, word) FROM '%s/*.csv' WITH (job 'night')".formatted(table, in());
    }

    /// Returns how many files were in, as the server said before it was killed.
    private int loadUntilKilled() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                ServerProcess server = start();
                Connection connection = connected(server)) {
            RealServer.run(
                    connection,
                    "CREATE TABLE keyed (id BIGINT PRIMARY KEY, word VARCHAR) WITH (shards = 2)",
                    "CREATE TABLE plain (id BIGINT, word VARCHAR)");
            var loads = new ArrayList<Future<?>>();
            for (String table : List.of("keyed", "plain")) {
                loads.add(threads.submit(() -> {
                    try (Connection loading = server.connect()) {
                        RealServer.run(loading, load(table));
                    } catch (SQLException e) { // the server is killed meanwhile
                        if (!server.isKilled()) {
                            throw e;
                        }
                    }
                    return null;
                }));
            }
            for (String table : List.of("keyed", "plain")) {
                awaitFiles(connection, table, loads);
            }
            int before = loaded(connection);
            server.kill();
            for (Future<?> load : loads) {
                load.get();
            }
            return before;
        }
    }

    /// Until some of the table's files are in; a load that ended has all.
    private static void awaitFiles(Connection connection, String table, List<Future<?>> loads) throws Exception {
        String sql = "SELECT count(*) FROM system.loaded_files WHERE table_name = '%s'".formatted(table);
        while (number(connection, sql) < LOADED_BEFORE) {
            for (Future<?> load : loads) {
                if (load.isDone()) {
                    load.get();
                }
            }
            LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
        }
    }

    private static int loaded(Connection connection) throws SQLException {
        return number(connection, "SELECT count(*) FROM system.loaded_files");
    }

    private static int number(Connection connection, String sql) throws SQLException {
        return Integer.parseInt(RealServer.rows(connection, sql).getFirst());
    }

    /// What is noted to be in, is in; of a file that came in as segments there is all or nothing.
    private static void checkFilesAreWholeOrRunning(Connection connection) throws SQLException {
        for (String table : List.of("keyed", "plain")) {
            int noted = number(
                    connection,
                    "SELECT coalesce(sum(row_count), 0) FROM system.loaded_files WHERE table_name = '%s'"
                            .formatted(table));
            int rows = number(connection, "SELECT count(*) FROM " + table);
            assertThat(rows).as(table).isGreaterThanOrEqualTo(noted);
            if (table.equals("plain")) {
                assertThat(rows).isEqualTo(noted);
            }
        }
    }

    private static void checkWhole(Connection connection) throws SQLException {
        for (String table : List.of("keyed", "plain")) {
            assertThat(RealServer.rows(
                            connection,
                            "SELECT count(*), count(DISTINCT id), sum(id), count(DISTINCT word) FROM " + table))
                    .as(table)
                    .containsExactly("%d|%d|%d|%d".formatted(ROWS, ROWS, ROWS * (ROWS - 1L) / 2, ROWS));
            assertThat(RealServer.rows(
                            connection,
                            "SELECT count(DISTINCT file), count(*), min(row_count), max(row_count) FROM system.loaded_files WHERE table_name = '%s' AND job = 'night'"
                                    .formatted(table)))
                    .as(table)
                    .containsExactly("%d|%d|%d|%d".formatted(FILES, FILES, ROWS_OF_FILE, ROWS_OF_FILE));
        }
    }
}
