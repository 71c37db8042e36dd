package io.elanus.sql.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.sql.testing.SqlFixture;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `FROM 'file'`.
class FileTableTest {
    private static final String COLUMNS = """
            (id BIGINT PRIMARY KEY, flag BOOLEAN, tiny TINYINT, small SMALLINT, whole INTEGER, single REAL,
            number DOUBLE, amount DECIMAL(20, 3), word VARCHAR, raw VARBINARY, "day" DATE, clock TIME, local TIMESTAMP,
            instant TIMESTAMP WITH TIME ZONE, code UUID, document JSON, tags VARCHAR ARRAY, v VECTOR(3),
            bytes VECTOR(2, INT8))""";

    @TempDir
    private Path folder;

    private final SqlFixture fixture = new SqlFixture();

    @AfterEach
    void leavesNoMemory() {
        fixture.close();
    }

    private String file(String name, String text) throws IOException {
        return "'" + Files.writeString(folder.resolve(name), text) + "'";
    }

    private List<String> rows(String sql) {
        return fixture.run(sql).rows();
    }

    private QueryException refused(String sql) {
        try {
            fixture.run(sql);
        } catch (QueryException e) {
            return e;
        }
        throw new AssertionError("Not refused: " + sql);
    }

    private List<String> types(String table) {
        return rows("SELECT column_name, column_type FROM information_schema.columns WHERE table_name = '" + table
                + "' ORDER BY ordinal_position");
    }

    private void createTyped() {
        fixture.run("CREATE TABLE t " + COLUMNS);
        fixture.run("""
                INSERT INTO t VALUES
                (1, true, -8, 300, 70000, 0.5, 0.1, 12345678901.234, 'a,"b"', x'00ff', DATE '2024-02-29', TIME '23:59:59',
                 TIMESTAMP '2024-02-29 01:02:03.456789', '2024-02-29 01:02:03+00',
                 '00000000-0000-0000-0000-0000000000ff', '{"a":[1,2]}', ARRAY['x', NULL, 'y,z'], '[1,-2.5,3]',
                 '[-128,127]'),
                (2, false, 1, 2, 3, -1.5, 1e300, -0.001, '', x'', DATE '1969-12-31', TIME '00:00:00',
                 TIMESTAMP '1900-01-01 00:00:00', '1900-01-01 00:00:00+00', '00000000-0000-0000-0000-000000000000',
                 '"x"', '{}', '[0,0,0]', '[0,0]')""");
        fixture.run("INSERT INTO t (id) VALUES (3)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"t.parquet", "t.arrow"})
    void typedFormatsAnswerAsTheTableThatWroteThem(String name) {
        createTyped();
        String file = "'" + folder.resolve(name) + "'";
        fixture.run("COPY t TO " + file);

        assertThat(rows("SELECT * FROM " + file + " ORDER BY id")).isEqualTo(rows("SELECT * FROM t ORDER BY id"));
        fixture.run("CREATE TABLE again AS SELECT * FROM " + file);
        assertThat(types("again")).isEqualTo(types("t"));
        assertThat(rows("SELECT * FROM again ORDER BY id")).isEqualTo(rows("SELECT * FROM t ORDER BY id"));
    }

    @Test
    void readsWhatPyarrowWrote() throws URISyntaxException {
        Path made = Path.of(FileTableTest.class.getResource("/parquet").toURI());
        try (var files = Files.list(made)) {
            for (Path path : files.filter(file -> file.toString().endsWith(".parquet"))
                    .filter(file -> !file.endsWith("brotli.parquet"))
                    .toList()) {
                assertThat(rows("SELECT count(*) FROM '" + path + "'"))
                        .as(path.toString())
                        .hasSize(1);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void csvHasTheNamesOfItsHeaderAndTheTypesOfItsFirstRows() throws IOException {
        String file = file("Some File.csv", """
                Id,price,code,day,at,moment,emb,flag,,note
                1,2,007,2024-02-29,2024-02-29 01:02:03,2024-02-29T01:02:03Z,"[1,2,3]",true,x,
                2,2.5,042,2024-03-01,2024-02-29 01:02:04,2024-02-29T01:02:03+01:00,"[4, 5, 6]",FALSE,y,
                """);
        fixture.run("CREATE TABLE c AS SELECT * FROM " + file);

        assertThat(types("c"))
                .containsExactly(
                        "id|BIGINT",
                        "price|DOUBLE",
                        "code|VARCHAR",
                        "day|DATE",
                        "at|TIMESTAMP",
                        "moment|TIMESTAMP WITH TIME ZONE",
                        "emb|VECTOR(3)",
                        "flag|BOOLEAN",
                        "column9|VARCHAR",
                        "note|VARCHAR");
        assertThat(rows("SELECT id, price, code, emb, flag, column9, note FROM " + file
                        + " ORDER BY emb <-> '[4,5,5]'"))
                .containsExactly("2|2.5|042|[4,5,6]|false|y|NULL", "1|2|007|[1,2,3]|true|x|NULL");
    }

    @Test
    void jsonLinesHaveTheColumnsOfTheirMembers() throws IOException {
        String file = file("rows.jsonl", """
                {"ID": 1, "emb": [1, 2], "deep": {"a": 1}, "mixed": 1}

                {"id": 2.5, "late": "x", "mixed": "one", "emb": null}
                """);

        assertThat(rows("SELECT id, emb, deep, mixed, late FROM " + file))
                .containsExactly("1|[1,2]|{\"a\":1}|1|NULL", "2.5|NULL|NULL|\"one\"|x");
    }

    @Test
    void vectorFilesHaveNumberedRows() throws IOException {
        var bytes = ByteBuffer.allocate(2 * 12).order(ByteOrder.LITTLE_ENDIAN);
        for (float first : new float[] {1, 5}) {
            bytes.putInt(2).putFloat(first).putFloat(2);
        }
        String file = "'" + Files.write(folder.resolve("base.fvecs"), bytes.array()) + "'";

        assertThat(rows("SELECT * FROM " + file)).containsExactly("0|[1,2]", "1|[5,2]");
        assertThat(rows("SELECT base.id FROM " + file + " WHERE vector <-> '[5,2]' < 0.5"))
                .containsExactly("1");
        assertThat(rows("SELECT count(*) FROM " + file)).containsExactly("2");
    }

    @Test
    void joinsAndChangesTables() throws IOException {
        fixture.run("CREATE TABLE item (id BIGINT PRIMARY KEY, name VARCHAR, price DOUBLE)");
        fixture.run("INSERT INTO item VALUES (1, 'one', 1), (2, 'two', 2)");
        String file = file("prices.csv", "id,price\n1,10\n3,30\n");

        assertThat(rows("SELECT name, prices.price FROM item JOIN " + file + " USING (id)"))
                .containsExactly("one|10");
        assertThat(rows("SELECT name FROM item WHERE id NOT IN (SELECT id FROM " + file + " AS f)"))
                .containsExactly("two");
        fixture.run("UPDATE item SET price = f.price FROM " + file + " AS f WHERE f.id = item.id");
        fixture.run("INSERT INTO item SELECT id, 'new', price FROM " + file + " AS f (id, price) WHERE id > 2");
        fixture.run("MERGE INTO item USING " + file + " AS f ON item.id = f.id AND f.price > 20"
                + " WHEN MATCHED THEN UPDATE SET name = 'merged'");
        assertThat(rows("SELECT * FROM item ORDER BY id")).containsExactly("1|one|10", "2|two|2", "3|merged|30");
    }

    @Test
    void decodesOnlyTheColumnsThatAreUsed() throws IOException {
        String file = file("wide.csv", "a,b,c,d\n1,2,3,4\n5,6,7,8\n");

        assertThat(String.join("\n", rows("EXPLAIN SELECT a + 1 FROM " + file + " WHERE c > 3")))
                .contains("FileScan wide.csv columns=a, c");
        assertThat(rows("SELECT a + 1 FROM " + file + " WHERE c > 3")).containsExactly("6");
        assertThat(rows("SELECT sum(d), min(b) FROM " + file)).containsExactly("12|2");
        assertThat(rows("SELECT count(*) FROM " + file)).containsExactly("2");
        assertThat(rows("SELECT x.d, y.a FROM " + file + " x, " + file + " y WHERE x.a = y.a AND y.b = 6"))
                .containsExactly("8|5");
    }

    @Test
    void readsManyRowsABatchAtATime() throws IOException {
        var text = new StringBuilder("n,v\n");
        for (int i = 0; i < 20_000; i++) {
            text.append(i).append(",\"[").append(i).append(",1]\"\n");
        }
        String file = file("many.csv", text.toString());

        assertThat(rows("SELECT count(*), sum(n) FROM " + file)).containsExactly("20000|199990000");
        assertThat(rows("SELECT n FROM " + file + " ORDER BY v <-> '[777.2,1]' LIMIT 2"))
                .containsExactly("777", "778");
        assertThat(rows("SELECT n FROM " + file + " LIMIT 1 OFFSET 9999")).containsExactly("9999");
    }

    @Test
    void sayWhereAFileIsDamaged() throws IOException {
        var text = new StringBuilder("n,word\n");
        for (int i = 0; i < 1_500; i++) {
            text.append(i == 1_200 ? "many" : i).append(",x\n");
        }
        QueryException wrong = refused("SELECT sum(n) FROM " + file("bad.csv", text.toString()));

        assertThat(wrong.code()).isEqualTo(ErrorCode.INVALID_TEXT);
        assertThat(wrong)
                .hasMessageContaining("Row [1201]")
                .hasMessageContaining("byte [")
                .hasMessageContaining("bad.csv");
        assertThat(refused("SELECT * FROM " + file("bad.parquet", "PAR1 and nothing else"))
                        .code())
                .isEqualTo(ErrorCode.BAD_COPY_FILE);
        assertThat(refused("SELECT * FROM " + file("bad.arrow", "nothing")).code())
                .isEqualTo(ErrorCode.BAD_COPY_FILE);
        assertThat(refused("SELECT * FROM " + file("bad.npy", "nothing")).code())
                .isEqualTo(ErrorCode.BAD_COPY_FILE);
        assertThat(refused("SELECT * FROM " + file("bad.fvecs", "x")).code()).isEqualTo(ErrorCode.BAD_COPY_FILE);
        assertThat(refused("SELECT * FROM " + file("bad.jsonl", "{\"a\": 1}\n[1]\n"))
                        .code())
                .isEqualTo(ErrorCode.BAD_COPY_FILE);
        assertThat(refused("SELECT * FROM " + file("empty.csv", "")).code()).isEqualTo(ErrorCode.BAD_COPY_FILE);
        assertThat(refused("SELECT * FROM " + file("twice.csv", "a,A\n1,2\n")).code())
                .isEqualTo(ErrorCode.DUPLICATE_COLUMN);
        assertThat(refused("SELECT * FROM '" + folder.resolve("none.csv") + "'").code())
                .isEqualTo(ErrorCode.IO_ERROR);
        assertThat(refused("SELECT 1 FROM '" + folder + "/data'").code()).isEqualTo(ErrorCode.INVALID_PARAMETER);
        assertThat(refused("SELECT 1 FROM '" + folder + "/data.xml'").code()).isEqualTo(ErrorCode.INVALID_PARAMETER);
    }

    @Test
    void viewsAndPoliciesReadNoFiles() throws IOException {
        String file = file("v.csv", "a\n1\n");
        fixture.run("CREATE TABLE t (id BIGINT PRIMARY KEY)");

        assertThat(refused("CREATE VIEW w AS SELECT * FROM " + file).code()).isEqualTo(ErrorCode.FEATURE_NOT_SUPPORTED);
        assertThat(refused("CREATE POLICY p ON t USING (id IN (SELECT a FROM " + file + " AS f))")
                        .code())
                .isEqualTo(ErrorCode.FEATURE_NOT_SUPPORTED);
    }

    @Test
    void seesAFileAsItIsNow() throws IOException {
        String file = file("now.csv", "a\n1\n");
        String query = "SELECT * FROM " + file;
        assertThat(rows(query)).containsExactly("1");
        try (PreparedQuery prepared = fixture.session().prepare(query)) {
            file("now.csv", "b,c\nx,y\n");

            assertThat(rows(query)).containsExactly("x|y");
            try (var running = prepared.run(List.of(), RunOptions.DEFAULT);
                    var batch = Objects.requireNonNull(running.next())) {
                assertThat(batch.getFieldVectors()).hasSize(2);
            }
        }
    }
}
