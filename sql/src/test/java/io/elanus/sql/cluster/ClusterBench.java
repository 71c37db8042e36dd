package io.elanus.sql.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./elanus bench cluster`: what a cluster of processes on this machine does, over Kafka, etcd and S3: rows
/// written a second, what each hop of a read costs, and searches a second on one query node and on two.
@Command(
        name = "bench cluster",
        mixinStandardHelpOptions = true,
        description = "Measures a cluster of real processes on this machine.")
public final class ClusterBench implements Callable<Integer> {
    private static final int DIMENSION = 128;
    private static final int BATCH = 1_000;
    private static final int POINT_READS = 300;
    private static final Duration MOVE_LIMIT = Duration.ofMinutes(2);
    private static final String TABLE = "bench";

    @Option(names = "--rows", defaultValue = "100000", description = "of the table (${DEFAULT-VALUE})")
    private int rows;

    @Option(names = "--clients", defaultValue = "4", description = "that write and search (${DEFAULT-VALUE})")
    private int clients;

    @Option(names = "--seconds", defaultValue = "10", description = "of each search load (${DEFAULT-VALUE})")
    private int seconds;

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
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            double one;
            try (LocalCluster cluster = open(folder, 1)) {
                write(cluster.url(), threads);
                measureHops(cluster.url());
                one = search(cluster.url(), threads, 1);
            }
            try (LocalCluster cluster = open(folder, 2)) {
                awaitNodes(cluster.url(), 2);
                double two = search(cluster.url(), threads, 2);
                print("two query nodes for one", "%.2f times the searches", two / one);
            }
        }
        return 0;
    }

    private LocalCluster open(Path folder, int nodes) throws IOException, SQLException {
        List<String> arguments = List.of("--data=" + folder, "--nodes=" + nodes, "--port=" + port);
        LocalCluster cluster = LocalCluster.open(arguments, backends);
        await(cluster.url(), "SELECT count(*) FROM system.loads", 0);
        return cluster;
    }

    /// Asks until the answer is at least this.
    private static void await(String url, String sql, long least) throws SQLException {
        long end = System.nanoTime() + MOVE_LIMIT.toNanos();
        while (true) {
            try (Connection connection = DriverManager.getConnection(url)) {
                if (number(connection, sql) >= least) {
                    return;
                }
            } catch (SQLException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
            if (System.nanoTime() > end) {
                throw new SQLException("[%s] does not answer [%d]".formatted(sql, least));
            }
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
    }

    private static void awaitNodes(String url, int nodes) throws SQLException {
        await(url, "SELECT count(*) FROM " + TABLE, 1); // loads it
        await(url, "SELECT count(DISTINCT query_nodes) FROM system.channels WHERE table_name = '" + TABLE + "'", nodes);
    }

    private void write(String url, ExecutorService threads) throws Exception {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS " + TABLE);
            statement.execute("CREATE TABLE " + TABLE + " (id BIGINT PRIMARY KEY, v VECTOR(" + DIMENSION
                    + ")) WITH (shards = 2)");
        }
        int each = rows / clients;
        long start = System.nanoTime();
        each(threads, client -> upsert(url, client * each, (client + 1) * each));
        double took = (System.nanoTime() - start) / 1e9;
        print("write, acknowledged", "%.0f rows/s of %d dimensions", each * clients / took, DIMENSION);
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("FLUSH TABLE " + TABLE);
        }
    }

    private static long upsert(String url, int from, int to) throws SQLException {
        var random = new SplittableRandom(from);
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement statement =
                        connection.prepareStatement("UPSERT INTO " + TABLE + " (id, v) VALUES (?, ?)")) {
            for (int id = from; id < to; id++) {
                statement.setLong(1, id);
                statement.setObject(2, vector(random));
                statement.addBatch();
                if ((id - from) % BATCH == BATCH - 1 || id == to - 1) {
                    statement.executeBatch();
                }
            }
        }
        return to - from;
    }

    private static float[] vector(SplittableRandom random) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextDouble();
        }
        return vector;
    }

    /// Each line does what the one before does, and one thing more.
    private void measureHops(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url)) {
            latency(connection, "client and proxy", "VALUES (?)", "eventually");
            String point = "SELECT id FROM " + TABLE + " WHERE id = ?";
            latency(connection, "+ query nodes", point, "eventually");
            latency(connection, "+ timestamp and tick (strong)", point, "strong");
        }
    }

    private void latency(Connection connection, String what, String sql, String consistency) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET consistency = " + consistency);
        }
        var random = new SplittableRandom(1);
        long[] nanos = new long[POINT_READS];
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = -POINT_READS; i < POINT_READS; i++) { // the first half warms up
                statement.setLong(1, random.nextInt(rows));
                long start = System.nanoTime();
                try (ResultSet found = statement.executeQuery()) {
                    found.next();
                }
                if (i >= 0) {
                    nanos[i] = System.nanoTime() - start;
                }
            }
        }
        Arrays.sort(nanos);
        print(what, "p50 %.2f ms, p99 %.2f ms", nanos[POINT_READS / 2] / 1e6, nanos[POINT_READS * 99 / 100] / 1e6);
    }

    private double search(String url, ExecutorService threads, int nodes) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        long found = each(threads, client -> searchUntil(url, end, client));
        print("search, " + nodes + " query node(s)", "%.1f a second", found / (double) seconds);
        return found / (double) seconds;
    }

    private static long searchUntil(String url, long end, int client) throws SQLException {
        var random = new SplittableRandom(-client);
        long count = 0;
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement statement =
                        connection.prepareStatement("SELECT id FROM " + TABLE + " ORDER BY v <-> ? LIMIT 10")) {
            while (System.nanoTime() < end) {
                statement.setObject(1, vector(random));
                try (ResultSet nearest = statement.executeQuery()) {
                    nearest.next();
                }
                count++;
            }
        }
        return count;
    }

    private interface Client {
        long run(int number) throws SQLException;
    }

    /// What all clients did together.
    private long each(ExecutorService threads, Client work) throws InterruptedException, ExecutionException {
        var running = new ArrayList<Future<Long>>();
        for (int i = 0; i < clients; i++) {
            int number = i;
            running.add(threads.submit(() -> work.run(number)));
        }
        long sum = 0;
        for (Future<Long> one : running) {
            sum += one.get();
        }
        return sum;
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(sql)) {
            answer.next();
            return answer.getLong(1);
        }
    }

    private static void print(String what, String format, Object... values) {
        System.out.printf(Locale.ROOT, "%-32s " + format + "%n", concat(what, values));
    }

    private static Object[] concat(String first, Object... rest) {
        var all = new ArrayList<Object>(List.of(first));
        all.addAll(List.of(rest));
        return all.toArray();
    }
}
