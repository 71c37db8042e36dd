package io.elanus.sql.bench;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.type.Metric;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// What a user of JDBC has: loads vectors into a server process, builds an HNSW index, and sweeps its search effort
/// with prepared statements by one and more clients. With `--peer-url` the same for PostgreSQL with pgvector, in turn
/// (A B A B), and their ratios at equal recall.
@Command(
        name = "jdbc",
        mixinStandardHelpOptions = true,
        description = "Measures vector searches through JDBC: recall, queries a second, latency, CPU of the server.")
public final class JdbcBench implements Callable<Integer> {
    private static final long FILTER_SEED = 1;

    @Option(names = "--base", description = "The vectors, an fvecs file; generated when left out.")
    private @Nullable Path base;

    @Option(names = "--query", description = "The queries, an fvecs file; generated when left out.")
    private @Nullable Path query;

    @Option(names = "--truth", description = "True neighbours, an ivecs file; computed when left out or filtered.")
    private @Nullable Path truth;

    @Option(names = "--rows", defaultValue = "100000", description = "Vectors to generate (${DEFAULT-VALUE}).")
    private int rows;

    @Option(names = "--dimension", defaultValue = "100", description = "Their dimensions (${DEFAULT-VALUE}).")
    private int dimension;

    @Option(names = "--seed", defaultValue = "1", description = "Of the generated vectors (${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--metric", defaultValue = "cosine", description = "l2, cosine or ip (${DEFAULT-VALUE}).")
    private String metric = "";

    @Option(names = "--k", defaultValue = "10", description = "Neighbours to find (${DEFAULT-VALUE}).")
    private int k;

    @Option(names = "--clients", split = ",", defaultValue = "1,2,8", description = "Clients (${DEFAULT-VALUE}).")
    private List<Integer> clients = List.of();

    @Option(
            names = "--efforts",
            split = ",",
            defaultValue = "16,32,64,128,256",
            description = "Values of ef_search (${DEFAULT-VALUE}).")
    private List<Integer> efforts = List.of();

    @Option(names = "--filter", defaultValue = "1", description = "Share of the rows that pass (${DEFAULT-VALUE}).")
    private double filter;

    @Option(names = "--seconds", defaultValue = "2", description = "Time per measurement (${DEFAULT-VALUE}).")
    private double seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "20",
            description = "Seconds of searches before the first measurement (${DEFAULT-VALUE}).")
    private double warmUp;

    @Option(names = "--rounds", defaultValue = "2", description = "Sweeps of each system in turn (${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--recalls",
            split = ",",
            defaultValue = "0.965,0.994",
            description = "Where systems are compared (${DEFAULT-VALUE}).")
    private List<Double> recalls = List.of();

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Settings of the server.")
    private List<String> settings = List.of();

    @Option(names = "--peer-url", description = "PostgreSQL with pgvector: jdbc:postgresql://host/db?user=u")
    private @Nullable String peerUrl;

    @Option(names = "--peer-driver", description = "The jar of its JDBC driver, unless it is on the class path.")
    private @Nullable Path peerDriver;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    private final PrintStream out = System.out;

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("elanus-bench-jdbc");
        try {
            if (base == null || query == null) {
                generate(folder);
            }
            run(folder);
        } finally {
            BenchFiles.deleteTree(folder);
        }
        return 0;
    }

    private void generate(Path folder) {
        int failed = new CommandLine(new GenerateVectors())
                .execute(
                        "--out=" + folder,
                        "--rows=" + rows,
                        "--dimension=" + dimension,
                        "--seed=" + seed,
                        "--metric=" + metric);
        if (failed != 0) {
            throw new IllegalStateException("The vectors could not be generated");
        }
        base = folder.resolve("base.fvecs");
        query = folder.resolve("query.fvecs");
        truth = folder.resolve("truth.ivecs");
    }

    private void run(Path folder) throws IOException, SQLException, InterruptedException, ExecutionException {
        Metric chosen = Metric.find(metric)
                .orElseThrow(() -> new StorageException(
                        ErrorCode.INVALID_PARAMETER,
                        "There is no metric [%s]. Choose [l2], [ip] or [cosine].".formatted(metric)));
        try (VectorFile vectors = new VectorFile(given(base));
                VectorFile queries = new VectorFile(given(query))) {
            float[][] asked =
                    IntStream.range(0, queries.rows()).mapToObj(queries::floats).toArray(float[][]::new);
            double[] shares =
                    new SplittableRandom(FILTER_SEED).doubles(vectors.rows()).toArray();
            Truth neighbors = truth(vectors, asked, chosen, shares);
            heading();
            try (ServerProcess server = ServerProcess.start(folder.resolve("data"), settings, List.of());
                    var driver = new PeerDriver(peerDriver)) {
                server.awaitFirstAnswer("SELECT 1");
                var targets = new ArrayList<SearchTarget>(List.of(new SearchTarget.Elanus(server)));
                if (peerUrl != null) {
                    targets.add(new SearchTarget.Pgvector(driver, peerUrl));
                }
                var wanted = new SearchSweep.Wanted(metric, k, filter, efforts, clients, seconds);
                var sweeps = new ArrayList<SearchSweep>();
                for (SearchTarget target : targets) {
                    load(target, vectors, shares);
                    sweeps.add(new SearchSweep(target, wanted, asked, neighbors));
                }
                measure(sweeps);
            }
        }
    }

    private void measure(List<SearchSweep> sweeps) throws SQLException, InterruptedException, ExecutionException {
        for (SearchSweep sweep : sweeps) {
            sweep.warmUp(warmUp);
        }
        for (int round = 0; round < (sweeps.size() > 1 ? rounds : 1); round++) {
            for (SearchSweep sweep : sweeps) {
                sweep.round(point -> report(sweep.target(), point.effort(), point.clients(), point.run()));
            }
        }
        if (sweeps.size() > 1) {
            for (double recall : recalls) {
                for (int count : clients) {
                    compare(sweeps.get(0), sweeps.get(1), recall, count);
                }
            }
        }
    }

    private static Path given(@Nullable Path file) {
        if (file == null) {
            throw new IllegalStateException("No file was generated");
        }
        return file;
    }

    private Truth truth(VectorFile vectors, float[][] asked, Metric chosen, double[] shares) throws IOException {
        if (truth != null && filter >= 1) {
            try (VectorFile file = new VectorFile(truth)) {
                return Truth.of(file, k);
            }
        }
        long[] words = new long[(shares.length + 63) >>> 6];
        for (int row = 0; row < shares.length; row++) {
            if (shares[row] < filter) {
                words[row >>> 6] |= 1L << row;
            }
        }
        return Truth.compute(vectors, asked, chosen, k, RowFilter.of(words, shares.length));
    }

    private void load(SearchTarget target, VectorFile vectors, double[] shares) throws SQLException {
        long start = System.nanoTime();
        target.load(vectors, shares);
        double loading = (System.nanoTime() - start) / 1e9;
        start = System.nanoTime();
        target.index(metric);
        double indexing = (System.nanoTime() - start) / 1e9;
        loaded(target, vectors.rows(), loading, indexing);
    }

    private void heading() {
        if (!json) {
            out.printf(
                    "%-9s %6s %7s %8s %9s %8s %8s %8s %6s%n",
                    "system", "effort", "clients", "recall", "qps", "p50_ms", "p99_ms", "cpu_ms", "rows");
        }
    }

    private void loaded(SearchTarget target, int count, double loading, double indexing) {
        if (json) {
            out.println(new JsonLine()
                    .text("system", target.name())
                    .text("phase", "load")
                    .number("rows", count)
                    .number("load_s", loading)
                    .number("index_s", indexing));
        } else {
            out.printf("%-9s %d rows inserted in %.1f s, indexed in %.1f s%n", target.name(), count, loading, indexing);
        }
    }

    private void report(SearchTarget target, int effort, int count, ClientRun run) {
        if (json) {
            out.println(new JsonLine()
                    .text("system", target.name())
                    .text("phase", "search")
                    .number("effort", effort)
                    .number("clients", count)
                    .number("filter", filter)
                    .number("recall", run.recall())
                    .number("qps", run.qps())
                    .number("p50_ms", run.p50Millis())
                    .number("p99_ms", run.p99Millis())
                    .number("server_cpu_ms", run.cpuMillis())
                    .number("rows", run.rows()));
            return;
        }
        out.printf(
                "%-9s %6d %7d %8.4f %9.0f %8.3f %8.3f %8.3f %6.1f%n",
                target.name(),
                effort,
                count,
                run.recall(),
                run.qps(),
                run.p50Millis(),
                run.p99Millis(),
                run.cpuMillis(),
                run.rows());
    }

    private void compare(SearchSweep ours, SearchSweep peers, double recall, int count) {
        double[] a = at(ours, recall, count);
        double[] b = at(peers, recall, count);
        if (json) {
            out.println(new JsonLine()
                    .text("phase", "ratio")
                    .text("peer", peers.target().name())
                    .number("recall", recall)
                    .number("clients", count)
                    .number("qps", a[0])
                    .number("peer_qps", b[0])
                    .number("qps_ratio", a[0] / b[0])
                    .number("p50_ms", a[1])
                    .number("peer_p50_ms", b[1])
                    .number("cpu_ratio", b[2] / a[2]));
        } else {
            out.printf(
                    Locale.ROOT,
                    "at recall %.3f, %d clients: %.0f queries/s against %.0f of %s, ratio %.2f; p50 %.2f and %.2f ms; CPU ratio %.2f%n",
                    recall,
                    count,
                    a[0],
                    b[0],
                    peers.target().name(),
                    a[0] / b[0],
                    a[1],
                    b[1],
                    b[2] / a[2]);
        }
    }

    /// Queries a second, p50 and CPU milliseconds of the server at this recall; not a number: never that right.
    private static double[] at(SearchSweep sweep, double recall, int count) {
        List<ToDoubleFunction<ClientRun>> values = List.of(ClientRun::qps, ClientRun::p50Millis, ClientRun::cpuMillis);
        return values.stream()
                .mapToDouble(value -> ValueAtRecall.at(
                                recall,
                                sweep.points().stream()
                                        .filter(point -> point.clients() == count)
                                        .map(point -> new ValueAtRecall.Point(
                                                point.run().recall(), Math.max(1e-9, value.applyAsDouble(point.run()))))
                                        .toList())
                        .orElse(Double.NaN))
                .toArray();
    }
}
