package io.elanus.sql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.sql.testing.SqlFixture;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionTest {
    private final SqlFixture fixture = new SqlFixture();

    @BeforeEach
    void fill() {
        fixture.runAll(
                "CREATE TABLE t (id BIGINT PRIMARY KEY, name VARCHAR, v VECTOR(2))",
                "INSERT INTO t VALUES (1, 'a', '[0,0]'), (2, 'b', '[1,1]'), (3, 'c', '[2,2]')");
    }

    @AfterEach
    void leavesNoMemory() {
        fixture.close();
    }

    private ErrorCode code(String sql, @Nullable Object... parameters) {
        try {
            fixture.run(sql, parameters);
        } catch (QueryException e) {
            assertThat(e.getMessage()).doesNotContain("io.elanus", "org.apache", "java.lang");
            assertThat(fixture.run("SELECT 1").rows()).containsExactly("1");
            return e.code();
        }
        throw new AssertionError("Succeeded: " + sql);
    }

    @Test
    void takesVectorsInEveryForm() {
        String nearest = "SELECT id FROM t ORDER BY v <-> ? LIMIT ?";
        byte[] packed = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(2)
                .putFloat(2)
                .array();
        for (Object query : List.of(new float[] {2, 2}, new double[] {2, 2}, "[2,2]", packed, List.of(2.0, 2.0))) {
            assertThat(fixture.run(nearest, query, 2).rows()).containsExactly("3", "2");
        }
    }

    @Test
    void namesTheTypesOfParameters() {
        try (var query =
                fixture.session().prepare("SELECT id FROM t WHERE name = ? ORDER BY v <=> ? LIMIT ? OFFSET ?")) {
            assertThat(query.parameters())
                    .containsExactly(
                            io.elanus.sql.type.Types.TEXT,
                            new ColumnType.Vector(2, VectorElement.FLOAT32),
                            ColumnType.Simple.BIGINT,
                            ColumnType.Simple.BIGINT);
        }
        try (var insert = fixture.session().prepare("INSERT INTO t (v, id) VALUES (?, ?)")) {
            assertThat(insert.parameters())
                    .containsExactly(new ColumnType.Vector(2, VectorElement.FLOAT32), ColumnType.Simple.BIGINT);
        }
    }

    @Test
    void refusesBadParametersAndStaysUsable() {
        String nearest = "SELECT id FROM t ORDER BY v <-> ? LIMIT ?";
        assertThat(code(nearest, new float[] {1, 2, 3}, 1)).isEqualTo(ErrorCode.DIMENSION_MISMATCH);
        assertThat(code(nearest, new float[] {1, Float.NaN}, 1)).isEqualTo(ErrorCode.VECTOR_NOT_FINITE);
        assertThat(code(nearest, "[1,x]", 1)).isEqualTo(ErrorCode.INVALID_TEXT);
        assertThat(code(nearest, new float[] {1, 2}, -1)).isEqualTo(ErrorCode.INVALID_PARAMETER);
        assertThat(code(nearest, new float[] {1, 2})).isEqualTo(ErrorCode.PROTOCOL_VIOLATION);
        assertThat(code("SELECT ?", 1)).isEqualTo(ErrorCode.DATATYPE_MISMATCH);
    }

    @Test
    void bindsLimitsAndBoundsOfASearch() {
        String nearest = "SELECT id FROM t WHERE v <-> ? < ? ORDER BY v <-> ? LIMIT ? OFFSET ?";
        float[] origin = {0, 0};
        List<String> all = fixture.run(nearest, origin, 1e9, origin, 10, 0).rows();
        assertThat(all).isNotEmpty();
        assertThat(fixture.run(nearest, origin, 1e9, origin, 1, 0).rows()).containsExactly(all.getFirst());
        assertThat(fixture.run(nearest, origin, 1e9, origin, 10, 1).rows())
                .containsExactlyElementsOf(all.subList(1, all.size()));
        assertThat(fixture.run(nearest, origin, 0.0, origin, 10, 0).rows()).isEmpty();
        assertThat(fixture.run(nearest, origin, null, origin, 10, 0).rows()).isEmpty();
        assertThat(fixture.run(nearest, origin, 1e9, origin, 0, 0).rows()).isEmpty();
    }

    @Test
    void showsWhatEveryOperatorDid() {
        assertThat(fixture.run("EXPLAIN ANALYZE SELECT name, count(*) FROM t JOIN t AS o USING (id, name)"
                                + " GROUP BY name")
                        .rows())
                .anyMatch(line -> line.contains("HashJoin"))
                .anyMatch(line -> line.matches("\\s+actual: \\d+ rows in [0-9.]+ ms"))
                .anyMatch(line -> line.matches("\\s+shard: segments .*cpu [0-9.]+ ms.*"))
                .anyMatch(line -> line.startsWith("rows: "))
                .anyMatch(line -> line.startsWith("time: "));
        assertThat(fixture.run("EXPLAIN ANALYZE DELETE FROM t WHERE id = 1").rows())
                .anyMatch(line -> line.contains("actual: 1 rows"))
                .contains("rows: 1");
    }

    @Test
    void countsWhatShardsSendAgainstTheStatementsMemory() {
        String numbers = "(VALUES " + "(1), ".repeat(99) + "(1))";
        fixture.run("INSERT INTO t (id, name) SELECT 1000 + row_number() OVER (), 'name' FROM " + numbers
                + " AS a CROSS JOIN " + numbers + " AS b");
        fixture.run("SET query_memory = 65536");
        assertThat(code("SELECT * FROM t")).isEqualTo(ErrorCode.OUT_OF_MEMORY);
        fixture.run("SET query_memory = '64MB'");
        assertThat(fixture.run("SELECT * FROM t").rows()).isNotEmpty();
    }

    @Test
    void survivesHugeLimits() {
        assertThat(fixture.run("SELECT id FROM t ORDER BY v <-> '[0,0]' LIMIT ?", 1_000_000_000L)
                        .rows())
                .hasSize(3);
        assertThat(fixture.run("SELECT id FROM t ORDER BY id OFFSET ?", Long.MAX_VALUE)
                        .rows())
                .isEmpty();
    }

    @Test
    void survivesHugeStatements() {
        var in = new StringBuilder("SELECT count(*) FROM t WHERE id IN (0");
        for (int i = 1; i < 5_000; i++) {
            in.append(", ").append(i);
        }
        assertThat(fixture.run(in.append(')').toString()).rows()).containsExactly("3");
        var or = new StringBuilder("SELECT count(*) FROM t WHERE name = 'x'");
        for (int i = 0; i < 5_000; i++) {
            or.append(" OR name = 'y' || ").append(i);
        }
        try {
            fixture.run(or.toString());
        } catch (QueryException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.STATEMENT_TOO_COMPLEX);
        }
        assertThat(fixture.run("SELECT 1").rows()).containsExactly("1");
    }

    @Test
    void writesABatchOfParametersAsOne() {
        var rows = new ArrayList<List<Object>>();
        for (long i = 10; i < 1_010; i++) {
            rows.add(List.of(i, "n" + i, new float[] {i, i}));
        }
        try (var insert = fixture.session().prepare("INSERT INTO t VALUES (?, ?, ?)")) {
            assertThat(insert.runBatch(rows, RunOptions.DEFAULT)).hasSize(1_000).containsOnly(1);
        }
        assertThat(fixture.run("SELECT count(*) FROM t").rows()).containsExactly("1003");
    }

    @Test
    void checksABatchOfParametersAsOne() {
        fixture.run("CREATE TABLE small (id BIGINT PRIMARY KEY CHECK (id < 60))");
        try (var insert = fixture.session().prepare("INSERT INTO small VALUES (?)")) {
            List<List<Object>> rows = List.of(List.of(59L), List.of(60L));
            assertThatThrownBy(() -> insert.runBatch(rows, RunOptions.DEFAULT))
                    .isInstanceOfSatisfying(
                            QueryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECK_VIOLATION))
                    .hasMessageContaining("key [60]");
            assertThat(insert.runBatch(rows.subList(0, 1), RunOptions.DEFAULT)).containsExactly(1);
        }
        assertThat(fixture.run("SELECT id FROM small").rows()).containsExactly("59");
    }

    @Test
    void noticesThatTheCatalogHasChanged() {
        try (var query = fixture.session().prepare("SELECT * FROM t WHERE id = 1")) {
            fixture.runAll("DROP TABLE t", "CREATE TABLE t (id BIGINT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            try (Running running = query.run(List.of(), RunOptions.DEFAULT)) {
                try (var batch = running.next()) {
                    assertThat(batch).isNotNull();
                }
            }
            assertThat(query.columns()).hasSize(1);
        }
    }

    @Test
    void cutsTheResultAtTheMostRows() {
        try (var query = fixture.session().prepare("SELECT id FROM t");
                Running running = query.run(List.of(), new RunOptions(2, Duration.ZERO))) {
            long rows = 0;
            for (var batch = running.next(); batch != null; batch = running.next()) {
                rows += batch.getRowCount();
                batch.close();
            }
            assertThat(rows).isEqualTo(2);
        }
    }

    @Test
    void cancelsWhatRuns() {
        try (var query = fixture.session().prepare("SELECT id FROM t");
                Running running = query.run(List.of(), RunOptions.DEFAULT)) {
            assertThat(fixture.run("SELECT query_id FROM system.queries").rows())
                    .contains(running.queryId());
            running.cancel();
            assertThat(org.assertj.core.api.Assertions.catchThrowable(running::next))
                    .isInstanceOfSatisfying(
                            QueryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        }
    }

    @Test
    void remembersItsOwnWrites() {
        long before = fixture.session().sessionTimestamp();
        fixture.run("INSERT INTO t (id) VALUES (50)");
        assertThat(fixture.session().sessionTimestamp()).isGreaterThan(before);
    }

    @Test
    void searchesByKeyWithoutReadingTheTable() {
        int before = fixture.tables().reads();
        assertThat(fixture.run("SELECT name FROM t WHERE id IN (?, ?) ORDER BY name", 1, 3)
                        .rows())
                .containsExactly("a", "c");
        assertThat(fixture.tables().reads()).isEqualTo(before + 1);
        assertThat(String.join(
                        "\n",
                        fixture.run("EXPLAIN SELECT name FROM t WHERE id = ?", 1)
                                .rows()))
                .contains("key: id in [?1]");
    }
}
