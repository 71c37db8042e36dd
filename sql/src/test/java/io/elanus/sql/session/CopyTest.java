package io.elanus.sql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.session.PreparedQuery.RunOptions;
import io.elanus.sql.testing.SqlFixture;
import io.elanus.storage.ErrorCode;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyTest {
    @TempDir
    private Path folder;

    private final SqlFixture fixture = new SqlFixture();

    @BeforeEach
    void createTable() {
        fixture.run("CREATE TABLE t (id BIGINT PRIMARY KEY, name VARCHAR(5), v VECTOR(2))");
    }

    @AfterEach
    void leavesNoMemory() {
        fixture.close();
    }

    private Path text(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private Path floats(String name, float... values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 6).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i += 2) {
            bytes.putInt(2).putFloat(values[i]).putFloat(values[i + 1]);
        }
        return Files.write(folder.resolve(name), bytes.array());
    }

    private long copy(String into, Path file, String options) {
        return fixture.run("COPY " + into + " FROM '" + file + "' " + options).count();
    }

    private List<String> rows() {
        return fixture.run("SELECT * FROM t ORDER BY id").rows();
    }

    private QueryException refused(String into, Path file, String options) {
        try {
            copy(into, file, options);
        } catch (QueryException e) {
            return e;
        }
        throw new AssertionError("Loaded " + file);
    }

    @Test
    void loadsCsv() throws IOException {
        Path file = text("t.csv", "id,name,v\n1,a,\"[1,2]\"\n2,,\n");
        assertThat(copy("t", file, "WITH (FORMAT csv, HEADER true)")).isEqualTo(2);
        assertThat(rows()).containsExactly("1|a|[1,2]", "2|NULL|NULL");
    }

    @Test
    void refusesKeysThatExistAndNamesTheRow() throws IOException {
        copy("t", text("a.csv", "1,a,\n2,b,\n"), "");
        QueryException e = refused("t", text("b.csv", "3,c,\n2,d,\n"), "");
        assertThat(e.code()).isEqualTo(ErrorCode.UNIQUE_VIOLATION);
        assertThat(e.getMessage()).contains("[id]", "row [2]", "[b.csv]", "[0] of its rows");
        assertThat(e.hint().orElse("")).contains("on_conflict");
        e = refused("t", text("c.csv", "4,c,\n5,d,\n4,e,\n"), "");
        assertThat(e.code()).isEqualTo(ErrorCode.UNIQUE_VIOLATION);
        assertThat(e.getMessage()).contains("row [3]", "earlier in the file");
        assertThat(rows()).containsExactly("1|a|NULL", "2|b|NULL");
    }

    @Test
    void leavesOutOrReplacesRowsWithTheSameKey() throws IOException {
        assertThat(copy("t", text("a.csv", "1,a,\n1,b,\n"), "WITH (on_conflict replace)"))
                .isEqualTo(1);
        assertThat(copy("t", text("b.csv", "1,c,\n2,d,\n2,e,\n"), "WITH (on_conflict ignore)"))
                .isEqualTo(1);
        assertThat(rows()).containsExactly("1|b|NULL", "2|d|NULL");
        copy("t", text("c.csv", "1,c,\n"), "WITH (on_conflict replace)");
        assertThat(rows()).containsExactly("1|c|NULL", "2|d|NULL");
        assertThatThrownBy(() -> copy("t", folder.resolve("a.csv"), "WITH (on_conflict 'replce')"))
                .hasMessageContaining("replce");
    }

    @Test
    void heedsConstraints() throws IOException {
        fixture.run("ALTER TABLE t ADD CONSTRAINT short CHECK (name <> 'long' OR id > 5)");
        for (String mode : List.of("error", "ignore", "replace")) {
            Path file = text("a.csv", "6,long,\n7,,\n5,long,\n");
            QueryException e = refused("t", file, "WITH (on_conflict %s)".formatted(mode));
            assertThat(e.code()).isEqualTo(ErrorCode.CHECK_VIOLATION);
            assertThat(e.getMessage()).contains("key [5]", "[short]");
        }
        assertThat(copy("t", text("b.csv", "6,long,\n7,,\n"), "")).isEqualTo(2);
        assertThat(rows()).containsExactly("6|long|NULL", "7|NULL|NULL");
    }

    @Test
    void saysHowManyRowsOfALongFileAreIn() throws IOException {
        fixture.run("INSERT INTO t (id) VALUES (20000)");
        var csv = new StringBuilder();
        for (int i = 1; i <= 30_000; i++) {
            csv.append(i).append(",n,\n");
        }
        Path file = text("long.csv", csv.toString());
        QueryException e = refused("t", file, "");
        assertThat(e.getMessage()).contains("row [20000]", "[long.csv]");
        int in = fixture.run("SELECT * FROM t").rows().size() - 1;
        assertThat(e.getMessage()).contains("[" + in + "] of its rows were loaded");
        assertThat(copy("t", file, "WITH (on_conflict ignore)")).isEqualTo(30_000 - in - 1);
        assertThat(fixture.run("SELECT count(*) FROM t").rows()).containsExactly("30000");
    }

    @Test
    void takesRowsFromTheClient() throws IOException {
        var sent = new java.io.ByteArrayInputStream("id,name\n1,a\n2,b\n".getBytes(StandardCharsets.UTF_8));
        try (Running running =
                fixture.session().copyIn("COPY t (id, name) FROM STDIN WITH (header true)", sent, RunOptions.DEFAULT)) {
            assertThat(running.updateCount()).isEqualTo(2);
        }
        assertThat(rows()).containsExactly("1|a|NULL", "2|b|NULL");
        assertThatThrownBy(() -> fixture.run("COPY t FROM STDIN")).hasMessageContaining("client");
        assertThatThrownBy(() -> fixture.session().copyIn("SELECT 1", sent, RunOptions.DEFAULT))
                .hasMessageContaining("takes no rows");
    }

    @Test
    void loadsVectorsOfResearchFiles() throws IOException {
        assertThat(copy("t (id, v)", floats("t.fvecs", 1, 2, 3, 4), "")).isEqualTo(2);
        assertThat(rows()).containsExactly("0|NULL|[1,2]", "1|NULL|[3,4]");
    }

    @Test
    void loadsNpy() throws IOException {
        byte[] header =
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }\n".getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer bytes = ByteBuffer.allocate(10 + header.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.ISO_8859_1))
                .put((byte) 1)
                .put((byte) 0);
        bytes.putShort((short) header.length).put(header);
        bytes.putFloat(1).putFloat(2).putFloat(3).putFloat(4);
        Path file = Files.write(folder.resolve("t.npy"), bytes.array());
        assertThat(copy("t (id, v)", file, "WITH (first_key = 10)")).isEqualTo(2);
        assertThat(rows()).containsExactly("10|NULL|[1,2]", "11|NULL|[3,4]");
    }

    @Test
    void loadsJsonLines() throws IOException {
        Path file = text("t.jsonl", "{\"id\": 1, \"v\": [1, 2.5], \"extra\": 0}\n\n{\"id\": 2, \"name\": \"b\"}\n");
        assertThat(copy("t", file, "")).isEqualTo(2);
        assertThat(rows()).containsExactly("1|NULL|[1,2.5]", "2|b|NULL");
    }

    @Test
    void loadsArrowFiles() throws IOException {
        Path file = folder.resolve("t.arrow");
        try (var allocator = new RootAllocator();
                var id = new BigIntVector("id", allocator);
                var name = new VarCharVector("name", allocator);
                var out = new FileOutputStream(file.toFile())) {
            id.allocateNew(2);
            id.set(0, 1);
            id.set(1, 2);
            id.setValueCount(2);
            name.allocateNew();
            name.setSafe(0, "a".getBytes(StandardCharsets.UTF_8));
            name.setNull(1);
            name.setValueCount(2);
            try (var root = new VectorSchemaRoot(List.of(id, name));
                    var writer = new ArrowFileWriter(root, null, out.getChannel())) {
                writer.start();
                writer.writeBatch();
                writer.end();
            }
        }
        assertThat(copy("t", file, "")).isEqualTo(2);
        assertThat(rows()).containsExactly("1|a|NULL", "2|NULL|NULL");
    }

    @Test
    void saysWhichRowIsBad() throws IOException {
        QueryException e = refused("t", text("t.csv", "1,a,\n2,abcdef,\n"), "");
        assertThat(e.code()).isEqualTo(ErrorCode.STRING_TOO_LONG);
        assertThat(e.getMessage()).contains("Row [2]", "byte [", "[0] of its rows were loaded");
        assertThat(refused("t", text("u.csv", "x,a,\n"), "").code()).isEqualTo(ErrorCode.INVALID_TEXT);
        assertThat(refused("t", text("w.csv", "1,a,\"[1,2,3]\"\n"), "").code()).isEqualTo(ErrorCode.DIMENSION_MISMATCH);
        assertThat(refused("t", text("n.csv", "1,a,\"[1,NaN]\"\n"), "").code()).isEqualTo(ErrorCode.VECTOR_NOT_FINITE);
        assertThat(refused("t", text("k.csv", ",a,\n"), "").code()).isEqualTo(ErrorCode.NOT_NULL_VIOLATION);
        assertThat(refused("t", text("t.jsonl", "{\"id\": 1\n"), "").code()).isEqualTo(ErrorCode.BAD_COPY_FILE);
    }

    @Test
    void refusesFilesThatLie() throws IOException {
        Path shortFile = Files.write(folder.resolve("s.fvecs"), new byte[] {2, 0, 0, 0, 1, 1});
        assertThat(refused("t (id, v)", shortFile, "").code()).isEqualTo(ErrorCode.BAD_COPY_FILE);
        Path huge = Files.write(folder.resolve("h.fvecs"), new byte[] {-1, -1, -1, 127, 0, 0, 0, 0});
        assertThat(refused("t (id, v)", huge, "").code()).isEqualTo(ErrorCode.BAD_COPY_FILE);
        assertThat(refused("t (id, v)", floats("d.npy", 1, 2), "").code()).isEqualTo(ErrorCode.BAD_COPY_FILE);
        assertThat(refused("t", text("t.arrow", "ARROW1 and then nothing"), "").code())
                .isEqualTo(ErrorCode.BAD_COPY_FILE);
        assertThat(refused("t", folder.resolve("missing.csv"), "").code()).isEqualTo(ErrorCode.IO_ERROR);
    }

    @Test
    void refusesOptionsItDoesNotHave() throws IOException {
        Path file = text("t.csv", "");
        assertThatThrownBy(() -> copy("t", file, "WITH (delimeter = ';')"))
                .isInstanceOfSatisfying(
                        QueryException.class,
                        e -> assertThat(e.hint().orElse("")).contains("delimiter"));
        assertThatThrownBy(() -> copy("t", file, "WITH (format = 'xls')")).hasMessageContaining("xls");
        assertThat(copy("t", file, "")).isZero();
    }
}
