package io.elanus.sql.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.conformance.LogicRecord.Order;
import io.elanus.sql.doors.RealServer;
import java.io.BufferedReader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A slice of the suite, all of which must pass; more of it: `./elanus test --sqllogictest`.
@Timeout(120)
class LogicTest {
    private static final Path SCRIPTS = Path.of("target", "test-suites", "sql-logic-test.jar");
    private static final List<String> FILES =
            List.of("test/select1.test", "test/random/aggregates/slt_good_7.test", "test/random/expr/slt_good_9.test");
    private static final LogicSample SAMPLE = new LogicSample(0.01, 1);

    @Test
    void aSliceOfTheScriptsPasses(@TempDir Path data) throws Exception {
        var tally = new Tally(false);
        try (var suite = new ZipFile(SCRIPTS.toFile());
                RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            var run = new LogicRun(connection, SAMPLE, tally);
            for (String file : FILES) {
                try (BufferedReader text = LogicMain.open(suite, file)) {
                    run.run(file, text);
                }
            }
        }
        assertThat(tally.kinds()).isEmpty();
        assertThat(tally.queries()).isGreaterThan(100);
    }

    @Test
    void aScriptIsReadRecordByRecord() throws Exception {
        String text = """
                hash-threshold 8

                statement ok
                CREATE TABLE t(a INTEGER)

                onlyif mysql
                statement error
                DROP TABLE t

                skipif mysql # it cannot
                query IR rowsort label-1
                SELECT a,
                  a * 1.5 FROM t
                ----
                1
                1.500

                query I nosort
                SELECT 2
                ----
                2

                onlyif other
                halt

                statement error
                DROP TABLE u
                """;
        var script = new LogicScript(new BufferedReader(new StringReader(text)), number -> number != 1);
        assertThat(script.next()).isEqualTo(new LogicRecord.Statement(3, "CREATE TABLE t(a INTEGER)", false));
        assertThat(script.next())
                .isEqualTo(new LogicRecord.Query(
                        11, "SELECT a,\n  a * 1.5 FROM t", 0, "IR", Order.ROWSORT, List.of("1", "1.500")));
        assertThat(script.next()).isEqualTo(new LogicRecord.Statement(26, "DROP TABLE u", true));
        assertThat(script.next()).isNull();
    }

    @Test
    void whatNoQueryCanSeeIsLeftOut() {
        List<String> kept = LogicSlice.of(Stream.of(
                                "CREATE TABLE a(x INTEGER)",
                                "CREATE INDEX i ON a(x)",
                                "INSERT INTO a VALUES (1)",
                                "CREATE TABLE b(x INTEGER)",
                                "INSERT INTO b SELECT x FROM a",
                                "CREATE VIEW v AS SELECT x FROM b",
                                "DROP VIEW IF EXISTS w",
                                "CREATE VIEW w AS SELECT x FROM a",
                                "DROP VIEW w",
                                "SELECT * FROM v",
                                "DROP VIEW v",
                                "DROP INDEX i",
                                "DROP TABLE a",
                                "CREATE TABLE a(y INTEGER)",
                                "DELETE FROM a",
                                "REINDEX")
                        .<LogicRecord>map(sql -> sql.startsWith("SELECT")
                                ? new LogicRecord.Query(0, sql, 0, "I", Order.NOSORT, List.of())
                                : new LogicRecord.Statement(0, sql, false))
                        .toList())
                .stream()
                .map(LogicRecord::sql)
                .toList();
        assertThat(kept)
                .containsExactly(
                        "CREATE TABLE a(x INTEGER)",
                        "CREATE INDEX i ON a(x)",
                        "INSERT INTO a VALUES (1)",
                        "CREATE TABLE b(x INTEGER)",
                        "INSERT INTO b SELECT x FROM a",
                        "CREATE VIEW v AS SELECT x FROM b",
                        "SELECT * FROM v",
                        "DROP VIEW v",
                        "DROP INDEX i",
                        "DROP TABLE a",
                        "REINDEX");
    }

    @Test
    void valuesAreWrittenAsTheScriptsWriteThem() {
        assertThat(LogicAnswer.text(-7.9, 'I')).isEqualTo("-7");
        assertThat(LogicAnswer.text(new BigDecimal("2.71828"), 'R')).isEqualTo("2.718");
        assertThat(LogicAnswer.text(true, 'I')).isEqualTo("1");
        assertThat(LogicAnswer.text("12 monkeys", 'I')).isEqualTo("12");
        assertThat(LogicAnswer.text("", 'T')).isEqualTo("(empty)");
        assertThat(LogicAnswer.text(null, 'R')).isEqualTo("NULL");
    }

    @Test
    void longAnswersAreComparedByTheirHash() {
        // The MD5 of "1\n2\n".
        List<String> expected = List.of("2 values hashing to 6ddb4095eb719e2a9f0a3f95677d24e0");
        assertThat(LogicAnswer.agrees(List.of("1", "2"), expected)).isTrue();
        assertThat(LogicAnswer.agrees(List.of("2", "1"), expected)).isFalse();
    }

    @Test
    void aGreaterSampleHoldsTheSmaller() {
        int small = 0;
        for (int number = 0; number < 100_000; number++) {
            if (new LogicSample(0.02, 1).holds("test/select1.test", number)) {
                small++;
                assertThat(new LogicSample(0.05, 1).holds("test/select1.test", number))
                        .isTrue();
            }
        }
        assertThat(small).isBetween(1_850, 2_150);
    }
}
