package io.elanus.sql.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.conformance.IqScript.Step;
import io.elanus.sql.doors.RealServer;
import java.io.BufferedReader;
import java.io.StringReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The scripts of which nothing fails; all of them: `./elanus test --calcite-scripts`.
@Timeout(120)
class IqTest {
    private static final Path SCRIPTS = Path.of("target", "test-suites", "calcite-core-tests.jar");

    @Test
    void scriptsOfWhatThereIsPass(@TempDir Path data) throws Exception {
        var tally = new Tally(false);
        try (var suite = new ZipFile(SCRIPTS.toFile());
                RealServer server = RealServer.start(data);
                Connection connection = server.connect()) {
            IqMain.run(suite, connection, List.of("blank", "join", "lateral", "outer", "set-op", "some"), tally);
        }
        assertThat(tally.kinds()).isEmpty();
        assertThat(tally.queries()).isGreaterThan(80);
    }

    @Test
    void aScriptIsReadStepByStep() throws Exception {
        String text = """
                # About nothing.
                !use scott
                !set outputformat mysql
                select 1 as a;
                A INTEGER(10) NOT NULL
                !type
                +---+
                | A |
                +---+
                | 1 |
                +---+
                (1 row)

                !ok
                EnumerableCalc(expr#0=[{inputs}])
                  EnumerableValues(tuples=[[{ 0 }]])
                !plan

                !if (false) {
                select 2;
                !ok
                !}
                drop table t
                # of no use
                cascade;
                never mind
                !error
                """;
        var script = new IqScript(new BufferedReader(new StringReader(text)));
        assertThat(script.next()).isEqualTo(new Step.Use(2, "scott"));
        Step.Ask ask = (Step.Ask) Objects.requireNonNull(script.next());
        assertThat(ask.sql()).isEqualTo("select 1 as a");
        assertThat(IqAnswer.rows(ask.printed())).containsExactly(List.of("1"));
        assertThat(script.next()).isEqualTo(new Step.Refuse(23, "drop table t\ncascade"));
        assertThat(script.next()).isNull();
    }

    @Test
    void answersAgreeByValue() {
        List<List<String>> printed = List.of(List.of("1.5", "a"), List.of("", "b"));
        List<List<String>> turned = List.of(List.of("", "b"), List.of("1.5000000000001", "a"));
        assertThat(IqAnswer.agrees(turned, printed, "select x, y from t")).isTrue();
        assertThat(IqAnswer.agrees(turned, printed, "select x, y from t order by 1 desc"))
                .isFalse();
        assertThat(IqAnswer.agrees(printed, printed, "select x, y from t order by 1 desc"))
                .isTrue();
        assertThat(IqAnswer.agrees(printed, List.of(List.of("1.5", "a"), List.of("", "c")), "select x"))
                .isFalse();
    }
}
