package io.elanus.sql.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PrintingTest {
    private static final List<ResultPrinter.Heading> HEADINGS = List.of(
            new ResultPrinter.Heading("id", "BIGINT", true),
            new ResultPrinter.Heading("text", "VARCHAR", false),
            new ResultPrinter.Heading("v", "VECTOR(8)", false),
            new ResultPrinter.Heading("doc", "JSON", false));
    private static final float[] LONG = {0.1234567f, -2, 3e-7f, 4, 5, 6, 7, 8};

    private static String print(Function<PrintWriter, ResultPrinter> kind, List<? extends @Nullable Object>... rows) {
        var text = new StringWriter();
        try (var out = new PrintWriter(text)) {
            ResultPrinter printer = kind.apply(out);
            printer.begin(HEADINGS);
            for (List<? extends @Nullable Object> row : rows) {
                printer.row(row);
            }
            printer.end();
        }
        return text.toString();
    }

    private static List<@Nullable Object> row(@Nullable Object... values) {
        return Arrays.asList(values);
    }

    @Test
    void tablesElideLongVectorsAndAlignWideCharacters() {
        assertThat(print(
                        out -> new TablePrinter(out, 0),
                        row(1L, "日本", LONG, null),
                        row(10L, "a\nb", new float[] {1, 2}, "{}")))
                .isEqualTo("""
                         id | text | v                            | doc
                        ----+------+------------------------------+------
                          1 | 日本 | [0.123, -2, 0.0000003, … 8]  | NULL
                         10 | a⏎b  | [1,2]                        | {}
                        (2 rows)
                        """.replace("[0.123, -2, 0.0000003, … 8]  |", "[0.123, -2, 0.0000003, … 8] |")
                        .replace("v                            |", "v                           |")
                        .replace("[1,2]                        |", "[1,2]                       |")
                        .replace("+------------------------------+", "+-----------------------------+"));
    }

    @Test
    void tablesFitTheTerminal() {
        String text = print(out -> new TablePrinter(out, 40), row(1L, "x".repeat(200), LONG, "{\"a\":1}"));

        assertThat(text.lines()).allMatch(line -> TextWidth.of(line) <= 40).anyMatch(line -> line.contains("x…"));
    }

    @Test
    void csvQuotesWhatNeedsItAndTellsNullFromEmpty() {
        assertThat(print(CsvPrinter::new, row(1L, "a,\"b\"\nc", LONG, null), row(null, "", new float[] {1}, "{}")))
                .isEqualTo("""
                        id,text,v,doc
                        1,"a,""b""
                        c","[0.1234567,-2,3.0E-7,4,5,6,7,8]",
                        ,"",[1],{}
                        """);
    }

    @Test
    void jsonKeepsNumbersVectorsAndDocumentsAsWhatTheyAre() {
        assertThat(print(
                        JsonPrinter::new,
                        row(9007199254740993L, "a\"b", new float[] {1.5f}, "{\"a\":[1]}"),
                        row(new BigDecimal("1.10"), null, null, null)))
                .isEqualTo("""
                        [
                        {"id":9007199254740993,"text":"a\\"b","v":[1.5],"doc":{"a":[1]}},
                        {"id":1.10,"text":null,"v":null,"doc":null}
                        ]
                        """);
        assertThat(print(JsonPrinter::new)).isEqualTo("[]\n");
    }

    @Test
    void expandedPrintsALineAValue() {
        assertThat(print(ExpandedPrinter::new, row(1L, "a", new float[] {1}, null)))
                .isEqualTo("""
                -[ RECORD 1 ]
                id   | 1
                text | a
                v    | [1]
                doc  | NULL
                (1 row)
                """);
    }

    @Test
    void progressShowsShareCountAndRate() {
        assertThat(ProgressBar.line(500, 1000, 2))
                .isEqualTo("[" + "█".repeat(15) + "░".repeat(15) + "]  50 %  500 of 1,000 rows, 250 rows/s");
        assertThat(ProgressBar.line(1500, 0, 1)).isEqualTo("1,500 rows, 1,500 rows/s");
    }

    @Test
    void anAnswerWithoutRowsNamesWhatWasDone() {
        assertThat(Runner.done("-- all of them\n/* yes */ DELETE FROM t", 3)).isEqualTo("DELETE 3");
        assertThat(Runner.done("create  table t (id BIGINT)", 0)).isEqualTo("CREATE TABLE");
        assertThat(Runner.done("SET consistency = strong", 0)).isEqualTo("SET");
    }

    @Test
    void knowsACopyWhoseRowsComeFromHere() {
        assertThat(Runner.isCopyIn("-- rows\ncopy t (a, b) from stdin WITH (header true)"))
                .isTrue();
        assertThat(Runner.isCopyIn("COPY t FROM 'STDIN'")).isFalse();
        assertThat(Runner.isCopyIn("SELECT 'COPY t FROM STDIN'")).isFalse();
    }
}
