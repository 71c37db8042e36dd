package io.elanus.sql.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.bulk.SourceFile;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.type.VectorElement;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CsvReaderTest {
    private static final TableSchema TABLE = new TableSchema(
            1,
            new TableName("public", "t"),
            1,
            List.of(
                    Column.key(1, "id", ColumnType.Simple.BIGINT),
                    Column.of(2, "name", new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED)),
                    Column.of(3, "v", new ColumnType.Vector(2, VectorElement.FLOAT32))),
            1,
            List.of(),
            Map.of());

    private static CopyPlan plan(Map<String, String> options) {
        return new CopyPlan(
                TABLE,
                List.of(),
                TABLE.columns(),
                false,
                SourceFile.of(Path.of("t.csv")),
                CopyPlan.Format.CSV,
                new CopyOptions(options));
    }

    private static List<String> read(byte[] csv, int length, CsvFormat format) {
        try (CopyReader reader = format.reader(csv, length)) {
            var rows = new ArrayList<String>();
            for (Literal[] row = reader.next(); row != null; row = reader.next()) {
                var text = new StringBuilder();
                text.append(row[0].hasNull() ? "NULL" : Long.toString(row[0].getInt64()));
                text.append('|').append(row[1].hasNull() ? "NULL" : row[1].getText());
                text.append('|')
                        .append(
                                row[2].hasNull()
                                        ? "NULL"
                                        : Integer.toString(row[2].getBinary().size()));
                rows.add(text.toString());
            }
            return rows;
        }
    }

    private static List<String> read(String csv) {
        return read(csv, Map.of());
    }

    private static List<String> read(String csv, Map<String, String> options) {
        byte[] bytes = csv.getBytes(StandardCharsets.UTF_8);
        return read(bytes, bytes.length, new CsvFormat(plan(options)));
    }

    @Test
    void readsPlainAndQuotedFields() {
        assertThat(read("1,a,\"[1,2]\"\n2,\"b \"\"x\"\", y\",\"[3,4]\"\r\n\n3,,\n4,\"\",\"[1,2]\""))
                .containsExactly("1|a|8", "2|b \"x\", y|8", "3|NULL|NULL", "4||8");
    }

    @Test
    void readsLineEndsWithinQuotes() {
        assertThat(read("1,\"a\nb\",\n2,c,\n")).containsExactly("1|a\nb|NULL", "2|c|NULL");
    }

    @Test
    void takesTheOrderOfColumnsFromTheHeader() {
        assertThat(read("Name,other,id\nx,y,7\n", Map.of("header", "true"))).containsExactly("7|x|NULL");
    }

    @Test
    void saysWhatIsWrongWithARow() {
        assertThatThrownBy(() -> read("1,a\n"))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("fields");
        assertThatThrownBy(() -> read("1,\"a,b\n")).hasMessageContaining("not closed");
        assertThatThrownBy(() -> read("1,\"a\"b,\n")).hasMessageContaining("closing quote");
        assertThatThrownBy(() -> read("1,a,\"[1,2,3]\"\n")).hasMessageContaining("[3] dimensions");
        assertThatThrownBy(() -> read("1,a,\"[1,x]\"\n")).hasMessageContaining("column [v]");
    }

    @Test
    void readsTheSameHoweverItIsCutIntoBlocks() {
        var csv = new StringBuilder();
        var expected = new ArrayList<String>();
        var random = new Random(11);
        for (int i = 0; i < 300; i++) {
            String name = "n" + "é\"\n,x".repeat(random.nextInt(3)) + i;
            csv.append(i)
                    .append(",\"")
                    .append(name.replace("\"", "\"\""))
                    .append("\",\"[")
                    .append(i)
                    .append(",2]\"");
            csv.append(random.nextBoolean() ? "\n" : "\r\n");
            expected.add(i + "|" + name + "|8");
        }
        byte[] bytes = csv.toString().getBytes(StandardCharsets.UTF_8);
        for (long seed = 0; seed < 20; seed++) {
            assertThat(inBlocks(bytes, new Random(seed))).as("seed %d", seed).isEqualTo(expected);
        }
    }

    /// Each block begins where the records of the one before end.
    private static List<String> inBlocks(byte[] bytes, Random random) {
        var format = new CsvFormat(plan(Map.of()));
        var rows = new ArrayList<String>();
        int from = 0;
        int size = 1;
        while (from < bytes.length) {
            size = Math.min(size + random.nextInt(50), bytes.length - from);
            byte[] block = Arrays.copyOfRange(bytes, from, from + size);
            int end = format.end(block, size);
            if (end > 0) {
                rows.addAll(read(block, end, format));
                from += end;
                size = 1;
            }
        }
        return rows;
    }
}
