package io.elanus.sql.cluster;

import io.elanus.sql.cluster.BenchTable.Latency;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./elanus bench cluster`: what a cluster of processes on this machine does, over Kafka, etcd and S3: rows
/// written a second, what each hop of a read costs, and searches a second on one query node and on two.
///
/// Each query node has a share of one core, set by a control group, so that two of them beside clients and proxies
/// fit a small machine and the ratio is one of the wall clock. Where that is not possible, nodes are not limited, and
/// only searches for a second of the query nodes' CPU time say something.
///
/// `--cold` measures a query node that starts with an empty disk instead ([ColdStart]).
@Command(
        name = "bench cluster",
        mixinStandardHelpOptions = true,
        description = "Measures a cluster of real processes on this machine.")
public final class ClusterBench implements Callable<Integer> {
    private static final String TABLE = "bench";
    private static final Duration WARM_UP = Duration.ofSeconds(30);

    @Option(names = "--rows", defaultValue = "100000", description = "of the table (${DEFAULT-VALUE})")
    private int rows;

    @Option(names = "--dimension", defaultValue = "128", description = "of its vectors (${DEFAULT-VALUE})")
    private int dimension;

    @Option(names = "--clients", defaultValue = "4", description = "that write and search (${DEFAULT-VALUE})")
    private int clients;

    @Option(names = "--seconds", defaultValue = "10", description = "of each search load (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--share", defaultValue = "0.3", description = "of a core for each query node (${DEFAULT-VALUE})")
    private double share;

    @Option(names = "--cold", description = "the first answers of a query node whose disk is empty")
    private boolean cold;

    @Option(names = "--index", defaultValue = "ivf_rabitq", description = "of the table for --cold (${DEFAULT-VALUE})")
    private String index = "";

    @Option(names = "--port", defaultValue = "7270", description = "of the first proxy (${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--data", paramLabel = "DIR", description = "folder of the cluster (a temporary folder)")
    private @Nullable Path data;

    @Option(names = "--backends", hidden = true, defaultValue = "storage/testbed")
    private Path backends = Path.of("storage", "testbed");

    public static void main(String[] args) {
        System.exit(new CommandLine(new ClusterBench()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = data == null ? Files.createTempDirectory("elanus-bench") : data;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                var shares = new CpuShares("querynode")) {
            if (cold) {
                try (LocalCluster cluster = open(folder, 1, Surroundings.PLAIN)) {
                    new ColdStart(cluster, table(cluster, threads), index).measure();
                }
                return 0;
            }
            print(
                    "query nodes",
                    shares.possible()
                            ? "get %.2f of a core each while they are compared, by control groups".formatted(share)
                            : "are not limited (no right to make control groups): compare searches for a CPU second");
            double one;
            try (LocalCluster cluster = open(folder, 1, shares)) {
                BenchTable table = table(cluster, threads);
                write(cluster, table);
                measureHops(table);
                one = search(cluster, table, shares, 1);
            }
            try (LocalCluster cluster = open(folder, 2, shares)) {
                BenchTable table = table(cluster, threads);
                table.await("SELECT count(*) FROM " + TABLE, 1); // loads it
                table.await(
                        "SELECT count(DISTINCT query_nodes) FROM system.channels WHERE table_name = 'public." + TABLE
                                + "'",
                        2);
                double two = search(cluster, table, shares, 2);
                print("two query nodes for one", "%.2f times the searches".formatted(two / one));
            }
        }
        return 0;
    }

    private LocalCluster open(Path folder, int nodes, Surroundings around) throws Exception {
        List<String> arguments = List.of("--data=" + folder, "--nodes=" + nodes, "--port=" + port, "--heap=384m");
        return LocalCluster.open(arguments, backends, around);
    }

    private BenchTable table(LocalCluster cluster, ExecutorService threads) throws Exception {
        var table = new BenchTable(cluster.url(), threads, TABLE, dimension, rows, clients);
        table.await("SELECT count(*) FROM system.loads", 0);
        return table;
    }

    private void write(LocalCluster cluster, BenchTable table) throws Exception {
        var warming = new BenchTable(table.url(), table.threads(), "warming", dimension, rows / 4, clients);
        warming.create(2);
        warming.write();
        warming.execute("DROP TABLE warming");
        table.create(2);
        CpuSeconds before = CpuSeconds.of(cluster);
        double rate = table.write();
        CpuSeconds spent = CpuSeconds.of(cluster).since(before);
        print("write, acknowledged", "%.0f rows/s of %d dimensions".formatted(rate, dimension));
        print(
                "  CPU seconds",
                "%.1f for %d rows: %s"
                        .formatted(
                                spent.sum(),
                                rows,
                                spent.byKind().entrySet().stream()
                                        .map(kind -> "%s %.1f".formatted(kind.getKey(), kind.getValue()))
                                        .collect(Collectors.joining(", "))));
        table.execute("FLUSH TABLE " + TABLE);
    }

    /// Each line does what the one before does, and one thing more.
    private static void measureHops(BenchTable table) throws Exception {
        String point = "SELECT id FROM " + TABLE + " WHERE id = ?";
        print("client and proxy", table.latency("SELECT CAST(? AS BIGINT)", "eventually"));
        print("+ query nodes", table.latency(point, "eventually"));
        print("+ timestamp and tick (strong)", table.latency(point, "strong"));
    }

    private double search(LocalCluster cluster, BenchTable table, CpuShares shares, int nodes) throws Exception {
        table.search(WARM_UP);
        shares.set(share);
        table.search(Duration.ofSeconds(2)); // what the limit found under way
        CpuSeconds before = CpuSeconds.of(cluster);
        double rate = table.search(Duration.ofSeconds(seconds));
        CpuSeconds spent = CpuSeconds.of(cluster).since(before);
        print("search, " + nodes + " query node(s)", "%.1f a second".formatted(rate));
        double took = spent.of("querynode");
        print(
                "  query nodes' CPU",
                "%.0f%% of their shares; %.0f searches for a CPU second"
                        .formatted(100 * took / (seconds * share * nodes), rate * seconds / took));
        print("  CPU seconds", spent.text());
        return rate;
    }

    private static void print(String what, Latency latency) {
        print(what, "p50 %.2f ms, p99 %.2f ms".formatted(latency.median(), latency.p99()));
    }

    static void print(String what, String value) {
        System.out.printf("%-32s %s%n", what, value);
    }
}
