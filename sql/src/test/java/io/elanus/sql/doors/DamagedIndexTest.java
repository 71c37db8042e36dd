package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.elanus.sql.doors.DataFiles.Harm;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Index files that the disk spoils: no answer is wrong for it, and the index is built again by itself. And files
/// that are cut off while they are mapped: a statement fails, not the process.
class DamagedIndexTest {
    private static final Map<String, String> INDEX_ALL = Map.of("coordinators.index.min-rows", "1");
    private static final int DIMENSION = 64;
    private static final int ROWS = 500;
    /// With fewer an index lets all rows be compared.
    private static final int ROWS_WORTH_A_WALK = 4_000;

    @TempDir
    private Path data;

    @Test
    void aDamagedFileCostsNoRowAndIsBuiltAgainByItself() throws Exception {
        var files = new DataFiles(data);
        try (RealServer server = RealServer.start(data, INDEX_ALL);
                Connection connection = server.connect()) {
            for (Harm harm : Harm.values()) {
                createIndexed(connection, name(harm), ROWS);
            }
            for (Harm harm : Harm.values()) {
                awaitIndexed(connection, name(harm), ROWS);
            }
        }
        List<Path> builds = files.objects("index_files");
        assertThat(builds).hasSize(Harm.values().length);
        Harm[] harms = Harm.values();
        for (int i = 0; i < harms.length; i++) {
            files.spoil(harms[i], List.of(builds.get(i)));
        }
        try (RealServer server = RealServer.start(data, INDEX_ALL);
                Connection connection = server.connect()) {
            for (Harm harm : Harm.values()) {
                checkNearest(connection, name(harm));
            }
            for (Path build : builds) {
                awaitVersion(files, build);
            }
            for (Harm harm : Harm.values()) {
                awaitIndexed(connection, name(harm), ROWS);
                awaitUse(connection, name(harm));
                checkNearest(connection, name(harm));
            }
            assertThat(files.objects("index_files"))
                    .as("the spoilt ones are gone")
                    .hasSize(builds.size())
                    .doesNotContainAnyElementsOf(builds);
        }
    }

    @Test
    void aSegmentThatCannotBeReadFailsItsIndexWithTheReason() throws Exception {
        var files = new DataFiles(data);
        try (RealServer server = RealServer.start(data, INDEX_ALL);
                Connection connection = server.connect()) {
            create(connection, "hurt", ROWS);
            RealServer.run(connection, "FLUSH hurt");
        }
        List<String> names = files.spoil(Harm.CHANGED, files.objects("segments", ".rows"));
        try (RealServer server = RealServer.start(data, INDEX_ALL);
                Connection connection = server.connect()) {
            RealServer.run(connection, "CREATE INDEX hurt_v ON hurt USING hnsw (v vector_l2_ops)");
            RealServer.await(connection, "SELECT state FROM system.tasks WHERE table_name = 'public.hurt'", "failed");
            String failure = RealServer.rows(
                            connection, "SELECT failure FROM system.tasks WHERE table_name = 'public.hurt'")
                    .getFirst();
            assertThat(names).anyMatch(failure::contains);
            assertThat(RealServer.rows(
                            connection, "SELECT indexed_rows FROM system.indexes WHERE index_name = 'hurt_v'"))
                    .containsExactly("0");
        }
    }

    @Test
    void filesThatAreCutOffWhileTheyAreMappedFailTheStatementAndNotTheServer() throws Exception {
        var files = new DataFiles(data);
        try (RealServer server = RealServer.start(data, INDEX_ALL);
                Connection connection = server.connect()) {
            createIndexed(connection, "indexed", ROWS_WORTH_A_WALK);
            create(connection, "plain", ROWS);
            create(connection, "sound", ROWS);
            RealServer.run(connection, "FLUSH plain");
            awaitIndexed(connection, "indexed", ROWS_WORTH_A_WALK);
            awaitUse(connection, "indexed");
            for (int i = 0; i < 400; i++) { // so that all of it runs as compiled code
                checkNearest(connection, "plain");
                checkNearest(connection, "indexed");
            }
            List<Path> build = files.objects("index_files");
            files.spoil(Harm.EMPTIED, build);
            checkNearest(connection, "indexed");
            awaitVersion(files, build.getFirst());
            awaitUse(connection, "indexed");
            checkNearest(connection, "indexed");

            String segment = DataFiles.segments(connection, "plain", "L1").getFirst();
            List<String> rows = files.spoil(Harm.EMPTIED, files.objects(segment, "-c2.rows"));
            for (int i = 0; i < 3; i++) {
                SQLException error =
                        catchThrowableOfType(SQLException.class, () -> RealServer.rows(connection, nearest("plain")));
                assertThat(error.getSQLState()).as("%s", error).isEqualTo("XX001");
                assertThat(error.getMessage()).contains(rows.getFirst());
            }
            checkNearest(connection, "sound");
            checkNearest(connection, "indexed");
        }
    }

    private static String name(Harm harm) {
        return harm.name().toLowerCase(Locale.ROOT);
    }

    private static void create(Connection connection, String table, int rows) throws SQLException {
        RealServer.run(
                connection,
                "CREATE TABLE %s (id BIGINT PRIMARY KEY, v VECTOR(%d))".formatted(table, DIMENSION),
                "INSERT INTO " + table + " VALUES "
                        + IntStream.range(0, rows)
                                .mapToObj(id -> "(%d, '%s')".formatted(id, vector(id)))
                                .collect(Collectors.joining(", ")));
    }

    private static void createIndexed(Connection connection, String table, int rows) throws SQLException {
        create(connection, table, rows);
        RealServer.run(connection, "CREATE INDEX %s_v ON %s USING hnsw (v vector_l2_ops)".formatted(table, table));
    }

    private static String vector(int first) {
        return "[" + first + ", 0".repeat(DIMENSION - 1) + "]";
    }

    private static String nearest(String table) {
        return "SELECT id FROM %s ORDER BY v <-> '%s' LIMIT 3".formatted(table, vector(70));
    }

    private static void checkNearest(Connection connection, String table) throws SQLException {
        assertThat(RealServer.rows(connection, nearest(table))).containsExactlyInAnyOrder("69", "70", "71");
    }

    private static void awaitIndexed(Connection connection, String table, int rows) throws SQLException {
        RealServer.await(
                connection,
                "SELECT indexed_rows, flushed_rows FROM system.indexes WHERE table_name = '%s'".formatted(table),
                rows + "|" + rows);
    }

    /// The plan says through what the segments were searched.
    private static void awaitUse(Connection connection, String table) throws SQLException {
        var seen = new ArrayList<String>();
        RealServer.retry(() -> {
            seen.clear();
            RealServer.rows(connection, "EXPLAIN ANALYZE " + nearest(table)).stream()
                    .filter(line -> line.contains("shard: "))
                    .forEach(seen::add);
            return seen.stream().anyMatch(line -> line.contains("hnsw,"));
        });
        assertThat(seen).anyMatch(line -> line.contains("hnsw,")).noneMatch(line -> line.contains("no index"));
    }

    /// A file of a later assignment of the task that made this one.
    private static void awaitVersion(DataFiles files, Path build) throws Exception {
        String task = build.toString().replaceFirst("/[0-9]+/[0-9]+$", "/");
        RealServer.retry(
                () -> !files.objects(task).isEmpty() && !files.objects(task).contains(build));
        assertThat(files.objects(task)).hasSize(1).doesNotContain(build);
    }
}
