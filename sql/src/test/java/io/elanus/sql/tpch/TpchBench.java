package io.elanus.sql.tpch;

import io.elanus.sql.doors.RealServer;
import io.elanus.sql.testing.Folders;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// TPC-H as a command: `./elanus bench tpch`. Both engines run in this process on the same files, in turn, through
/// JDBC; the time of a query is the best of its runs.
@Command(
        name = "bench tpch",
        mixinStandardHelpOptions = true,
        description = "Runs the 22 queries of TPC-H, compares every answer with DuckDB's, and times both.")
public final class TpchBench implements Callable<Integer> {
    private static final double NANOS_PER_MILLI = 1e6;

    @Option(names = "--scale", paramLabel = "S", defaultValue = "0.1", description = "1 is 1 GB (${DEFAULT-VALUE})")
    private double scale;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "20", description = "of each query (${DEFAULT-VALUE})")
    private int runs;

    @Option(names = "--queries", paramLabel = "N,…", split = ",", description = "only these")
    private List<Integer> queries = new ArrayList<>();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "keeps the loaded tables here, and uses those that are there")
    private @Nullable Path kept;

    @Option(names = "--json", description = "one line of JSON a query")
    private boolean json;

    private record Line(int query, int rows, double ours, double theirs, Optional<String> difference) {
        double ratio() {
            return ours / theirs;
        }

        String json() {
            return "{\"query\":%d,\"rows\":%d,\"elanus_ms\":%.1f,\"duckdb_ms\":%.1f,\"ratio\":%.2f,\"correct\":%b}"
                    .formatted(query, rows, ours, theirs, ratio(), difference.isEmpty());
        }

        @Override
        public String toString() {
            return "q%-3d %8d rows %10.1f ms %10.1f ms %8.2f   %s"
                    .formatted(query, rows, ours, theirs, ratio(), difference.orElse("same"));
        }
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new TpchBench()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = kept == null ? Files.createTempDirectory("elanus-tpch") : kept;
        boolean loaded = Files.exists(folder.resolve("data"));
        try (RealServer server = RealServer.start(Files.createDirectories(folder.resolve("data")));
                Connection ours = server.connect();
                Connection theirs = DriverManager.getConnection("jdbc:duckdb:" + folder.resolve("duckdb"))) {
            if (!loaded) {
                load(folder, ours, theirs);
            }
            var lines = new ArrayList<Line>();
            PrintStream out = System.out;
            if (!json) {
                out.printf("%-18s %13s %13s %8s   answer%n", "TPC-H " + scale, "elanus", "duckdb", "ratio");
            }
            for (int query : wanted()) {
                Line line = run(query, ours, theirs);
                lines.add(line);
                out.println(json ? line.json() : line);
            }
            if (!json) {
                summary(lines, out);
            }
            return lines.stream().allMatch(line -> line.difference().isEmpty()) ? 0 : 1;
        } finally {
            if (kept == null) {
                Folders.delete(folder);
            }
        }
    }

    private static void summary(List<Line> lines, PrintStream out) {
        Line slowest =
                lines.stream().max(Comparator.comparingDouble(Line::ratio)).orElseThrow();
        double mean = Math.exp(lines.stream()
                .mapToDouble(line -> Math.log(line.ratio()))
                .average()
                .orElse(0));
        out.printf(
                "%d of %d the same; ratio %.2f in the geometric mean, %.2f at most (q%d)%n",
                lines.stream().filter(line -> line.difference().isEmpty()).count(),
                lines.size(),
                mean,
                slowest.ratio(),
                slowest.query());
    }

    private List<Integer> wanted() {
        return queries.isEmpty()
                ? IntStream.rangeClosed(1, TpchQueries.COUNT).boxed().toList()
                : queries;
    }

    private void load(Path folder, Connection ours, Connection theirs) throws IOException, SQLException {
        Files.createDirectories(folder);
        TpchData.write(folder, scale);
        long started = System.nanoTime();
        TpchTables.loadElanus(ours, folder);
        long between = System.nanoTime();
        TpchTables.loadDuckDb(theirs, folder);
        System.err.printf(
                "loaded in %.0f ms, DuckDB in %.0f ms%n",
                (between - started) / NANOS_PER_MILLI, (System.nanoTime() - between) / NANOS_PER_MILLI);
    }

    private Line run(int query, Connection ours, Connection theirs) throws IOException {
        try {
            String sql = TpchQueries.text(query, scale);
            Answer expected = Answer.of(theirs, sql);
            Answer given = Answer.of(ours, sql);
            Optional<String> difference = given.difference(expected);
            long bestOurs = given.nanos();
            long bestTheirs = expected.nanos();
            for (int i = 1; i < runs; i++) {
                bestTheirs = Math.min(bestTheirs, Answer.of(theirs, sql).nanos());
                bestOurs = Math.min(bestOurs, Answer.of(ours, sql).nanos());
            }
            return new Line(
                    query, given.rows().size(), bestOurs / NANOS_PER_MILLI, bestTheirs / NANOS_PER_MILLI, difference);
        } catch (SQLException e) {
            return new Line(query, 0, Double.NaN, Double.NaN, Optional.of(String.valueOf(e.getMessage())));
        }
    }
}
