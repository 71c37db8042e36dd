package io.elanus.sql.overload;

import io.elanus.sql.bench.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/// Asks the worst queries of a server, so many at once.
final class WorstQueries {
    private static final String NUMBERS =
            "(VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15))";
    private static final String CROSS =
            "%1$s AS a (n), %1$s AS b (n), %1$s AS c (n), %1$s AS d (n), %1$s AS e (n), %1$s AS f (n), %1$s AS g (n)"
                    .formatted(NUMBERS);
    private static final int ROWS = 1_000;
    private static final int SETTLE_TRIES = 300;
    private static final long SETTLE_NANOS = 100_000_000L;

    private static final List<String> QUERIES = List.of(
            "SELECT a.n FROM " + CROSS + " ORDER BY a.n * 31 + b.n * 17 + c.n, d.n DESC, e.n",
            "SELECT count(*) FROM " + CROSS + ", " + NUMBERS + " AS h (n)",
            "SELECT a.n, b.n, c.n, d.n, e.n, f.n, g.n, count(*) FROM " + CROSS + " GROUP BY 1, 2, 3, 4, 5, 6, 7",
            "WITH RECURSIVE r (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r) SELECT max(i) FROM r",
            "WITH RECURSIVE r (i, t) AS (SELECT 1, 'x' UNION ALL SELECT i + 1, t || t FROM r) SELECT max(i) FROM r",
            "SELECT DISTINCT x.id * y.id + z.id FROM item AS x, item AS y, item AS z",
            "SELECT x.id, y.id FROM item AS x, item AS y, item AS z ORDER BY x.plot <-> y.plot, z.plot <-> x.plot",
            "SELECT row_number() OVER (ORDER BY x.id * 7 + y.id), sum(y.id) OVER (PARTITION BY x.id ORDER BY y.id) "
                    + "FROM item AS x, item AS y, " + NUMBERS + " AS n (n)",
            "SELECT count(*) FROM item WHERE " + "(id > 1 AND (name LIKE '%a%' OR ".repeat(60) + "TRUE"
                    + "))".repeat(60),
            "SELECT count(*) FROM item AS x JOIN item AS y ON x.name || y.name LIKE '%a%b%c%' || x.name, item AS z");

    private final ServerProcess server;
    private final int seconds;

    /// @param outcomes how many statements ended in which way: `rows`, or a SQLSTATE
    /// @param wrong what must not be
    record Outcome(Map<String, Integer> outcomes, List<String> wrong) {}

    /// @param seconds that each statement may run
    WorstQueries(ServerProcess server, int seconds) {
        this.server = server;
        this.seconds = seconds;
    }

    static ServerProcess start(Path data, String heap) {
        return ServerProcess.start(
                data,
                List.of("memory.off-heap=512 MB", "memory.query=64 MB", "security.limits.statements=16"),
                List.of("-Xmx" + heap, "-XX:+UseSerialGC"));
    }

    void setUp() throws SQLException {
        server.awaitFirstAnswer("SELECT 1");
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE item (id BIGINT PRIMARY KEY, name VARCHAR, plot VECTOR(4))");
            var rows = new StringBuilder("INSERT INTO item VALUES ");
            for (int i = 0; i < ROWS; i++) {
                rows.append(i == 0 ? "" : ", ").append("(%d, 'name %d abc', '[%d,1,2,3]')".formatted(i, i, i % 50));
            }
            statement.execute(rows.toString());
        }
        checkRows(); // the first read makes a query node hold the rows, for good
    }

    private void checkRows() throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM item")) {
            rows.next();
            if (rows.getLong(1) != ROWS) {
                throw new IllegalStateException("There are [%d] rows".formatted(rows.getLong(1)));
            }
        }
    }

    /// All at once.
    Outcome run(int count) throws SQLException, IOException, InterruptedException {
        var outcomes = new TreeMap<String, Integer>();
        var wrong = new ArrayList<String>();
        long before = memory();
        var all = new CountDownLatch(count);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var ends = new ArrayList<Future<String>>();
            for (int i = 0; i < count; i++) {
                String sql = QUERIES.get(i % QUERIES.size());
                ends.add(threads.submit((Callable<String>) () -> ask(sql, all)));
            }
            all.await();
            beside(wrong);
            for (int i = 0; i < count; i++) {
                String end = ends.get(i).get();
                outcomes.merge(end, 1, Integer::sum);
                // Memory, disk, time, too many of them, too complex: errors of the statement, not of the server.
                if (!end.matches("rows|53200|53100|57014|53400|54001|54000|22003|22001|54V01")) {
                    wrong.add(end + ": " + QUERIES.get(i % QUERIES.size()));
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        checkRows();
        settle(before, wrong);
        return new Outcome(outcomes, wrong);
    }

    private String ask(String sql, CountDownLatch all) {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(seconds);
            all.countDown();
            all.await();
            try (ResultSet rows = statement.executeQuery(sql)) {
                int read = 0;
                while (read < 1_000_000 && rows.next()) {
                    read++;
                }
                return "rows";
            }
        } catch (SQLException e) {
            return String.valueOf(e.getSQLState());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /// Health and metrics answer whatever else goes on.
    private void beside(List<String> wrong) {
        try (var health =
                URI.create("http://" + server.address() + "/health").toURL().openStream()) {
            String text = new String(health.readAllBytes(), StandardCharsets.UTF_8);
            if (!text.startsWith("ok")) {
                wrong.add("Health: " + text);
            }
        } catch (IOException e) {
            wrong.add("Health: " + e);
        }
    }

    private void settle(long before, List<String> wrong) throws IOException {
        long after = memory();
        for (int i = 0; i < SETTLE_TRIES && after > before; i++) {
            LockSupport.parkNanos(SETTLE_NANOS);
            after = memory();
        }
        if (after > before) {
            wrong.add("Off-heap memory went from %d to %d bytes".formatted(before, after));
        }
    }

    private long memory() throws IOException {
        try (var metrics =
                URI.create("http://" + server.address() + "/metrics").toURL().openStream()) {
            return new String(metrics.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("elanus_off_heap_bytes "))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                    .sum();
        }
    }
}
