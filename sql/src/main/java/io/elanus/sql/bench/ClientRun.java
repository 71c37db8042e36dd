package io.elanus.sql.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Prepared searches by some clients at once, each with a connection of its own: how right, how many, how long.
///
/// @param cpuMillis of the server, for each query
/// @param rows that a query answered with, mean
record ClientRun(double recall, double qps, double p50Millis, double p99Millis, double cpuMillis, double rows) {
    private static final int MAX_SAMPLES = 1 << 18;

    /// What is asked.
    ///
    /// @param parameters one for each query, as the driver takes it
    record Questions(String sql, Object[] parameters, Truth truth, int k) {}

    /// @param warmUp seconds before anything is counted
    /// @param measured seconds
    static ClientRun measure(
            SearchTarget target, List<Connection> clients, Questions questions, double warmUp, double measured)
            throws SQLException, InterruptedException, ExecutionException {
        double[] right = quality(clients.getFirst(), questions);
        run(clients, questions, warmUp);
        double cpu = target.cpuSeconds(clients);
        List<Client> done = run(clients, questions, measured);
        cpu = target.cpuSeconds(clients) - cpu;
        long[] nanos = done.stream()
                .flatMapToLong(client -> Arrays.stream(client.nanos, 0, client.samples))
                .sorted()
                .toArray();
        long answered = done.stream().mapToLong(client -> client.answered).sum();
        return new ClientRun(
                right[0],
                done.stream().mapToDouble(client -> client.qps).sum(),
                nanos[nanos.length / 2] / 1e6,
                nanos[(int) (nanos.length * 0.99)] / 1e6,
                cpu * 1e3 / answered,
                right[1]);
    }

    /// Mean recall and number of rows over all questions.
    private static double[] quality(Connection connection, Questions questions) throws SQLException {
        double recall = 0;
        double rows = 0;
        int[] found = new int[questions.k()];
        try (PreparedStatement search = connection.prepareStatement(questions.sql())) {
            for (int query = 0; query < questions.parameters().length; query++) {
                int count = ask(search, questions.parameters()[query], found);
                recall += questions.truth().recall(query, found, count);
                rows += count;
            }
        }
        return new double[] {recall / questions.parameters().length, rows / questions.parameters().length};
    }

    private static int ask(PreparedStatement search, Object parameter, int[] found) throws SQLException {
        search.setObject(1, parameter);
        int count = 0;
        try (ResultSet result = search.executeQuery()) {
            while (result.next()) {
                found[count] = result.getInt(1);
                count++;
            }
        }
        return count;
    }

    private static List<Client> run(List<Connection> connections, Questions questions, double seconds)
            throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(connections.size())) {
            var running = new ArrayList<Future<Client>>();
            for (int i = 0; i < connections.size(); i++) {
                running.add(threads.submit(new Client(connections.get(i), questions, i * 31, seconds)));
            }
            var done = new ArrayList<Client>();
            for (Future<Client> client : running) {
                done.add(client.get());
            }
            return done;
        }
    }

    private static final class Client implements Callable<Client> {
        private final Connection connection;
        private final Questions questions;
        private final int first;
        private final double seconds;
        private final long[] nanos = new long[MAX_SAMPLES];
        private int samples;
        private long answered;
        private double qps;

        Client(Connection connection, Questions questions, int first, double seconds) {
            this.connection = connection;
            this.questions = questions;
            this.first = first;
            this.seconds = seconds;
        }

        @Override
        public Client call() throws SQLException {
            int[] found = new int[questions.k()];
            int query = first % questions.parameters().length;
            long start = System.nanoTime();
            long end = start + (long) (seconds * 1e9);
            long before = start;
            try (PreparedStatement search = connection.prepareStatement(questions.sql())) {
                while (before < end) {
                    ask(search, questions.parameters()[query], found);
                    long now = System.nanoTime();
                    nanos[samples] = now - before;
                    samples = Math.min(samples + 1, MAX_SAMPLES - 1);
                    before = now;
                    answered++;
                    query = query + 1 == questions.parameters().length ? 0 : query + 1;
                }
            }
            qps = answered * 1e9 / Math.max(1, before - start);
            return this;
        }
    }
}
