package io.elanus.sql.cluster;

import io.elanus.sql.cluster.BenchTable.Latency;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./elanus bench cluster`: what a cluster of processes on this machine does, over Kafka, etcd and S3: rows
/// written a second, what each hop of a read costs, and searches a second on one query node and on two.
///
/// Each query node is held to the same share of one core, by a control group, so that two of them beside clients and
/// proxies fit a small machine and the ratio is one of the wall clock. Searches compare every row, so that the query
/// nodes have most of the work; the share is found from what a search costs them and everyone else, such that two
/// busy nodes leave enough for the others. Both nodes and the single one serve the same files after a start, and
/// are warmed up without a limit. Where groups are not possible, nodes are not limited, and only searches for a
/// second of the query nodes' CPU time say something.
///
/// The CPU seconds that the machine spent on anything else are printed as `elsewhere`: with many of them the figures
/// of the wall clock say little, those of CPU time still hold.
///
/// `--cold` measures a query node that starts with an empty disk instead ([ColdStart]).
@Command(
        name = "bench cluster",
        mixinStandardHelpOptions = true,
        description = "Measures a cluster of real processes on this machine.")
public final class ClusterBench implements Callable<Integer> {
    private static final String TABLE = "bench";
    /// What part of the machine two busy query nodes and everybody else may fill together.
    private static final double FILLED = 0.85;
    private static final int MOST_WARM_UPS = 8;
    private static final double STEADY = 0.9;
    private static final double LARGEST_SHARE = 0.5;
    private static final double LEAST_SHARE = 0.05;

    /// What is measured, in this order.
    enum Phase {
        WRITE,
        HOPS,
        SEARCH
    }

    @Option(names = "--rows", defaultValue = "100000", description = "of the table (${DEFAULT-VALUE})")
    private int rows;

    @Option(names = "--dimension", defaultValue = "128", description = "of its vectors (${DEFAULT-VALUE})")
    private int dimension;

    @Option(names = "--clients", defaultValue = "4", description = "that write and search (${DEFAULT-VALUE})")
    private int clients;

    @Option(names = "--seconds", defaultValue = "10", description = "of each search load (${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "10",
            description = "seconds of each round of warming up (${DEFAULT-VALUE})")
    private int warmUp;

    @Option(
            names = "--share",
            defaultValue = "0",
            description = "of a core for each query node (0: what two nodes can have)")
    private double share;

    @Option(
            names = "--only",
            split = ",",
            defaultValue = "write,hops,search",
            description = "of ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
    private Set<Phase> phases = Set.of();

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
        System.exit(new CommandLine(new ClusterBench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = data == null ? Files.createTempDirectory("elanus-bench") : data;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                var shares = new CpuShares("querynode")) {
            print("machine", CpuSeconds.surroundings());
            if (cold) {
                try (LocalCluster cluster = open(folder, 1, Surroundings.PLAIN)) {
                    new ColdStart(cluster, table(cluster, threads), index).measure();
                }
                return 0;
            }
            try (LocalCluster cluster = open(folder, 1, Surroundings.PLAIN)) {
                BenchTable table = table(cluster, threads);
                write(cluster, table);
                if (phases.contains(Phase.HOPS)) {
                    measureHops(cluster, table);
                }
            }
            if (phases.contains(Phase.SEARCH)) {
                compare(folder, threads, shares);
            }
        }
        return 0;
    }

    private void compare(Path folder, ExecutorService threads, CpuShares shares) throws Exception {
        if (!shares.possible()) {
            print("query nodes", "are not limited (no right to make control groups): compare searches per CPU second");
        }
        double[] rates = new double[2];
        for (int nodes = 1; nodes <= 2; nodes++) {
            try (LocalCluster cluster = open(folder, nodes, shares)) {
                BenchTable table = table(cluster, threads);
                table.await("SELECT count(*) FROM " + TABLE, rows); // loads it
                table.await(
                        "SELECT count(DISTINCT query_nodes) FROM system.channels WHERE table_name = 'public." + TABLE
                                + "'",
                        nodes);
                rates[nodes - 1] = search(cluster, table, shares, nodes);
            }
        }
        print("two query nodes for one", "%.2f times the searches".formatted(rates[1] / rates[0]));
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

    private interface Load {
        /// Returns how much was done.
        double run() throws Exception;
    }

    /// Repeats a load until it takes hardly less CPU time than the time before: then what it runs has been compiled.
    private static void warm(LocalCluster cluster, Load load) throws Exception {
        double before = Double.MAX_VALUE;
        for (int round = 0; round < MOST_WARM_UPS; round++) {
            CpuSeconds start = CpuSeconds.of(cluster);
            double done = load.run();
            double each = CpuSeconds.of(cluster).since(start).sum() / done;
            if (each > before * STEADY) {
                return;
            }
            before = each;
        }
    }

    private void write(LocalCluster cluster, BenchTable table) throws Exception {
        boolean measured = phases.contains(Phase.WRITE);
        if (measured) {
            var warming = new BenchTable(table.url(), table.threads(), "warming", dimension, rows / 4, clients);
            warming.create(2);
            warm(cluster, () -> {
                long end = System.nanoTime() + Duration.ofSeconds(warmUp).toNanos();
                long written = 0;
                do {
                    warming.write();
                    written += warming.rows();
                } while (System.nanoTime() < end);
                return written;
            });
            warming.execute("DROP TABLE warming");
        }
        table.create(2);
        CpuSeconds before = CpuSeconds.of(cluster);
        double rate = table.write();
        CpuSeconds spent = CpuSeconds.of(cluster).since(before);
        if (measured) {
            print("write, acknowledged", "%.0f rows/s of %d dimensions".formatted(rate, dimension));
            print("  CPU microseconds a row", spent.each(rows, 1e6));
            print(
                    "  two whole cores would do",
                    "%.0f rows/s, of the cluster and its client alone".formatted(2 * rows / spent.sum()));
        }
        table.execute("FLUSH TABLE " + TABLE);
    }

    /// Each line does what one before does, and one thing more; the log is measured by itself, too.
    private void measureHops(LocalCluster cluster, BenchTable table) throws Exception {
        String point = "SELECT id FROM " + TABLE + " WHERE id = ?";
        Duration warm = Duration.ofSeconds(warmUp);
        table.latency(point, "strong", warm); // loads the table
        CpuSeconds before = CpuSeconds.of(cluster);
        LogLatency log = LogLatency.measure(cluster.folder());
        print("log: acknowledged", log.acknowledged());
        print("log: read by one who waits", log.read());
        print("client and proxy", table.latency("SELECT CAST(? AS BIGINT)", "eventually", warm));
        print("  + query node (eventual read)", table.latency(point, "eventually", warm));
        print("  + timestamp and tick (strong)", table.latency(point, "strong", warm));
        print("  + timestamp and log (one row)", table.writeLatency(warm));
        CpuSeconds spent = CpuSeconds.of(cluster).since(before);
        print("  CPU seconds meanwhile", spent.text());
    }

    private double search(LocalCluster cluster, BenchTable table, CpuShares shares, int nodes) throws Exception {
        warm(cluster, () -> table.search(Duration.ofSeconds(warmUp)) * warmUp);
        CpuSeconds free = CpuSeconds.of(cluster);
        double unlimited = table.search(Duration.ofSeconds(seconds));
        CpuSeconds cost = CpuSeconds.of(cluster).since(free);
        print(
                "search, %d query node(s)".formatted(nodes),
                "%.1f a second without a limit; CPU milliseconds each: %s"
                        .formatted(unlimited, cost.each(unlimited * seconds, 1e3)));
        if (!shares.possible()) {
            return unlimited * seconds / cost.of("querynode");
        }
        if (share == 0) {
            share = fitting(cost);
        }
        shares.set(share);
        table.search(Duration.ofSeconds(2)); // what the limit found under way
        CpuSeconds before = CpuSeconds.of(cluster);
        double rate = table.search(Duration.ofSeconds(seconds));
        CpuSeconds spent = CpuSeconds.of(cluster).since(before);
        double took = spent.of("querynode");
        print(
                "  with %.2f of a core each".formatted(share),
                "%.1f a second; the nodes used %.0f%% of their shares; %.0f searches for a CPU second"
                        .formatted(rate, 100 * took / (seconds * share * nodes), rate * seconds / took));
        print("  CPU seconds", spent.text());
        return rate;
    }

    /// So much of a core that two busy nodes and what the others do for them fit the machine.
    private static double fitting(CpuSeconds cost) {
        double whole = cost.sum() / cost.of("querynode"); // for a second of the query nodes
        double fit = FILLED * Runtime.getRuntime().availableProcessors() / (2 * whole);
        return Math.clamp(fit, LEAST_SHARE, LARGEST_SHARE);
    }

    private static void print(String what, Latency latency) {
        print(what, "p50 %.2f ms, p99 %.2f ms".formatted(latency.median(), latency.p99()));
    }

    static void print(String what, String value) {
        System.out.printf("%-32s %s%n", what, value);
    }
}
