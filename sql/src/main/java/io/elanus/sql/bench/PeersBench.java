package io.elanus.sql.bench;

import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.VectorIndex.SearchParameters;
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
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Measures this engine against other libraries on the same files, in turn, and prints ratios at equal recall:
/// every one takes the least value of its search parameter that reaches the recall. The partners are no part of the
/// program; they are compiled and resolved when the command runs.
@Command(
        name = "peers",
        description = "Measure against hnswlib, Lucene and JVector, in turn, at equal recall.",
        mixinStandardHelpOptions = true)
public final class PeersBench implements Callable<Integer> {
    private static final int[] EFFORTS = {
        1, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384,
        448, 512, 640, 768, 1024, 1536, 2048
    };
    /// Time of a search that only has its recall taken.
    private static final double GLANCE = 0.02;

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
            Ours ours = new Ours(built.open(vectors, arena), queries, neighbors, all);
            print("elanus %s %s: build %.1f CPU s"
                    .formatted(format, ours.index.spec().parameters(), built.cpuSeconds()));
            for (String name : names) {
                Partner partner = start(name, chosen, folder);
                partners.add(partner);
                print("%s: build %.1f CPU s".formatted(partner.name(), partner.buildCpuSeconds()));
            }
            compare(ours, partners, neighbors);
        } finally {
            partners.forEach(Partner::close);
            BenchFiles.deleteTree(folder);
        }
        return 0;
    }

    private Partner start(String name, Metric chosen, Path folder) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                base.toString(),
                query.toString(),
                chosen.sql(),
                Integer.toString(m),
                Integer.toString(efConstruction),
                Integer.toString(Runtime.getRuntime().availableProcessors())));
        if (name.equals("hnswlib")) {
            arguments.add("-");
            return Partner.hnswlib(headers, arguments, folder);
        }
        return Partner.java(name, arguments, folder);
    }

    /// Our side of the comparison.
    private final class Ours {
        private final VectorIndex index;
        private final float[][] queries;
        private final Truth neighbors;
        private final RowFilter all;

        Ours(VectorIndex index, float[][] queries, Truth neighbors, RowFilter all) {
            this.index = index;
            this.queries = queries;
            this.neighbors = neighbors;
            this.all = all;
        }

        Partner.Measured search(int effort, int count, double length) throws InterruptedException, ExecutionException {
            SearchRun run = SearchRun.measure(
                    index,
                    queries,
                    neighbors,
                    all,
                    new SearchParameters(k, effort, Float.POSITIVE_INFINITY),
                    new SearchRun.Load(count, length / 2, length));
            return new Partner.Measured(run.recall(), run.qps(), run.cpuMicros());
        }
    }

    /// One of those compared, as a function of effort, threads and seconds.
    private interface Measure {
        Partner.Measured run(int effort, int count, double length)
                throws IOException, InterruptedException, ExecutionException;
    }

    private void compare(Ours ours, List<Partner> partners, Truth neighbors)
            throws IOException, InterruptedException, ExecutionException {
        List<Measure> sides = new ArrayList<>();
        List<String> sideNames = new ArrayList<>(List.of("elanus"));
        sides.add(ours::search);
        for (Partner partner : partners) {
            sides.add((effort, count, length) -> partner.search(effort, k, count, length, neighbors));
            sideNames.add(partner.name());
        }
        print("%-6s %7s %-8s %6s %8s %9s %8s %6s"
                .formatted("recall", "threads", "who", "param", "reached", "qps", "cpu_us", "ratio"));
        for (double recall : recalls) {
            List<OptionalInt> efforts = new ArrayList<>();
            for (Measure side : sides) {
                efforts.add(leastEffort(side, recall));
            }
            for (int count : threads) {
                inTurn(sides, sideNames, efforts, recall, count);
            }
        }
    }

    private OptionalInt leastEffort(Measure side, double recall)
            throws IOException, InterruptedException, ExecutionException {
        for (int effort : EFFORTS) {
            if (side.run(effort, 1, GLANCE).recall() >= recall) {
                return OptionalInt.of(effort);
            }
        }
        return OptionalInt.empty();
    }

    private void inTurn(
            List<Measure> sides, List<String> sideNames, List<OptionalInt> efforts, double recall, int count)
            throws IOException, InterruptedException, ExecutionException {
        List<List<Partner.Measured>> runs = new ArrayList<>();
        sides.forEach(_ -> runs.add(new ArrayList<>()));
        for (int round = 0; round < rounds; round++) {
            for (int side = 0; side < sides.size(); side++) {
                if (efforts.get(side).isPresent()) {
                    runs.get(side).add(sides.get(side).run(efforts.get(side).getAsInt(), count, seconds));
                }
            }
        }
        for (int side = 0; side < sides.size(); side++) {
            List<Partner.Measured> own = runs.get(side);
            if (own.isEmpty()) {
                print("%-6.3f %7d %-8s not reached".formatted(recall, count, sideNames.get(side)));
                continue;
            }
            String ratio =
                    side == 0 || runs.getFirst().isEmpty() ? "" : "%.2f".formatted(qps(runs.getFirst()) / qps(own));
            print("%-6.3f %7d %-8s %6d %8.4f %9.0f %8.1f %6s"
                    .formatted(
                            recall,
                            count,
                            sideNames.get(side),
                            efforts.get(side).getAsInt(),
                            own.getFirst().recall(),
                            qps(own),
                            median(own.stream()
                                    .mapToDouble(Partner.Measured::cpuMicros)
                                    .toArray()),
                            ratio));
        }
    }

    private static double qps(List<Partner.Measured> runs) {
        return median(runs.stream().mapToDouble(Partner.Measured::qps).toArray());
    }

    private static double median(double[] values) {
        java.util.Arrays.sort(values);
        return values[values.length / 2];
    }

    private void print(String line) {
        if (command != null) {
            PrintWriter out = command.commandLine().getOut();
            out.println(line);
            out.flush();
        }
    }
}
