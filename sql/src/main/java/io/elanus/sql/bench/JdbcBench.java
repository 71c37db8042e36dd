package io.elanus.sql.bench;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.type.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
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
            defaultValue = "16,32,64,128,256,384",
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

    @Option(
            names = "--with",
            split = ",",
            defaultValue = "layout = quantized",
            description = "Options of our index beside m and ef_construction; default: what autoindex chooses.")
    private List<String> with = List.of();

    @Option(names = "--data", description = "Directory that keeps the loaded database for a next run.")
    private @Nullable Path data;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Settings of the server.")
    private List<String> settings = List.of();

    @Option(names = "--peer-url", description = "PostgreSQL with pgvector: jdbc:postgresql://host/db?user=u")
    private @Nullable String peerUrl;

    @Option(names = "--peer-driver", description = "The jar of its JDBC driver, unless it is on the class path.")
    private @Nullable Path peerDriver;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

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
            var report = new JdbcReport(System.out, json, filter);
            report.heading();
            try (ServerProcess server = ServerProcess.start(kept(folder), settings, List.of());
                    var driver = new PeerDriver(peerDriver)) {
                server.awaitFirstAnswer("SELECT 1");
                var targets = new ArrayList<SearchTarget>(List.of(new SearchTarget.Elanus(server)));
                if (peerUrl != null) {
                    targets.add(new SearchTarget.Pgvector(driver, peerUrl));
                }
                var wanted = new SearchSweep.Wanted(metric, k, filter, efforts, clients, seconds);
                var sweeps = new ArrayList<SearchSweep>();
                for (SearchTarget target : targets) {
                    load(target, vectors, shares, folder, report);
                    sweeps.add(new SearchSweep(target, wanted, asked, neighbors));
                }
                measure(sweeps, report);
            }
        }
    }

    private void measure(List<SearchSweep> sweeps, JdbcReport report)
            throws SQLException, InterruptedException, ExecutionException {
        for (SearchSweep sweep : sweeps) {
            sweep.warmUp(warmUp);
        }
        for (int round = 0; round < (sweeps.size() > 1 ? rounds : 1); round++) {
            for (SearchSweep sweep : sweeps) {
                sweep.round(point -> report.searched(sweep.target(), point.effort(), point.clients(), point.run()));
            }
        }
        if (sweeps.size() > 1) {
            for (double recall : recalls) {
                for (int count : clients) {
                    report.compare(sweeps.get(0), sweeps.get(1), recall, count);
                }
            }
        }
    }

    private Path kept(Path folder) {
        return data == null ? folder.resolve("data") : data;
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

    private void load(SearchTarget target, VectorFile vectors, double[] shares, Path folder, JdbcReport report)
            throws IOException, SQLException {
        if (data != null && target.holds(vectors.rows())) {
            return;
        }
        Path text = folder.resolve("rows.tsv");
        SearchTarget.writeText(vectors, shares, text);
        JdbcReport.Twice inserts = twice(() -> target.load(vectors, shares));
        JdbcReport.Twice copies = twice(() -> target.copy(vectors.dimension(), text));
        List<String> options = target instanceof SearchTarget.Elanus ? with : List.of();
        JdbcReport.Twice indexing = twice(() -> target.index(metric, options));
        report.loaded(target, vectors.rows(), inserts, copies, indexing);
    }

    private interface Step {
        void run() throws SQLException;
    }

    private static JdbcReport.Twice twice(Step step) throws SQLException {
        return new JdbcReport.Twice(seconds(step), seconds(step));
    }

    private static double seconds(Step step) throws SQLException {
        long start = System.nanoTime();
        step.run();
        return (System.nanoTime() - start) / 1e9;
    }
}
