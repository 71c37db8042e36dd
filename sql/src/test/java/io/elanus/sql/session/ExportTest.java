package io.elanus.sql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.testing.SqlFixture;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExportTest {
    private static final String COLUMNS = """
            (id BIGINT PRIMARY KEY, flag BOOLEAN, tiny TINYINT, small SMALLINT, whole INTEGER, single REAL,
            number DOUBLE, amount DECIMAL(20, 3), word VARCHAR, raw VARBINARY, "day" DATE, clock TIME, local TIMESTAMP,
            instant TIMESTAMP WITH TIME ZONE, code UUID, document JSON, tags VARCHAR ARRAY, v VECTOR(3),
            half VECTOR(2, FLOAT16), bytes VECTOR(2, INT8), bits VECTOR(16, BINARY))""";

    @TempDir
    private Path folder;

    private final SqlFixture fixture = new SqlFixture();

    @BeforeEach
    void createTables() {
        fixture.run("CREATE TABLE t " + COLUMNS);
        fixture.run("CREATE TABLE back " + COLUMNS);
        fixture.run("""
                INSERT INTO t VALUES
                (1, true, -8, 300, 70000, 0.5, 0.1, 12345678901.234, 'a,"b"', x'00ff', DATE '2024-02-29', TIME '23:59:59',
                 TIMESTAMP '2024-02-29 01:02:03.456789', '2024-02-29 01:02:03+00',
                 '00000000-0000-0000-0000-0000000000ff', '{"a":[1,2]}', ARRAY['x', NULL, 'y,z'], '[1,-2.5,3]',
                 '[0.5,2]', '[-128,127]', NULL),
                (2, false, 1, 2, 3, -1.5, 1e300, -0.001, '', x'', DATE '1969-12-31', TIME '00:00:00',
                 TIMESTAMP '1900-01-01 00:00:00', '1900-01-01 00:00:00+00', '00000000-0000-0000-0000-000000000000',
                 '"x"', '{}', '[0,0,0]', '[0,0]', '[0,0]', NULL)""");
        fixture.run("INSERT INTO t (id) VALUES (3)");
    }

    @AfterEach
    void leavesNoMemory() {
        fixture.close();
    }

    private List<String> rows(String table) {
        return fixture.run("SELECT * FROM " + table + " ORDER BY id").rows();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "t.csv",
                "t.tsv",
                "t.jsonl",
                "t.arrow",
                "t.parquet",
                "t.parquet' WITH (compression zstd) --",
                "t.parquet' WITH (compression gzip) --",
                "t.parquet' WITH (compression lz4_raw) --",
                "t.parquet' WITH (compression uncompressed) --"
            })
    void whatIsWrittenReadsBackTheSame(String target) throws IOException {
        String file = folder.resolve(target).toString();
        assertThat(fixture.run("COPY t TO '" + file + "'").count()).isEqualTo(3);
        String plain = file.replaceAll("'.*", "");
        assertThat(fixture.run("COPY back FROM '" + plain + "'").count()).isEqualTo(3);
        assertThat(rows("back")).containsExactlyElementsOf(rows("t"));
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(Path.of(plain));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fvecs", "ivecs", "bvecs", "npy"})
    void vectorsAloneReadBackTheSame(String format) {
        fixture.run("CREATE TABLE given (id BIGINT PRIMARY KEY, v VECTOR(3))");
        fixture.run("INSERT INTO given VALUES (5, '[1,2,3]'), (6, '[0,255,7]'), (7, '[9,8,0]')");
        fixture.run("CREATE TABLE vectors (id BIGINT PRIMARY KEY, v VECTOR(3))");
        Path file = folder.resolve("v." + format);
        assertThat(fixture.run("COPY (SELECT v FROM given ORDER BY id) TO '" + file + "'")
                        .count())
                .isEqualTo(3);
        fixture.run("COPY vectors FROM '" + file + "' WITH (first_key 5)");
        assertThat(rows("vectors")).containsExactlyElementsOf(rows("given"));
        assertThatThrownBy(() -> fixture.run("COPY given TO '" + file + "'"))
                .hasMessageContaining("one vector per row");
        fixture.run("INSERT INTO given (id) VALUES (8)");
        assertThatThrownBy(() -> fixture.run("COPY (SELECT v FROM given ORDER BY id) TO '" + file + "'"))
                .hasMessageContaining("Row [4] has no vector");
    }

    @Test
    void bytesOfNpyAndFractionsInBvecs() {
        fixture.run("CREATE TABLE given (id BIGINT PRIMARY KEY, b VECTOR(2, INT8), v VECTOR(2))");
        fixture.run("INSERT INTO given VALUES (0, '[-128,127]', '[0.5,1]'), (1, '[0,-1]', '[2,256]')");
        fixture.run("CREATE TABLE vectors (id BIGINT PRIMARY KEY, b VECTOR(2, INT8))");
        Path file = folder.resolve("b.npy");
        fixture.run("COPY (SELECT b FROM given ORDER BY id) TO '" + file + "'");
        fixture.run("COPY vectors FROM '" + file + "'");
        assertThat(rows("vectors")).containsExactly("0|[-128,127]", "1|[0,-1]");
        assertThatThrownBy(() ->
                        fixture.run("COPY (SELECT v FROM given ORDER BY id) TO '" + folder.resolve("v.bvecs") + "'"))
                .hasMessageContaining("Row [1] has an element [0.5]");
    }

    @Test
    void writesQueries() throws IOException {
        Path file = folder.resolve("q.csv");
        assertThat(fixture.run("COPY (SELECT id, word AS w FROM t WHERE id < 3 ORDER BY id) TO '" + file
                                + "' WITH (header true, delimiter ';')")
                        .count())
                .isEqualTo(2);
        assertThat(Files.readString(file)).isEqualTo("id;w\n1;\"a,\"\"b\"\"\"\n2;\"\"\n");
        fixture.run("COPY t (id, whole) TO '" + file + "' WITH (format jsonl)");
        assertThat(Files.readString(file))
                .isEqualTo("{\"id\":1,\"whole\":70000}\n{\"id\":2,\"whole\":3}\n{\"id\":3,\"whole\":null}\n");
    }

    @Test
    void writesManyRowsAsSeveralPagesAndPartsOfAFile() {
        fixture.run("CREATE TABLE many (id INTEGER PRIMARY KEY, name VARCHAR, v VECTOR(4))");
        for (int i = 0; i < 5; i++) {
            fixture.run("INSERT INTO many SELECT 4000 * " + i
                    + " + n, 'name-' || (n % 50), CASE WHEN n % 7 > 0 THEN ARRAY[n, 1, 2, 3] END FROM "
                    + "(SELECT row_number() OVER () AS n FROM (VALUES " + "(1), ".repeat(62) + "(1)) AS a CROSS JOIN "
                    + "(VALUES " + "(1), ".repeat(62) + "(1)) AS b) AS numbers");
        }
        Path file = folder.resolve("many.parquet");
        assertThat(fixture.run("COPY many TO '" + file + "'").count()).isEqualTo(5 * 63 * 63);
        fixture.run("CREATE TABLE again (id INTEGER PRIMARY KEY, name VARCHAR, v VECTOR(4))");
        fixture.run("COPY again FROM '" + file + "'");
        assertThat(fixture.run("SELECT * FROM many EXCEPT SELECT * FROM again").rows())
                .isEmpty();
        assertThat(fixture.run("SELECT count(*) FROM again").rows()).containsExactly(Integer.toString(5 * 63 * 63));
    }

    @Test
    void leavesNothingBehindAfterAnError() throws IOException {
        Path file = folder.resolve("bad.csv");
        assertThatThrownBy(() -> fixture.run("COPY (SELECT 1 / (id - 2) FROM t) TO '" + file + "'"))
                .isInstanceOfSatisfying(
                        QueryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DIVISION_BY_ZERO));
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
        assertThatThrownBy(() -> fixture.run("COPY t TO '" + folder.resolve("no/such/folder.csv") + "'"))
                .hasMessageContaining("could not be written");
        assertThatThrownBy(() -> fixture.run("COPY t TO '" + folder.resolve("t.xls") + "'"))
                .hasMessageContaining("xls");
        assertThatThrownBy(() -> fixture.run("COPY t TO '" + folder.resolve("t.csv") + "' WITH (compression 'rar')"))
                .hasMessageContaining("rar");
        assertThatThrownBy(() -> fixture.run("COPY missing TO '" + file + "'")).hasMessageContaining("missing");
    }
}
