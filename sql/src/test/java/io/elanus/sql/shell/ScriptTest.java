package io.elanus.sql.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptTest {
    @Test
    void splitsAtSemicolonsOutsideQuotesAndComments() {
        Script.Split split = Script.split("""
                SELECT ';' AS "a;b", 'it''s' -- not; here
                  /* nor; here */ FROM t; ;; -- nothing
                \\d film
                SELECT 2;
                UPDATE t SET""");

        assertThat(split.statements())
                .containsExactly(
                        "SELECT ';' AS \"a;b\", 'it''s' -- not; here\n  /* nor; here */ FROM t",
                        "\\d film",
                        "SELECT 2");
        assertThat(split.rest()).isEqualTo("UPDATE t SET");
        assertThat(split.complete()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1", "SELECT ';", "SELECT \";", "SELECT 1; /* open", "SELECT /* ; */ 1", "'", "/*/"})
    void waitsForTheRest(String text) {
        assertThat(Script.isComplete(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1;", "", "  \n", "SELECT 1; -- done", "\\d", "/* */ ;", "SELECT '''';", "!tables"})
    void isWholeWithItsSemicolon(String text) {
        assertThat(Script.isComplete(text)).isTrue();
    }

    @Test
    void aTextBetweenDollarSignsMayHoldAnything() {
        Script.Split split = Script.split("""
                SELECT $$it's;
                \\d -- no comment$$;SELECT $a$ $$;$b$;$a$, a$$; SELECT $$;""");

        assertThat(split.statements())
                .containsExactly("SELECT $$it's;\n\\d -- no comment$$", "SELECT $a$ $$;$b$;$a$, a$$");
        assertThat(split.rest()).isEqualTo("SELECT $$;");
        assertThat(split.complete()).isFalse();
    }

    /// A comment before a command is not part of it; a dot within a statement is no command.
    @Test
    void commandsEndWithTheirLine() {
        assertThat(Script.split("-- look\n\\dt\nSELECT 1\n.5;").statements()).containsExactly("\\dt", "SELECT 1\n.5");
    }

    @Test
    void readsALongStatementInTimeThatFollowsItsLength() throws IOException {
        String rows = "(1, 'a;b'),\n".repeat(400_000);
        var text = new StringReader("INSERT INTO t VALUES " + rows + "(2, 'c');\nSELECT 1;");

        long start = System.nanoTime();
        try (var script = ScriptReader.of(text)) {
            assertThat(script.next().orElseThrow()).hasSizeGreaterThan(rows.length());
            assertThat(script.next()).contains("SELECT 1");
            assertThat(script.next()).isEmpty();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void rowsOfACopyFollowItUpToTheirEnd() throws IOException {
        var text = new StringReader("""
                COPY t FROM STDIN;
                1,"a;b"
                2,ü
                \\.
                SELECT 1;
                COPY t FROM STDIN;
                3,c""");
        try (var script = ScriptReader.of(text)) {
            assertThat(script.next()).contains("COPY t FROM STDIN");
            try (InputStream rows = script.rows()) {
                assertThat(new String(rows.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("1,\"a;b\"\n2,ü\n");
            }
            assertThat(script.next()).contains("SELECT 1");
            assertThat(script.next()).contains("COPY t FROM STDIN");
            assertThat(script.rows().readAllBytes()).asString().isEqualTo("3,c\n");
            assertThat(script.next()).isEmpty();
        }
    }

    /// The COPY failed at its first row: the others are not statements.
    @Test
    void rowsThatNobodyReadAreSkipped() throws IOException {
        try (var script = ScriptReader.of(new StringReader("COPY t FROM STDIN;\nDROP TABLE t;\n\\.\nSELECT 1;"))) {
            script.next();
            script.rows().close();
            assertThat(script.next()).contains("SELECT 1");
        }
    }

    @Test
    void rowsMayComeFromElsewhere() throws IOException {
        var sent = new ByteArrayInputStream(new byte[] {1, 2});
        try (var script = ScriptReader.of("COPY t FROM STDIN", () -> sent)) {
            script.next();
            assertThat(script.rows()).isSameAs(sent);
        }
    }

    /// However the text is cut into lines, the statements are those of the whole.
    @Test
    void findsTheSameStatementsInPiecesAsInOne() throws IOException {
        List<String> parts = List.of("a", " ", "\n", ";", "'", "\"", "--", "/*", "*/", "\\d", ".", "x;\n");
        for (long seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            var text = new StringBuilder();
            for (int i = 0; i < 12; i++) {
                text.append(parts.get(random.nextInt(parts.size())));
            }
            var whole = new ArrayList<>(Script.split(text.toString()).statements());
            String rest = Script.split(text.toString()).rest();
            if (!rest.isEmpty()) {
                whole.add(rest);
            }
            var pieces = new ArrayList<String>();
            try (var script = ScriptReader.of(new StringReader(text.toString()))) {
                for (var next = script.next(); next.isPresent(); next = script.next()) {
                    pieces.add(next.get());
                }
            }
            assertThat(pieces).as("seed %d: %s", seed, text).isEqualTo(whole);
        }
    }
}
