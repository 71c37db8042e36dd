package io.elanus.sql.bench;

import io.elanus.storage.index.BruteForceSearch;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import io.elanus.storage.type.Metric;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Measures this engine against other libraries on the same files, in turn, and prints ratios at equal recall
/// ([EqualRecall]), build times and bytes; then filtered searches against the two plain ways to filter. The partners
/// are no part of the program; they are compiled and resolved when the command runs. With `--cache` what they have
/// built is kept for the next run.
@Command(
        name = "peers",
        description = "Measure against hnswlib, Lucene and JVector, in turn, at equal recall.",
        mixinStandardHelpOptions = true)
public final class PeersBench implements Callable<Integer> {
    private static final int FILTERED_QUERIES = 200;
    private static final double FILTERED_RECALL = 0.95;

    @Option(names = "--base", required = true, description = "The vectors to index, an fvecs file.")
    private Path base = Path.of("");

    @Option(names = "--query", required = true, description = "The queries, an fvecs file.")
    private Path query = Path.of("");

    @Option(names = "--truth", description = "True neighbours, an ivecs file; computed when left out.")
    private @Nullable Path truth;

    @Option(names = "--metric", defaultValue = "l2", description = "l2, ip or cosine. Default: ${DEFAULT-VALUE}.")
    private String metric = "";

    @Option(names = "--index", defaultValue = "auto", description = "Our index type. Default: ${DEFAULT-VALUE}.")
    private String format = "";

    @Option(names = "--with", split = ",", description = "Its parameters: m=16,ef_construction=200.")
    private Map<String, String> with = new LinkedHashMap<>();

    @Option(
            names = "--partners",
            split = ",",
            defaultValue = "hnswlib,lucene,jvector",
            description = "Whom to compare with. Default: ${DEFAULT-VALUE}.")
    private List<String> names = List.of();

    @Option(
            names = "--m",
            defaultValue = "16",
            description = "Links of the partners' graphs. Default: ${DEFAULT-VALUE}.")
    private int m;

    @Option(
            names = "--ef-construction",
            defaultValue = "200",
            description = "Width of the partners' builds. Default: ${DEFAULT-VALUE}.")
    private int efConstruction;

    @Option(names = "--k", defaultValue = "10", description = "Neighbours to find. Default: ${DEFAULT-VALUE}.")
    private int k;

    @Option(
            names = "--recalls",
            split = ",",
            defaultValue = "0.9,0.95,0.99",
            description = "Default: ${DEFAULT-VALUE}.")
    private List<Double> recalls = List.of();

    @Option(names = "--threads", split = ",", defaultValue = "1,2", description = "Default: ${DEFAULT-VALUE}.")
    private List<Integer> threads = List.of();

    @Option(names = "--rounds", defaultValue = "3", description = "Turns of every one. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "1", description = "Time per measurement. Default: ${DEFAULT-VALUE}.")
    private double seconds;

    @Option(
            names = "--filters",
            split = ",",
            description = "Shares of rows that pass, for filtered searches: 0.5,0.1,0.01,0.001. Default: none.")
    private List<Double> filters = List.of();

    @Option(names = "--cache", description = "Folder for what the partners have built, to use it again.")
    private @Nullable Path cache;

    @Option(
            names = "--hnswlib",
            defaultValue = "/usr/include",
            description = "Where hnswlib's headers are. Default: ${DEFAULT-VALUE}.")
    private Path headers = Path.of("");

    @Spec
    private @Nullable CommandSpec command;

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        Metric chosen = BenchFiles.metric(metric);
        Path folder = Files.createTempDirectory("elanus-peers");
        List<Partner> partners = new ArrayList<>();
        try (VectorFile vectors = new VectorFile(base);
                VectorFile queryFile = new VectorFile(query);
                Arena arena = Arena.ofShared()) {
            float[][] queries = queryFile.all();
            RowFilter all = RowFilter.all(vectors.rows());
            Truth neighbors = truth == null
                    ? Truth.compute(vectors, queries, chosen, k, all)
                    : Truth.load(truth, queries.length, k);
            Path file = Files.createFile(folder.resolve("ours.idx"));
            IndexSpec spec = new IndexSpec(format, vectors.type(), chosen, with);
            BuiltFile built =
                    BuiltFile.build(spec, vectors, file, Runtime.getRuntime().availableProcessors());
            VectorIndex index = built.open(vectors, arena);
            String name = "elanus " + format + " " + index.spec().parameters();
            printBuilt(name, new Partner.Built(built.cpuSeconds(), index.memoryBytes(), built.bytes()), vectors.rows());
            List<EqualRecall.Side> sides = new ArrayList<>(List.of(ours(index, queries, neighbors, all)));
            for (String each : names) {
                Partner partner = start(each, chosen, folder);
                partners.add(partner);
                sides.add(theirs(partner, neighbors));
                printBuilt(partner.name(), partner.built(), vectors.rows());
            }
            var compared = new EqualRecall(sides, rounds, seconds, this::print);
            compared.printHeader();
            for (double recall : recalls) {
                compared.compare(recall, threads);
            }
            for (double share : filters) {
                compareFiltered(index, vectors, queries, chosen, share);
            }
        } finally {
            partners.forEach(Partner::close);
            BenchFiles.deleteTree(folder);
        }
        return 0;
    }

    private Partner start(String name, Metric chosen, Path folder) throws IOException, InterruptedException {
        Optional<Path> kept = cacheOf(name, chosen);
        List<String> arguments = List.of(
                base.toString(),
                query.toString(),
                chosen.sql(),
                Integer.toString(m),
                Integer.toString(efConstruction),
                Integer.toString(Runtime.getRuntime().availableProcessors()),
                kept.map(Path::toString).orElse("-"));
        return name.equals("hnswlib")
                ? Partner.hnswlib(headers, arguments, folder)
                : Partner.java(name, arguments, folder);
    }

    /// Where a partner keeps what it builds.
    private Optional<Path> cacheOf(String name, Metric chosen) throws IOException {
        if (cache == null) {
            return Optional.empty();
        }
        String key = "%s-%d-%d-%s-%d-%d"
                .formatted(
                        base.toAbsolutePath().toString().replace('/', '_'),
                        Files.size(base),
                        Files.getLastModifiedTime(base).toMillis(),
                        chosen.sql(),
                        m,
                        efConstruction);
        return Optional.of(Files.createDirectories(cache.resolve(key)).resolve(name));
    }

    private void printBuilt(String name, Partner.Built built, int rows) {
        print("%s: build %.1f CPU s; memory %d and disk %d bytes a vector"
                .formatted(name, built.cpuSeconds(), built.memoryBytes() / rows, built.diskBytes() / rows));
    }

    private EqualRecall.Side ours(VectorIndex index, float[][] queries, Truth neighbors, RowFilter rows) {
        return side("elanus", index::newSearcher, queries, neighbors, rows);
    }

    /// A side in this process.
    private EqualRecall.Side side(
            String name, Supplier<Searcher> searchers, float[][] queries, Truth neighbors, RowFilter rows) {
        return new EqualRecall.Side() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Partner.Measured search(int effort, int count, double length)
                    throws InterruptedException, ExecutionException {
                var parameters = new SearchParameters(k, effort, Float.POSITIVE_INFINITY);
                var load = new SearchRun.Load(count, length / 2, length);
                SearchRun run = SearchRun.measure(searchers, queries, neighbors, rows, parameters, load);
                return new Partner.Measured(run.recall(), run.qps(), run.cpuMicros());
            }
        };
    }

    private EqualRecall.Side theirs(Partner partner, Truth neighbors) {
        return new EqualRecall.Side() {
            @Override
            public String name() {
                return partner.name();
            }

            @Override
            public Partner.Measured search(int effort, int count, double length) throws IOException {
                return partner.search(effort, k, count, length, neighbors);
            }
        };
    }

    /// Our filtered search against the plain ways: all rows that pass compared, and the unfiltered search widened.
    private void compareFiltered(VectorIndex index, VectorFile vectors, float[][] queries, Metric chosen, double share)
            throws IOException, InterruptedException, ExecutionException {
        float[][] some = Arrays.copyOf(queries, Math.min(queries.length, FILTERED_QUERIES));
        RowFilter passing = BenchFiles.rowFilter(vectors.rows(), share);
        Truth neighbors = Truth.compute(vectors, some, chosen, k, passing);
        print("%.1f %% of the rows pass".formatted(share * 100));
        new EqualRecall(
                        List.of(
                                ours(index, some, neighbors, passing),
                                side(
                                        "compare all",
                                        () -> new BruteForceSearch(vectors, chosen),
                                        some,
                                        neighbors,
                                        passing),
                                side(
                                        "drop after",
                                        () -> new DropAfter(index.newSearcher(), passing, k),
                                        some,
                                        neighbors,
                                        passing)),
                        rounds,
                        seconds,
                        this::print)
                .compare(FILTERED_RECALL, List.of(1));
    }

    private void print(String line) {
        if (command != null) {
            PrintWriter out = command.commandLine().getOut();
            out.println(line);
            out.flush();
        }
    }
}
