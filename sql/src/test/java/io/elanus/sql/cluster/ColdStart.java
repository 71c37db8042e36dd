package io.elanus.sql.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// How soon a query node with an empty disk answers, and how soon at full speed: the node is killed, its folder
/// deleted, and its table asked again and again. Its answers must be those it gave before.
///
/// Thread rule: one thread.
record ColdStart(LocalCluster cluster, BenchTable table, String index) {
    private static final String NODE = "querynode-1";
    private static final int QUERIES = 20;
    private static final int SECONDS = 20;

    void measure() throws Exception {
        write();
        List<List<Long>> expected = table.answers(QUERIES);
        table.search(Duration.ofSeconds(5));
        ClusterBench.print("warm", "%.1f searches/s".formatted(table.search(Duration.ofSeconds(5))));
        long pid = restart();
        Instant started = ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .orElseThrow();
        awaitFirst(expected);
        Instant answered = Instant.now();
        Instant serving = roleStarted(started);
        ClusterBench.print(
                "first correct answer",
                "%.1f s after the process began, %.1f s after the role had started"
                        .formatted(seconds(started, answered), seconds(serving, answered)));
        if (!table.answers(QUERIES).equals(expected)) {
            throw new IllegalStateException("The cold node's answers are not those of the warm one");
        }
        ClusterBench.print("all answers are right", "%.1f s after".formatted(seconds(answered, Instant.now())));
        for (int second = 1; second <= SECONDS; second++) {
            double rate = table.search(Duration.ofSeconds(1));
            ClusterBench.print(
                    "  %.0f s".formatted(seconds(answered, Instant.now())), "%.1f searches/s".formatted(rate));
        }
        ClusterBench.print("warm again", "%.1f searches/s".formatted(table.search(Duration.ofSeconds(5))));
    }

    private void write() throws Exception {
        table.create(1);
        double rate = table.write();
        long megabytes = ((long) table.rows() * table.dimension() * Float.BYTES) >> 20;
        ClusterBench.print(
                "data set", "%d rows, %d MiB of vectors, %.0f rows/s".formatted(table.rows(), megabytes, rate));
        table.execute("FLUSH TABLE " + table.name());
        table.execute("CREATE INDEX bench_v ON %s USING %s (v vector_l2_ops)".formatted(table.name(), index));
        table.await("""
                SELECT CASE WHEN min(flushed_rows) = %d AND min(indexed_rows) = %d THEN 1 ELSE 0 END
                FROM system.indexes WHERE table_name = '%s'""".formatted(table.rows(), table.rows(), table.name()), 1);
    }

    /// Returns the id of the node that comes after.
    private long restart() throws IOException {
        long before = cluster.pid(NODE).orElseThrow();
        ProcessHandle.of(before).ifPresent(ProcessHandle::destroyForcibly);
        delete(cluster.folder().resolve("nodes").resolve(NODE));
        while (cluster.pid(NODE).filter(pid -> pid != before).isEmpty()) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        return cluster.pid(NODE).orElseThrow();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private void awaitFirst(List<List<Long>> expected) {
        while (true) {
            try {
                if (table.answers(QUERIES, 1).equals(expected.subList(0, 1))) {
                    return;
                }
            } catch (SQLException e) {
                // nobody serves the table yet
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /// What the node's log says.
    private Instant roleStarted(Instant processStarted) throws IOException {
        var times = new ArrayList<Instant>();
        for (String line : Files.readAllLines(cluster.folder().resolve("logs").resolve(NODE + ".log"))) {
            if (line.contains("Role started")) {
                times.add(Instant.parse(line.substring(0, line.indexOf(' '))));
            }
        }
        return times.isEmpty() ? processStarted : times.getLast();
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1e3;
    }
}
