package io.elanus.sql.bench;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.flat.FlatFormat;
import io.elanus.storage.type.Metric;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Builds an index from an fvecs file and sweeps its search parameter: recall, queries a second, latencies, build
/// time and memory, as a table or as one JSON object a line. The index is written to a file and searched where that
/// file is mapped, as a server does.
@Command(
        name = "ann",
        description = "Measure a vector index on fvecs files: recall, queries a second, build time, memory.",
        mixinStandardHelpOptions = true)
public final class AnnBench implements Callable<Integer> {
    private static final int[] EFFORTS = {
        1, 2, 4, 6, 8, 10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048
    };
    /// A sweep ends when a wider search cannot find noticeably more.
    private static final double ENOUGH = 0.9985;

    @Option(names = "--base", required = true, description = "The vectors to index, an fvecs file.")
    private Path base = Path.of("");

    @Option(names = "--query", required = true, description = "The queries, an fvecs file.")
    private Path query = Path.of("");

    @Option(names = "--truth", description = "True neighbours, an ivecs file; computed when left out or filtered.")
    private @Nullable Path truth;

    @Option(names = "--index", defaultValue = "auto", description = "Index type, or auto. Default: ${DEFAULT-VALUE}.")
    private String format = "";

    @Option(names = "--with", split = ",", description = "Its parameters: m=16,ef_construction=200.")
    private Map<String, String> with = new LinkedHashMap<>();

    @Option(names = "--metric", defaultValue = "l2", description = "l2, ip, cosine or l1. Default: ${DEFAULT-VALUE}.")
    private String metric = "";

    @Option(names = "--k", defaultValue = "10", description = "Neighbours to find. Default: ${DEFAULT-VALUE}.")
    private int k;

    @Option(names = "--threads", split = ",", defaultValue = "1", description = "Searching threads, one or several.")
    private List<Integer> threads = List.of();

    @Option(names = "--build-threads", description = "Building threads. Default: all processors.")
    private int buildThreads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--filter",
            split = ",",
            defaultValue = "1",
            description = "Shares of the rows that pass, from 0 to 1: one or several.")
    private List<Double> filters = List.of();

    @Option(names = "--efforts", split = ",", description = "Values of the search parameter to try.")
    private List<Integer> efforts = List.of();

    @Option(names = "--seconds", defaultValue = "1", description = "Time per measurement. Default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(
            names = "--cold",
            description = "Time from mapping the file to the first answer, with nothing of it in memory.")
    private boolean cold;

    @Option(names = "--json", description = "Print one JSON object a line.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec command;

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        Metric chosen = BenchFiles.metric(metric);
        try (VectorFile vectors = new VectorFile(base);
                VectorFile queryFile = new VectorFile(query)) {
            IndexSpec spec = new IndexSpec(format, vectors.type(), chosen, with);
            float[][] queries = queryFile.all();
            check(vectors, queryFile);
            Path file = Files.createTempFile("elanus-bench", ".idx");
            try (Arena arena = Arena.ofShared()) {
                BuiltFile build = BuiltFile.build(spec, vectors, file, buildThreads);
                if (cold) {
                    double first = ColdOpen.millis(build, vectors, queries[0], k);
                    double again = ColdOpen.millis(build, vectors, queries[1 % queries.length], k);
                    print("cold: from mapping %d MB to the first answer %.1f ms, once code is loaded %.1f ms"
                            .formatted(build.bytes() >> 20, first, again));
                }
                VectorIndex index = build.open(vectors, arena);
                for (double share : filters) {
                    RowFilter rows = BenchFiles.rowFilter(vectors.rows(), share);
                    Truth neighbors = truth(vectors, queries, chosen, rows);
                    sweep(build, index, vectors, queries, new Filter(share, rows, neighbors));
                }
            } finally {
                Files.delete(file);
            }
        }
        return 0;
    }

    /// @param truth the neighbours among the rows that pass
    private record Filter(double share, RowFilter rows, Truth truth) {}

    private void check(VectorFile vectors, VectorFile queryFile) {
        if (queryFile.dimension() != vectors.dimension()) {
            throw new StorageException(
                    ErrorCode.DIMENSION_MISMATCH,
                    "The queries in [%s] have [%d] dimensions, the vectors in [%s] have [%d]."
                            .formatted(query, queryFile.dimension(), base, vectors.dimension()));
        }
        boolean threadsRight = threads.stream().allMatch(count -> count >= 1);
        boolean filtersRight = filters.stream().allMatch(share -> share > 0 && share <= 1);
        if (k < 1 || k > vectors.rows() || !threadsRight || !filtersRight || seconds <= 0) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER,
                    "--k is from [1] to [%d], the rows; --threads from [1]; --seconds above 0; --filter above 0, to 1."
                            .formatted(vectors.rows()));
        }
    }

    private void sweep(BuiltFile build, VectorIndex index, VectorFile vectors, float[][] queries, Filter filter)
            throws InterruptedException, ExecutionException {
        List<Integer> sweep = new ArrayList<>(efforts);
        if (efforts.isEmpty()) {
            boolean lists = index.spec().format().contains("ivf");
            for (int effort : EFFORTS) {
                // A graph's beam is never narrower than k.
                if (lists || effort >= k) {
                    sweep.add(effort);
                }
            }
        }
        if (!json) {
            print(format + " " + chosen(index.spec()) + (filter.share() < 1 ? " filter=" + filter.share() : ""));
            print("%-6s %8s %8s %8s %8s %8s %8s %10s %s"
                    .formatted(
                            "param",
                            "recall",
                            "threads",
                            "qps",
                            "p50_us",
                            "p99_us",
                            "cpu_us",
                            "distances",
                            "strategy"));
        }
        for (int effort : sweep) {
            double recall = 0;
            for (int count : threads) {
                SearchParameters parameters = new SearchParameters(k, effort, Float.POSITIVE_INFINITY);
                SearchRun run = SearchRun.measure(
                        index::newSearcher,
                        queries,
                        filter.truth(),
                        filter.rows(),
                        parameters,
                        new SearchRun.Load(count, seconds / 2, seconds));
                recall = run.recall();
                report(build, index, effort, count, filter.share(), run);
                if (index.spec().format().equals(FlatFormat.NAME) && filter.share() >= 1) {
                    reportReads(vectors, count, run);
                }
            }
            if (recall >= ENOUGH) {
                break;
            }
        }
        if (!json) {
            print("build %.1f s, %.1f CPU s; memory %.0f and disk %.0f bytes a vector"
                    .formatted(
                            build.seconds(),
                            build.cpuSeconds(),
                            (double) index.memoryBytes() / index.rows(),
                            (double) build.bytes() / index.rows()));
        }
    }

    /// A search that compares everything can be as fast as memory is read.
    private void reportReads(VectorFile vectors, int count, SearchRun run)
            throws InterruptedException, ExecutionException {
        double plain = ReadRate.plain(vectors, count, seconds);
        double scan = ReadRate.ofScans(vectors, count, run.cpuMicros());
        if (!json) {
            print("       reads %.1f GB a second, a plain read of the same memory %.1f: %.0f %%"
                    .formatted(scan, plain, 100 * scan / plain));
        }
    }

    private void report(BuiltFile build, VectorIndex index, int effort, int count, double filter, SearchRun run) {
        if (!json) {
            print("%-6d %8.4f %8d %8.0f %8.1f %8.1f %8.1f %10.0f %s"
                    .formatted(
                            effort,
                            run.recall(),
                            count,
                            run.qps(),
                            run.p50Micros(),
                            run.p99Micros(),
                            run.cpuMicros(),
                            run.distances(),
                            run.strategy()));
            return;
        }
        JsonLine line = new JsonLine()
                .text("index", format)
                .text("with", chosen(index.spec()))
                .number("param", effort)
                .number("recall", run.recall())
                .number("threads", count)
                .number("qps", run.qps())
                .number("p50_us", run.p50Micros())
                .number("p99_us", run.p99Micros())
                .number("build_s", build.seconds())
                .number("build_cpu_s", build.cpuSeconds())
                .number("memory_bytes_per_vector", (double) index.memoryBytes() / index.rows())
                .number("disk_bytes_per_vector", (double) build.bytes() / index.rows())
                .number("filter", filter);
        print(line.toString());
    }

    /// The parameters as given, and before them the type when the index chose it itself.
    private String chosen(IndexSpec built) {
        List<String> parameters = new ArrayList<>();
        if (!built.format().equalsIgnoreCase(format)) {
            parameters.add("type=" + built.format());
        }
        new TreeMap<>(built.parameters()).forEach((name, value) -> parameters.add(name + "=" + value));
        return String.join(",", parameters);
    }

    private Truth truth(VectorFile vectors, float[][] queries, Metric chosen, RowFilter rows) throws IOException {
        if (truth == null || !rows.passesAll()) {
            return Truth.compute(vectors, queries, chosen, k, rows);
        }
        return Truth.load(truth, queries.length, k);
    }

    private void print(String line) {
        if (command != null) {
            PrintWriter out = command.commandLine().getOut();
            out.println(line);
            out.flush();
        }
    }
}
