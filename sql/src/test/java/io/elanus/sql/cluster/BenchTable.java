package io.elanus.sql.cluster;

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
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/// A table of seeded vectors, and what clients do with it through JDBC. Thread safe.
///
/// @param url of all proxies
/// @param threads that the clients run on
/// @param clients at the same time
record BenchTable(String url, ExecutorService threads, String name, int dimension, int rows, int clients) {
    private static final int BATCH = 1_000;
    private static final int CALLS = 300;
    private static final Duration AWAIT_LIMIT = Duration.ofMinutes(10);
    private static final Duration AGAIN = Duration.ofMillis(50);

    /// Half of the calls took at most the first, 99 of 100 at most the second.
    record Latency(double median, double p99) {
        static Latency of(long[] sortedNanos) {
            return new Latency(
                    sortedNanos[sortedNanos.length / 2] / 1e6, sortedNanos[sortedNanos.length * 99 / 100] / 1e6);
        }
    }

    void create(int shards) throws SQLException {
        execute("DROP TABLE IF EXISTS " + name);
        execute("CREATE TABLE %s (id BIGINT PRIMARY KEY, v VECTOR(%d)) WITH (shards = %d)"
                .formatted(name, dimension, shards));
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// Writes all rows. Returns how many were acknowledged a second.
    double write() throws InterruptedException, ExecutionException {
        int each = rows / clients;
        long start = System.nanoTime();
        long written = each(client -> upsert(client * each, (client + 1) * each));
        return written * 1e9 / (System.nanoTime() - start);
    }

    private long upsert(int from, int to) throws SQLException {
        var random = new SplittableRandom(from);
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement statement = connection.prepareStatement(upsertSql())) {
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

    private float[] vector(SplittableRandom random) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextDouble();
        }
        return vector;
    }

    /// One client reads one row at a time.
    ///
    /// @param sql takes a row's number
    /// @param warmUp after which calls count
    Latency latency(String sql, String consistency, Duration warmUp) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET consistency = " + consistency);
            }
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                return measured(warmUp, random -> {
                    statement.setLong(1, random.nextInt(rows));
                    try (ResultSet found = statement.executeQuery()) {
                        found.next();
                    }
                });
            }
        }
    }

    /// One client writes one row at a time.
    Latency writeLatency(Duration warmUp) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement statement = connection.prepareStatement(upsertSql())) {
            return measured(warmUp, random -> {
                statement.setLong(1, random.nextInt(rows));
                statement.setObject(2, vector(random));
                statement.executeUpdate();
            });
        }
    }

    private interface Call {
        void run(SplittableRandom random) throws SQLException;
    }

    private static Latency measured(Duration warmUp, Call call) throws SQLException {
        var random = new SplittableRandom(1);
        long warm = System.nanoTime() + warmUp.toNanos();
        while (System.nanoTime() < warm) {
            call.run(random);
        }
        long[] nanos = new long[CALLS];
        for (int i = 0; i < CALLS; i++) {
            long start = System.nanoTime();
            call.run(random);
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return Latency.of(nanos);
    }

    /// Searches by all clients. Returns how many a second.
    double search(Duration time) throws InterruptedException, ExecutionException {
        long end = System.nanoTime() + time.toNanos();
        return each(client -> searchUntil(end, client)) / (time.toNanos() / 1e9);
    }

    private long searchUntil(long end, int client) throws SQLException {
        var random = new SplittableRandom(-client);
        long count = 0;
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement statement = connection.prepareStatement(searchSql())) {
            while (System.nanoTime() < end) {
                nearest(statement, vector(random));
                count++;
            }
        }
        return count;
    }

    private String upsertSql() {
        return "UPSERT INTO " + name + " (id, v) VALUES (?, ?)";
    }

    private String searchSql() {
        return "SELECT id FROM " + name + " ORDER BY v <-> ? LIMIT 10";
    }

    List<List<Long>> answers(int queries) throws SQLException {
        return answers(queries, queries);
    }

    /// Answers of one client to the first of the queries of a seed.
    List<List<Long>> answers(int seed, int queries) throws SQLException {
        var random = new SplittableRandom(seed);
        var answers = new ArrayList<List<Long>>();
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement statement = connection.prepareStatement(searchSql())) {
            for (int i = 0; i < queries; i++) {
                answers.add(nearest(statement, vector(random)));
            }
        }
        return answers;
    }

    private static List<Long> nearest(PreparedStatement statement, float[] query) throws SQLException {
        statement.setObject(1, query);
        var found = new ArrayList<Long>();
        try (ResultSet nearest = statement.executeQuery()) {
            while (nearest.next()) {
                found.add(nearest.getLong(1));
            }
        }
        return found;
    }

    /// Asks until the answer is at least this.
    void await(String sql, long least) throws SQLException {
        long end = System.nanoTime() + AWAIT_LIMIT.toNanos();
        while (true) {
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement();
                    ResultSet answer = statement.executeQuery(sql)) {
                if (answer.next() && answer.getLong(1) >= least) {
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
            LockSupport.parkNanos(AGAIN.toNanos());
        }
    }

    private interface Client {
        long run(int number) throws SQLException;
    }

    /// What all clients did together.
    private long each(Client work) throws InterruptedException, ExecutionException {
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
}
