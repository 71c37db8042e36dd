package io.elanus.sql.doors;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.doors.DataFiles.Harm;
import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.IndexFormats;
import io.elanus.storage.index.IndexParameter;
import io.elanus.storage.index.VectorIndexFormat;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every kind of index, and every parameter of each, through JDBC.
class IndexKindsTest {
    private static final int ROWS = 300;
    private static final int DIMENSION = 16;
    private static final int WANTED = 70;

    /// An index over a column of its own.
    ///
    /// @param value literal of a row
    /// @param query of a table `kinds` where `%s` is the column
    private record Kind(String index, String type, IntFunction<String> value, String query, String... answer) {
        static Kind vector(String index) {
            return new Kind(
                    index + " (%s vector_l2_ops)",
                    "VECTOR(" + DIMENSION + ")",
                    IndexKindsTest::vectorOf,
                    "SELECT id FROM kinds ORDER BY %s <-> " + vectorOf(WANTED) + " LIMIT 1",
                    "" + WANTED);
        }

        static Kind bits(String index) {
            return new Kind(
                    index + " (%s)",
                    "VECTOR(" + DIMENSION + ", BINARY)",
                    IndexKindsTest::bitsOf,
                    "SELECT id FROM kinds ORDER BY hamming_distance(%s, " + bitsOf(WANTED) + ") LIMIT 1",
                    "" + WANTED);
        }

        static Kind number(String index) {
            return new Kind(
                    index + " (%s)",
                    "INTEGER",
                    Integer::toString,
                    "SELECT id FROM kinds WHERE %s = " + WANTED,
                    "" + WANTED);
        }

        Kind with(String parameters) {
            return new Kind(index + " WITH (" + parameters + ")", type, value, query, answer);
        }

        String create(int number) {
            return "CREATE INDEX kinds_%d ON kinds USING ".formatted(number) + index.formatted(column(number));
        }

        static String column(int number) {
            return "c" + number;
        }
    }

    private static final List<Kind> KINDS = List.of(
            Kind.vector("autoindex"),
            Kind.vector("flat"),
            Kind.vector("hnsw").with("m = 8, ef_construction = 40"),
            Kind.vector("hnsw").with("codes = 'sq8'"),
            Kind.vector("hnsw").with("codes = 'rabitq', code_bits = 4"),
            Kind.vector("hnsw").with("layout = 'quantized'"),
            Kind.vector("ivf_flat").with("nlist = 4, nprobe = 4"),
            Kind.vector("ivf_sq8").with("nlist = 4, nprobe = 4"),
            Kind.vector("ivf_pq").with("nlist = 4, nprobe = 4, m = 8, refine = 50"),
            Kind.vector("ivf_rabitq").with("nlist = 4, nprobe = 4, code_bits = 4, refine = 50"),
            Kind.vector("diskann").with("max_degree = 16, alpha = 1.1"),
            Kind.bits("bin_flat"),
            Kind.bits("bin_ivf_flat").with("nlist = 4, nprobe = 4"),
            Kind.bits("bin_hnsw"),
            new Kind(
                    "sparse_inverted (%s sparsevec_ip_ops)",
                    "SPARSEVEC(9)",
                    row -> "'{1:%d}/9'".formatted(row + 1),
                    "SELECT id FROM kinds ORDER BY %s <#> '{1:1}/9' LIMIT 1",
                    "" + (ROWS - 1)),
            new Kind(
                    "fulltext (%s) WITH (analyzer = 'standard')",
                    "VARCHAR",
                    "'word%d'"::formatted,
                    "SELECT id FROM kinds WHERE MATCH(%s, 'word" + WANTED + "')",
                    "" + WANTED),
            Kind.number("sorted"),
            Kind.number("bitmap"),
            Kind.number("inverted"));

    /// A flat index is no file: the rows themselves are compared.
    private static final int FILES = (int) KINDS.stream()
            .filter(kind -> !kind.index().startsWith("flat") && !kind.index().startsWith("bin_flat"))
            .count();

    @TempDir
    private Path data;

    private static String vectorOf(int row) {
        return "'[" + row + ", 1".repeat(DIMENSION - 1) + "]'";
    }

    private static String bitsOf(int row) {
        return "'" + Integer.toBinaryString(1 << DIMENSION | row).substring(1) + "'";
    }

    /// Refused, served by comparing all rows, and built again by itself: whatever kind of index it is and whatever
    /// happened to its file.
    @Test
    void aDamagedFileOfAnyKindCostsNoRowAndIsBuiltAgainByItself() throws Exception {
        var settings = Map.of("coordinators.index.min-rows", "1", "coordinators.index.assign-interval", "50 ms");
        var files = new DataFiles(data);
        try (RealServer server = RealServer.start(data, settings);
                Connection connection = server.connect()) {
            create(connection);
            awaitIndexed(connection);
            check(connection);
        }
        List<Path> builds = files.objects("index_files");
        assertThat(builds).hasSize(FILES);
        Harm[] harms = Harm.values();
        for (int i = 0; i < builds.size(); i++) {
            files.spoil(harms[i % harms.length], List.of(builds.get(i)));
        }
        try (RealServer server = RealServer.start(data, settings);
                Connection connection = server.connect()) {
            check(connection);
            RealServer.retry(() -> {
                List<Path> now = files.objects("index_files");
                return now.size() == FILES && now.stream().noneMatch(builds::contains);
            });
            assertThat(files.objects("index_files"))
                    .as("the spoilt ones are gone, others are there")
                    .hasSize(FILES)
                    .doesNotContainAnyElementsOf(builds);
            awaitIndexed(connection);
            check(connection);
        }
    }

    private static void create(Connection connection) throws SQLException {
        String columns = IntStream.range(0, KINDS.size())
                .mapToObj(number ->
                        ", " + Kind.column(number) + " " + KINDS.get(number).type())
                .collect(Collectors.joining());
        String rows = IntStream.range(0, ROWS)
                .mapToObj(row -> KINDS.stream()
                        .map(kind -> kind.value().apply(row))
                        .collect(Collectors.joining(", ", "(" + row + ", ", ")")))
                .collect(Collectors.joining(", "));
        RealServer.run(
                connection,
                "CREATE TABLE kinds (id BIGINT PRIMARY KEY" + columns + ")",
                "INSERT INTO kinds VALUES " + rows);
        for (int number = 0; number < KINDS.size(); number++) {
            RealServer.run(connection, KINDS.get(number).create(number));
        }
        RealServer.run(connection, "FLUSH kinds");
    }

    private static void awaitIndexed(Connection connection) throws SQLException {
        for (int number = 0; number < KINDS.size(); number++) {
            RealServer.await(
                    connection,
                    "SELECT indexed_rows FROM system.indexes WHERE index_name = 'kinds_%d'".formatted(number),
                    "" + ROWS);
        }
    }

    private static void check(Connection connection) throws SQLException {
        for (int number = 0; number < KINDS.size(); number++) {
            Kind kind = KINDS.get(number);
            assertThat(RealServer.rows(connection, kind.query().formatted(Kind.column(number))))
                    .as(kind.index())
                    .containsExactly(kind.answer());
        }
    }

    @Test
    void aWrongParameterOfAnyKindIsToldTheRangeOrTheNearestName() throws Exception {
        try (RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            RealServer.run(
                    connection, "CREATE TABLE t (id BIGINT PRIMARY KEY, v VECTOR(8), s SPARSEVEC(9), body VARCHAR)");
            for (VectorIndexFormat format : new IndexFormats(BuildPool.CALLER).all()) {
                for (IndexParameter parameter : format.parameters()) {
                    checkParameter(connection, format.name(), parameter);
                }
            }
            assertThat(error(connection, "CREATE INDEX ON t USING hnws (v)")).contains("[hnsw]");
        }
    }

    private static void checkParameter(Connection connection, String format, IndexParameter parameter)
            throws SQLException {
        boolean words = !parameter.choices().isEmpty();
        String right = words ? "'" + parameter.choices().getFirst() + "'" : parameter.text(parameter.defaultValue());
        String wrong = words ? "'no such word'" : parameter.text(parameter.max() + 1);
        RealServer.run(connection, create(format, parameter.name(), right), "DROP INDEX x");
        assertThat(error(connection, create(format, parameter.name(), wrong)))
                .contains(parameter.name())
                .contains(parameter.range());
        assertThat(error(connection, create(format, parameter.name() + "q", right)))
                .contains("[" + parameter.name() + "]");
    }

    private static String create(String format, String parameter, String value) {
        String column = switch (format) {
            case "sparse_inverted" -> "s sparsevec_ip_ops";
            case "fulltext" -> "body";
            default -> "v";
        };
        return "CREATE INDEX x ON t USING %s (%s) WITH (%s = %s)".formatted(format, column, parameter, value);
    }

    private static String error(Connection connection, String sql) {
        try {
            RealServer.run(connection, sql);
        } catch (SQLException error) {
            assertThat(error.getSQLState()).as("%s", error).isIn("22023", "42704");
            return String.valueOf(error.getMessage());
        }
        throw new AssertionError("Was taken: " + sql);
    }
}
