package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that the disk has changed: what a client sees of them, and that everything else goes on.
class CorruptFilesTest {
    private static final Map<String, String> INDEX_ALL = Map.of("coordinators.index.min-rows", "1");

    @TempDir
    private Path data;

    @Test
    void aChangedFileOfRowsIsNamedAndOtherTablesGoOn() throws Exception {
        fill();
        List<Path> changed = flipAByte("-c1.rows");
        try (RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            SQLException error = catchThrowableOfType(
                    SQLException.class, () -> RealServer.rows(connection, "SELECT sum(id) FROM hurt"));
            assertThat((Throwable) error).isNotNull();
            assertThat(error.getSQLState()).isEqualTo("XX001");
            String message = String.valueOf(error.getMessage());
            assertThat(changed.stream().map(file -> file.getFileName().toString()))
                    .anyMatch(message::contains);
            assertThat(RealServer.rows(connection, "SELECT count(*) FROM sound"))
                    .containsExactly("3");
        }
    }

    @Test
    void aChangedIndexFileCostsTheIndexAndNoRow() throws Exception {
        try (RealServer server = RealServer.start(data, INDEX_ALL);
                Connection connection = server.connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE indexed (id BIGINT PRIMARY KEY, v VECTOR(2))",
                    "CREATE INDEX indexed_v ON indexed USING hnsw (v vector_l2_ops)",
                    "INSERT INTO indexed VALUES " + points(),
                    "FLUSH indexed");
            awaitIndex(connection);
        }
        flipAByte("index_files");
        try (RealServer server = RealServer.start(data, INDEX_ALL);
                Connection connection = server.connect()) {
            assertThat(RealServer.rows(connection, "SELECT id FROM indexed ORDER BY v <-> '[70, 0]' LIMIT 3"))
                    .containsExactlyInAnyOrder("69", "70", "71");
            assertThat(RealServer.rows(connection, "SELECT count(*) FROM indexed"))
                    .containsExactly("500");
        }
    }

    private static String points() {
        return IntStream.range(0, 500)
                .mapToObj(id -> "(%d, '[%d, 0]')".formatted(id, id))
                .collect(Collectors.joining(", "));
    }

    private static void awaitIndex(Connection connection) throws SQLException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (System.nanoTime() < end
                && RealServer.rows(connection, "SELECT 1 FROM system.indexes WHERE indexed_rows = 500")
                        .isEmpty()) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    /// A table that is flushed, and one that is in the log alone.
    private void fill() throws SQLException {
        try (RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE hurt (id BIGINT PRIMARY KEY, v VECTOR(3))",
                    "CREATE TABLE sound (id BIGINT PRIMARY KEY)",
                    "INSERT INTO hurt VALUES (1, '[1,2,3]'), (2, '[3,2,1]'), (3, '[0,0,1]')",
                    "INSERT INTO sound VALUES (1), (2), (3)",
                    "FLUSH hurt");
        }
    }

    private List<Path> flipAByte(String part) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(data.resolve("objects"))) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> file.toString().contains(part))
                    .toList();
        }
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
        }
        return files;
    }
}
