package io.elanus.sql.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.elanus.jdbc.Driver;
import io.elanus.sql.shell.Console;
import io.elanus.sql.shell.Runner;
import io.elanus.sql.shell.SqlCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./elanus demo`: a database with 20,000 real words and their vectors, and what SQL does with them.
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Starts a database, loads 20,000 words with their vectors, shows searches, and leaves a shell.")
public final class DemoCommand implements Callable<Integer> {
    private static final int TERMINAL_WIDTH = 100;
    private static final Duration INDEX_LIMIT = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    @Option(names = "--batch", description = "ends after the searches instead of leaving a shell")
    private boolean batch;

    @Option(names = "--data", paramLabel = "DIR", description = "keeps the database here (a temporary folder)")
    private @Nullable Path data;

    @Option(names = "--url", paramLabel = "URL", description = "uses this server, and leaves its tables there")
    private @Nullable String url;

    private int failures;

    /// 0; 1 when a statement failed.
    @Override
    public Integer call() throws IOException, SQLException {
        // The server runs in this process; its diary would stand between the results.
        ((Logger) LoggerFactory.getLogger("io.elanus")).setLevel(Level.WARN);
        Path scratch = Files.createTempDirectory("elanus-demo");
        try {
            return url == null ? serve(scratch, data == null ? scratch.resolve("data") : data) : show(scratch, url);
        } finally {
            deleteTree(scratch);
        }
    }

    private int serve(Path scratch, Path database) throws IOException, SQLException {
        var settings = ConfigFile.merge(java.util.Map.of(), List.of("listen.http-port=0", "listen.flight-port=0"));
        try (ElanusServer server = ElanusServer.start(database, ConfigTree.fill(ServerConfig.class, settings))) {
            return show(scratch, "jdbc:elanus://" + server.address() + "/public");
        }
    }

    private int show(Path scratch, String address) throws IOException, SQLException {
        boolean terminal = System.console() != null && System.console().isTerminal();
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        Connection connection = Objects.requireNonNull(new Driver().connect(address, new Properties()));
        try (Runner runner = new Runner(
                new Console(out, err, () -> terminal ? TERMINAL_WIDTH : 0), connection, Runner.Format.TABLE)) {
            runner.setTiming(true);
            tour(runner, connection, out, scratch);
        }
        if (failures > 0) {
            err.println(failures + " statements of the demo failed.");
            return 1;
        }
        if (batch || !terminal) {
            return 0;
        }
        out.println("\nYour turn: the tables are words and initials.");
        return SqlCommand.interactive(address, Runner.Format.TABLE, true, scratch.resolve("history"));
    }

    private void tour(Runner runner, Connection connection, PrintWriter out, Path scratch)
            throws IOException, SQLException {
        List<DemoWords.Word> words = DemoWords.load();
        Path csv = scratch.resolve("words.csv");
        DemoWords.writeCsv(words, csv);
        float[] coffee = vector(words, "coffee");

        show(runner, out, "A table of the most frequent English words, each with the vector of its meaning.", """
                CREATE TABLE words (frequency_rank INTEGER PRIMARY KEY, word VARCHAR, letters INTEGER,
                                    initial VARCHAR, embedding VECTOR(100))""");
        show(runner, out, "Loaded from a file.", "COPY words FROM '" + csv + "' WITH (format csv, header true)");
        show(
                runner,
                out,
                "A graph index for cosine distance.",
                "CREATE INDEX words_embedding ON words USING hnsw (embedding vector_cosine_ops)");
        show(runner, out, "Rows go to their files, and the index is built over them.", "FLUSH words");
        awaitIndex(connection);
        show(
                runner,
                out,
                "",
                "SELECT index_name, type, metric, indexed_rows FROM system.indexes WHERE indexed_rows = flushed_rows");
        String nearest = "SELECT word, embedding <=> ? AS distance FROM words ORDER BY distance LIMIT 8";
        show(runner, out, "The words nearest to coffee; ? is its vector.", nearest, (Object) coffee);
        show(
                runner,
                out,
                "The same, among short words that are not among the 3,000 most frequent.",
                "SELECT word, letters, embedding <=> ? AS distance FROM words"
                        + " WHERE letters <= 5 AND frequency_rank > 3000 ORDER BY distance LIMIT 8",
                (Object) coffee);
        show(runner, out, "Plain SQL as well: the commonest initials.", """
                SELECT initial, count(*) AS words, avg(letters) AS mean_letters FROM words
                GROUP BY initial ORDER BY words DESC LIMIT 5""");
        show(
                runner,
                out,
                "A second table, and a join.",
                "CREATE TABLE initials (initial VARCHAR PRIMARY KEY, kind VARCHAR)");
        show(runner, out, "", "INSERT INTO initials VALUES " + initials());
        show(runner, out, "", """
                SELECT kind, count(*) AS words FROM words JOIN initials ON words.initial = initials.initial
                GROUP BY kind ORDER BY words DESC""");
        timeTravel(runner, out);
        show(runner, out, "How a search is carried out.", "EXPLAIN " + nearest, (Object) coffee);
    }

    /// Indexes are built behind the writes; the demo shows searches with one.
    private static void awaitIndex(Connection connection) throws SQLException {
        try (PreparedStatement progress = connection.prepareStatement(
                "SELECT count(*) FROM system.indexes WHERE flushed_rows = 0 OR indexed_rows < flushed_rows")) {
            long end = System.nanoTime() + INDEX_LIMIT.toNanos();
            while (System.nanoTime() < end) {
                try (ResultSet building = progress.executeQuery()) {
                    if (building.next() && building.getLong(1) == 0) {
                        return;
                    }
                }
                LockSupport.parkNanos(POLL.toNanos());
            }
        }
    }

    private void timeTravel(Runner runner, PrintWriter out) {
        String before = TIMESTAMP.format(Instant.now());
        show(runner, out, "Deleted rows are gone ...", "DELETE FROM words WHERE word IN ('coffee', 'tea')");
        show(runner, out, "", "SELECT count(*) AS left_over FROM words WHERE word IN ('coffee', 'tea')");
        show(
                runner,
                out,
                "... but not from the past.",
                "SELECT word, frequency_rank FROM words FOR SYSTEM_TIME AS OF TIMESTAMP '" + before
                        + "' WHERE word IN ('coffee', 'tea') ORDER BY word");
    }

    private static String initials() {
        var rows = new StringBuilder();
        for (char c = 'a'; c <= 'z'; c++) {
            rows.append(c == 'a' ? "" : ", ").append("('").append(c).append("', '");
            rows.append("aeiou".indexOf(c) < 0 ? "consonant" : "vowel").append("')");
        }
        return rows.toString();
    }

    private static float[] vector(List<DemoWords.Word> words, String text) {
        return words.stream()
                .filter(word -> word.text().equals(text))
                .findFirst()
                .orElseThrow()
                .vector();
    }

    private void show(Runner runner, PrintWriter out, String comment, String sql, Object... parameters) {
        out.println(comment.isEmpty() ? "" : "\n-- " + comment);
        out.println(sql.length() > 400 ? sql.substring(0, 100) + " ...;" : sql + ";");
        if (!runner.run(sql, parameters)) {
            failures++;
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
