package io.elanus.sql.shell;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.doors.RealServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jline.reader.Candidate;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.Parser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.impl.DumbTerminal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(120)
class ShellTest {
    private static @Nullable RealServer started;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @BeforeAll
    static void start(@TempDir Path data) throws SQLException {
        started = RealServer.start(data);
        try (Connection connection = server().connect()) {
            RealServer.run(
                    connection,
                    "CREATE TABLE film (id BIGINT PRIMARY KEY, title VARCHAR, year INTEGER, plot VECTOR(3))",
                    "CREATE INDEX film_plot ON film USING hnsw (plot vector_cosine_ops)",
                    "INSERT INTO film VALUES (1, 'Alien', 1979, '[0.9, 0.1, 0.2]'), (2, 'Heat', 1995, '[1, 0, 0]')",
                    "CREATE SCHEMA lab",
                    "CREATE TABLE lab.probe (id BIGINT PRIMARY KEY, reading DOUBLE)");
        }
    }

    @AfterAll
    static void stop() {
        server().close();
    }

    private static RealServer server() {
        return Objects.requireNonNull(started);
    }

    private record Said(Commands.Outcome outcome, String out, String err) {}

    private static Said say(String script) throws SQLException, IOException {
        return say(ScriptReader.of(new StringReader(script)));
    }

    private static Said say(ScriptReader script) throws SQLException, IOException {
        var out = new StringWriter();
        var err = new StringWriter();
        var console = new Console(new PrintWriter(out), new PrintWriter(err), () -> 0);
        try (script;
                var runner = new Runner(console, server().connect(), Runner.Format.TABLE)) {
            Commands.Outcome outcome = new Commands(runner).runAll(script, true);
            return new Said(outcome, out.toString(), err.toString());
        }
    }

    private int command(String... arguments) {
        var all = new ArrayList<>(List.of("--url", "jdbc:elanus://" + server().address() + "/public"));
        all.addAll(List.of(arguments));
        return new CommandLine(new SqlCommand()).execute(all.toArray(String[]::new));
    }

    // ---- statements and errors

    @Test
    void stopsAtTheFirstErrorAndShowsWhereItIs() throws Exception {
        Said said = say("SELECT 1 AS one;\nSELECT id,\n       tile\nFROM film;\nSELECT 2 AS two;");

        assertThat(said.outcome()).isEqualTo(Commands.Outcome.FAILED);
        assertThat(said.out()).contains("one").doesNotContain("two");
        assertThat(said.err()).isEqualTo("""
                ERROR 42703: Column [tile] does not exist.
                LINE 2:        tile
                               ^
                HINT: Did you mean "title"?
                """);
    }

    @Test
    void aLongLineIsCutAroundTheMistake() throws Exception {
        String err = say("SELECT " + "1, ".repeat(500) + "tile" + ", 1".repeat(500) + " FROM film")
                .err();
        List<String> lines = err.lines().toList();

        assertThat(lines.get(1)).hasSizeLessThan(130).contains("…");
        assertThat(lines.get(1).substring(lines.get(2).indexOf('^'))).startsWith("tile");
    }

    @Test
    void exitCodesTellWhatHappened() throws Exception {
        Path good = Files.writeString(folder.resolve("good.sql"), "CREATE TABLE made (id BIGINT PRIMARY KEY);\n");
        Path bad = Files.writeString(folder.resolve("bad.sql"), "SELEC;\nDROP TABLE made;\n");

        assertThat(command("-f", good.toString())).isZero();
        assertThat(command("-f", bad.toString())).isEqualTo(1);
        assertThat(command("-e", "SELECT count(*) FROM made", "-e", "SELECT nothing"))
                .isEqualTo(1);
        assertThat(command("-e", "DROP TABLE made"))
                .as("the bad file stopped before")
                .isZero();
        assertThat(command("-f", folder.resolve("none.sql").toString())).isEqualTo(2);
        assertThat(command("--format", "xml", "-e", "SELECT 1")).isEqualTo(2);
        assertThat(new CommandLine(new SqlCommand()).execute("--url", "jdbc:elanus://127.0.0.1:1/p", "-e", "SELECT 1"))
                .isEqualTo(2);
        assertThat(new CommandLine(new SqlCommand()).execute("--url", "jdbc:other:x", "-e", "SELECT 1"))
                .isEqualTo(2);
    }

    // ---- commands

    @Test
    void describesTables() throws Exception {
        assertThat(say("\\d").out()).contains("public | film").contains("lab    | probe");
        assertThat(say("\\d film").out())
                .contains("plot   | VECTOR(3)")
                .contains("film_plot")
                .contains("hnsw");
        assertThat(say(".schema lab.probe").out()).contains("reading");
        assertThat(say("\\d FILM").out()).contains("title");

        Said missing = say("\\d flm\nSELECT 1;");
        assertThat(missing.outcome()).isEqualTo(Commands.Outcome.FAILED);
        assertThat(missing.err()).isEqualTo("There is no table public.flm. \\dt lists them.\n");
    }

    @Test
    void switchesFormatTimingAndLayout() throws Exception {
        assertThat(say("\\timing\nSELECT 1;").out()).contains("Timing is on.").containsPattern("Time: [0-9.]+ ms");
        assertThat(say("\\format csv\nSELECT id, title FROM film ORDER BY id;").out())
                .isEqualTo("id,title\n1,Alien\n2,Heat\n");
        assertThat(say("\\format json\nSELECT id, plot FROM film WHERE id = 2;").out())
                .isEqualTo("[\n{\"id\":2,\"plot\":[1.0,0.0,0.0]}\n]\n");
        assertThat(say("\\x\nSELECT title FROM film WHERE id = 2;").out()).contains("title | Heat");
        assertThat(say("\\?").out()).contains("\\timing").contains("\\copy");
        assertThat(say("\\tming").err()).contains("Did you mean \"\\timing\"?");
        assertThat(say("\\q\nSELECT 1;").outcome()).isEqualTo(Commands.Outcome.QUIT);
        assertThat(say("SELECT 1;\nexit\nSELECT nothing;").outcome()).isEqualTo(Commands.Outcome.QUIT);
    }

    @Test
    void filesMayIncludeFilesButNotForever() throws Exception {
        Path self = folder.resolve("self.sql");
        Files.writeString(self, "\\i " + self + "\n");
        assertThat(say("\\i " + self).err()).contains("include each other");
        assertThat(say("\\i " + folder.resolve("none")).err()).contains("cannot be read");
    }

    @Test
    void waitsForIndexBuilds() throws Exception {
        assertThat(say("FLUSH film;\n\\wait film").out()).endsWith("The indexes are built.\n");
        assertThat(say("SELECT count(*) AS missing FROM system.indexes WHERE table_name = 'film' AND type = 'hnsw'"
                                + " AND indexed_rows < flushed_rows;")
                        .out())
                .contains("      0");
    }

    // ---- rows from the client

    @Test
    void copiesRowsThatFollowTheStatement() throws Exception {
        Said said = say("""
                CREATE TABLE sent (id BIGINT PRIMARY KEY, name VARCHAR);
                COPY sent FROM STDIN;
                1,"a;b"
                2,ü
                \\.
                SELECT id, name FROM sent ORDER BY id;
                COPY sent FROM STDIN WITH (header true, on_conflict 'replace');
                id,name
                2,replaced
                \\.
                SELECT name FROM sent WHERE id = 2;
                """);

        assertThat(said.err()).isEmpty();
        assertThat(said.out())
                .contains("COPY 2")
                .contains("  1 | a;b")
                .contains("  2 | ü")
                .contains("replaced");
    }

    @Test
    void anErrorInSentRowsNamesTheRowAndTheSessionGoesOn() throws Exception {
        String rows = "1,2\n".repeat(200_000);
        var sent = new ByteArrayInputStream(("x,1\n" + rows).getBytes(StandardCharsets.UTF_8));
        Said said = say(ScriptReader.of(
                "CREATE TABLE refused (id BIGINT PRIMARY KEY, n INTEGER); COPY refused FROM STDIN", () -> sent));

        assertThat(said.outcome()).isEqualTo(Commands.Outcome.FAILED);
        assertThat(said.err()).contains("ERROR 22P02").contains("Row [1]");
        assertThat(say("SELECT count(*) AS n FROM refused;").out()).contains(" 0");
    }

    @Test
    void copiesAFileOfTheClient() throws Exception {
        Path file = Files.writeString(folder.resolve("it's.csv"), "id,n\n1,5\n2,6\n");
        Said said = say("CREATE TABLE local_rows (id BIGINT PRIMARY KEY, n INTEGER);\n\\copy local_rows FROM '"
                + file.toString().replace("'", "''") + "' WITH (header true)\nSELECT sum(n) AS total FROM local_rows;");

        assertThat(said.err()).isEmpty();
        assertThat(said.out()).contains("COPY 2").contains("    11");
        assertThat(say("\\copy local_rows FROM '/none'").err()).contains("cannot be read");
        assertThat(say("\\copy local_rows").err()).startsWith("Write \\copy");
    }

    // ---- completion

    private static List<String> complete(String line) throws Exception {
        try (Connection connection = server().connect()) {
            var names = new Names(connection);
            var reader = LineReaderBuilder.builder()
                    .terminal(new DumbTerminal(new ByteArrayInputStream(new byte[0]), new ByteArrayOutputStream()))
                    .build();
            var parsed = new StatementParser().parse(line, line.length(), Parser.ParseContext.COMPLETE);
            var candidates = new ArrayList<Candidate>();
            names.complete(reader, parsed, candidates);
            return candidates.stream()
                    .map(Candidate::value)
                    .filter(value -> value.startsWith(parsed.word()))
                    .toList();
        }
    }

    @Test
    void completesWhatMayStandThere() throws Exception {
        assertThat(complete("SEL")).containsExactly("SELECT");
        assertThat(complete("select * from fi")).containsExactly("film");
        assertThat(complete("SELECT * FROM la")).containsExactly("lab.probe");
        assertThat(complete("SELECT * FROM lab.")).containsExactly("lab.probe");
        assertThat(complete("SELECT count(ti")).contains("title");
        assertThat(complete("SELECT * FROM film WHERE ye")).contains("year");
        assertThat(complete("SELECT f.ti")).isEmpty();
        assertThat(complete("SELECT film.ti")).containsExactly("film.title");
        assertThat(complete("SET con")).containsExactly("consistency", "consistency_bound");
        assertThat(complete("SHOW ef")).containsExactly("ef_search");
        assertThat(complete("SELECT cosine_d")).contains("cosine_distance(");
        assertThat(complete("\\ti")).containsExactly("\\timing");
        assertThat(complete("\\d fi")).containsExactly("film");
        assertThat(complete("SELECT id FROM film f WHERE f.pl")).containsExactly("f.plot");
    }

    // ---- the terminal

    /// A shell on a terminal without a screen; what is typed comes through a pipe.
    private final class Typist implements AutoCloseable {
        private final PipedOutputStream keys = new PipedOutputStream();
        private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
        private final Terminal terminal;
        private final Runner runner;
        private final Thread shell;

        Typist() throws Exception {
            terminal = TerminalBuilder.builder()
                    .system(false)
                    .streams(new PipedInputStream(keys, 64 * 1024), screen)
                    .type("dumb")
                    .encoding(StandardCharsets.UTF_8)
                    .build();
            var console = new Console(terminal.writer(), terminal.writer(), () -> 120);
            runner = new Runner(console, server().connect(), Runner.Format.TABLE);
            shell = Thread.ofPlatform().start(new Shell(terminal, runner, folder.resolve("history"))::run);
        }

        void type(String text) throws IOException {
            keys.write(text.getBytes(StandardCharsets.UTF_8));
            keys.flush();
        }

        String screen() {
            terminal.flush();
            return screen.toString(StandardCharsets.UTF_8).replace("\r", "");
        }

        void await(String text) {
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!screen().contains(text)) {
                assertThat(System.nanoTime())
                        .as("waits for [%s] in%n%s", text, screen())
                        .isLessThan(end);
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
        }

        @Override
        public void close() throws Exception {
            type("\\q\n");
            shell.join();
            runner.close();
            terminal.close();
        }
    }

    @Test
    void statementsMayTakeManyLinesAndAreRemembered() throws Exception {
        try (var typist = new Typist()) {
            typist.type("SELECT title,\n year\n FROM film WHERE id = 1;\n");
            typist.await("(1 row)");
            typist.type("help\n");
            typist.await("Statements end with a semicolon");
        }
        assertThat(Files.readString(folder.resolve("history")))
                .contains("SELECT title,")
                .contains("FROM film");
    }

    /// Ctrl-C while a statement runs ends the statement, and the session goes on with its settings.
    @Test
    void controlCEndsTheStatementAndKeepsTheSession() throws Exception {
        try (var typist = new Typist()) {
            typist.type("SET ef_search = 77;\n");
            typist.await("SET\n");
            typist.type("SELECT sum(a.id * b.id * c.id * d.id) AS slow FROM " + numbers("a") + ", " + numbers("b")
                    + ", " + numbers("c") + ", " + numbers("d") + ";\n");
            try (Connection connection = server().connect()) {
                while (RealServer.rows(connection, "SELECT query_id FROM system.queries")
                                .size()
                        < 2) {
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                }
            }
            typist.terminal.raise(Terminal.Signal.INT);
            typist.await("57014");
            typist.type("SHOW ef_search;\n");
            typist.await("77");
        }
    }

    private static String numbers(String name) {
        return "(SELECT x.id FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) x(id),"
                + " (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) y(id),"
                + " (VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) z(id)) " + name;
    }

    @Test
    void rowsOfACopyMayBeTyped() throws Exception {
        try (var typist = new Typist()) {
            typist.type("CREATE TABLE typed (id BIGINT PRIMARY KEY, name VARCHAR);\n");
            typist.await("CREATE TABLE\n");
            typist.type("COPY typed FROM STDIN;\n");
            typist.await("a line \\. ends them");
            typist.type("1,one\n2,two\n\\.\n");
            typist.await("COPY 2");
        }
    }
}
