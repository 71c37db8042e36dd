package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A result is as large as it likes: neither side holds more of it than a few frames, and what nobody reads is freed.
class FetchSizeTest {
    private static final int SIDE = 450;
    private static final int TEXT = 1_000;
    private static final long LEAST_BYTES = (long) SIDE * SIDE * TEXT;
    private static final int CLIENT_HEAP_MEGABYTES = 32;
    /// Two hundred thousand rows of a thousand characters.
    private static final String MANY = "SELECT a.id, a.text FROM wide AS a, wide AS b";

    private static @Nullable RealServer started;

    @BeforeAll
    static void start(@TempDir Path data) throws SQLException {
        started = RealServer.start(data);
        try (Connection connection = server().connect();
                PreparedStatement insert = prepared(connection)) {
            for (int i = 0; i < SIDE; i++) {
                insert.setInt(1, i);
                insert.setString(2, "x".repeat(TEXT));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static PreparedStatement prepared(Connection connection) throws SQLException {
        RealServer.run(connection, "CREATE TABLE wide (id INT PRIMARY KEY, text VARCHAR)");
        return connection.prepareStatement("INSERT INTO wide VALUES (?, ?)");
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

    /// Runs in a process of its own; prints the length of all it read.
    static final class Reader {
        private Reader() {}

        public static void main(String[] arguments) throws SQLException {
            long length = 0;
            try (Connection connection = DriverManager.getConnection(arguments[0]);
                    Statement statement = connection.createStatement()) {
                statement.setFetchSize(1_000);
                try (ResultSet rows = statement.executeQuery(MANY)) {
                    while (rows.next()) {
                        length += String.valueOf(rows.getString(2)).length();
                    }
                }
            }
            System.out.print(length);
        }
    }

    @Test
    void aSmallHeapReadsALargeResult(@TempDir Path folder) throws IOException, InterruptedException {
        assertThat(LEAST_BYTES).isGreaterThan(5L * CLIENT_HEAP_MEGABYTES << 20);
        Path printed = folder.resolve("printed");
        Path problems = folder.resolve("problems");
        Process client = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + CLIENT_HEAP_MEGABYTES + "m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Reader.class.getName(),
                        "jdbc:elanus://" + server().address() + "/public?query_memory=16MB")
                .redirectOutput(printed.toFile())
                .redirectError(problems.toFile())
                .start();
        try {
            assertThat(client.waitFor(90, TimeUnit.SECONDS)).isTrue();
        } finally {
            client.destroyForcibly();
        }
        assertThat(Files.readString(printed))
                .as(() -> problems.toUri().toString())
                .endsWith(Long.toString(LEAST_BYTES));
    }

    @Test
    void aClosedResultHoldsNothing() throws SQLException {
        try (Connection connection = server().connect();
                PreparedStatement many = connection.prepareStatement(MANY)) {
            many.setFetchSize(10);
            try (ResultSet result = many.executeQuery()) {
                assertThat(result.next()).isTrue();
                assertThat(running(connection)).isEqualTo(1);
            }
            awaitNothingRuns(connection);
            try (ResultSet result = many.executeQuery()) {
                assertThat(result.next()).as("runs again").isTrue();
            }
        }
    }

    @Test
    void anAbandonedResultGoesWithItsConnection() throws SQLException {
        try (Connection watcher = server().connect()) {
            Connection connection = server().connect();
            Statement statement = connection.createStatement();
            statement.setFetchSize(10);
            assertThat(statement.executeQuery(MANY).next()).isTrue();
            assertThat(running(watcher)).isEqualTo(1);
            connection.close();
            awaitNothingRuns(watcher);
        }
    }

    /// Statements beside the one that asks.
    private static int running(Connection connection) throws SQLException {
        return RealServer.rows(connection, "SELECT sql FROM system.queries").size() - 1;
    }

    /// A statement ends on its own thread.
    private static void awaitNothingRuns(Connection connection) throws SQLException {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (running(connection) > 0) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }
}
