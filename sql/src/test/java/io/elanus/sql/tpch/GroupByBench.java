package io.elanus.sql.tpch;

import io.elanus.sql.doors.RealServer;
import io.elanus.sql.testing.Folders;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// GROUP BY as a command: `./elanus bench groupby`. Few groups and many, by a number and by text, here and in DuckDB,
/// both in this process on the same rows, in turn, through JDBC; the time of a query is the best of its runs.
@Command(
        name = "bench groupby",
        mixinStandardHelpOptions = true,
        description = "Groups rows by numbers and by text, compares every answer with DuckDB's, and times both.")
public final class GroupByBench implements Callable<Integer> {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int FEW = 16;
    private static final long SEED = 1;
    private static final String TABLE =
            "CREATE TABLE facts (id BIGINT%s, few INTEGER, many INTEGER, word VARCHAR, name VARCHAR, x INTEGER,"
                    + " y DOUBLE)";
    private static final String QUERY = "SELECT %1$s, count(*), sum(x), avg(y) FROM facts GROUP BY %1$s%2$s";
    /// Of the many groups those with the most, so that the time is not that of reading them.
    private static final String MOST = " ORDER BY 2 DESC, 3 DESC, 1 LIMIT 100";

    @Option(names = "--rows", paramLabel = "N", defaultValue = "1000000", description = "(${DEFAULT-VALUE})")
    private int rows;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "200",
            description = "of each query (${DEFAULT-VALUE}); the first hundred find code that is not compiled yet")
    private int runs;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "keeps the loaded table here, and uses the one that is there")
    private @Nullable Path kept;

    @Option(names = "--only", paramLabel = "NAME", description = "only the query with this name")
    private @Nullable String only;

    @Option(names = "--json", description = "one line of JSON a query")
    private boolean json;

    private record Question(String name, String sql) {}

    private record Line(String name, int groups, double ours, double theirs, Optional<String> difference) {
        String json() {
            return ("{\"query\":\"%s\",\"groups\":%d,\"elanus_ms\":%.2f,\"duckdb_ms\":%.2f,\"ratio\":%.2f,"
                            + "\"correct\":%b}")
                    .formatted(name, groups, ours, theirs, ours / theirs, difference.isEmpty());
        }

        @Override
        public String toString() {
            return "%-12s %8d groups %9.2f ms %9.2f ms %7.2f   %s"
                    .formatted(name, groups, ours, theirs, ours / theirs, difference.orElse("same"));
        }
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new GroupByBench()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = kept == null ? Files.createTempDirectory("elanus-groupby") : kept;
        boolean loaded = Files.exists(folder.resolve("data"));
        try (RealServer server = RealServer.start(Files.createDirectories(folder.resolve("data")));
                Connection ours = server.connect();
                Connection theirs = DriverManager.getConnection("jdbc:duckdb:" + folder.resolve("duckdb"))) {
            if (!loaded) {
                load(folder, ours, theirs);
            }
            boolean same = true;
            PrintStream out = System.out;
            for (Question question : questions()) {
                if (only == null || only.equals(question.name())) {
                    Line line = run(question, ours, theirs);
                    same &= line.difference().isEmpty();
                    out.println(json ? line.json() : line);
                }
            }
            return same ? 0 : 1;
        } finally {
            if (kept == null) {
                Folders.delete(folder);
            }
        }
    }

    private static List<Question> questions() {
        var questions = new ArrayList<Question>();
        questions.add(new Question("few-numbers", QUERY.formatted("few", "")));
        questions.add(new Question("few-words", QUERY.formatted("word", "")));
        questions.add(new Question("many-numbers", QUERY.formatted("many", MOST)));
        questions.add(new Question("many-names", QUERY.formatted("name", MOST)));
        questions.add(new Question("all", "SELECT count(*), sum(x), avg(y) FROM facts"));
        return questions;
    }

    private void load(Path folder, Connection ours, Connection theirs) throws IOException, SQLException {
        Path file = folder.resolve("facts.csv");
        var random = new SplittableRandom(SEED);
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int id = 0; id < rows; id++) {
                int many = random.nextInt(Math.max(1, rows / 10));
                out.write(String.format(
                        Locale.ROOT,
                        "%d,%d,%d,word%d,name-%d,%d,%.3f%n",
                        id,
                        random.nextInt(FEW),
                        many,
                        random.nextInt(FEW),
                        random.nextInt(Math.max(1, rows / 10)),
                        random.nextInt(1000),
                        random.nextInt(1_000_000) / 1000.0));
            }
        }
        try (Statement statement = ours.createStatement()) {
            statement.execute(TABLE.formatted(" PRIMARY KEY"));
            statement.execute("COPY facts FROM '" + file + "' WITH (format csv)");
            statement.execute("FLUSH");
        }
        try (Statement statement = theirs.createStatement()) {
            statement.execute(TABLE.formatted(""));
            statement.execute("COPY facts FROM '" + file + "' (HEADER false)");
        }
    }

    private Line run(Question question, Connection ours, Connection theirs) throws SQLException {
        Answer expected = Answer.of(theirs, question.sql());
        Answer given = Answer.of(ours, question.sql());
        Optional<String> difference = given.difference(expected);
        long bestOurs = given.nanos();
        long bestTheirs = expected.nanos();
        for (int i = 1; i < runs; i++) {
            bestTheirs = Math.min(bestTheirs, Answer.of(theirs, question.sql()).nanos());
            bestOurs = Math.min(bestOurs, Answer.of(ours, question.sql()).nanos());
        }
        return new Line(
                question.name(),
                given.rows().size(),
                bestOurs / NANOS_PER_MILLI,
                bestTheirs / NANOS_PER_MILLI,
                difference);
    }
}
