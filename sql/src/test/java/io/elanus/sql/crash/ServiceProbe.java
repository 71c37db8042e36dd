package io.elanus.sql.crash;

import io.elanus.sql.cluster.LocalCluster;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Asks a cluster until it answers, as a client with every address does, and until each of its proxies serves fully:
/// has written, flushed, read strongly and asked every coordinator.
record ServiceProbe(LocalCluster cluster) {
    /// Nobody waits longer.
    static final Duration LIMIT = Duration.ofMinutes(6);

    private static final Duration POLL = Duration.ofMillis(50);
    private static final int STATEMENT_SECONDS = 15;
    private static final List<String> EVERYTHING =
            List.of("fault_probe", "system.segments", "system.loads", "system.tasks");

    /// Until a client that knows all proxies gets a strong read answered.
    void awaitAnswer() throws IOException {
        String url = cluster.url();
        long end = System.nanoTime() + LIMIT.toNanos();
        while (!answers(url) && System.nanoTime() < end) {
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /// False when the cluster does not come back.
    boolean awaitService() throws IOException {
        long end = System.nanoTime() + LIMIT.toNanos();
        for (String proxy : proxies()) {
            while (!serves(proxy)) {
                if (System.nanoTime() > end) {
                    return false;
                }
                LockSupport.parkNanos(POLL.toNanos());
            }
        }
        return true;
    }

    private List<String> proxies() throws IOException {
        String url = cluster.url();
        int from = url.indexOf("//") + 2;
        int to = url.indexOf('/', from);
        return List.of(url.substring(from, to).split(",")).stream()
                .map(host -> url.substring(0, from) + host + url.substring(to))
                .toList();
    }

    private static boolean answers(String url) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(STATEMENT_SECONDS);
            statement.execute("SET consistency = strong");
            read(statement, "fault_probe");
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private static boolean serves(String url) {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(STATEMENT_SECONDS);
            statement.execute("CREATE TABLE IF NOT EXISTS fault_probe (id BIGINT PRIMARY KEY)");
            statement.execute("SET consistency = strong");
            statement.execute("UPSERT INTO fault_probe VALUES (1)");
            statement.execute("FLUSH fault_probe");
            for (String table : EVERYTHING) {
                read(statement, table);
            }
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private static void read(Statement statement, String table) throws SQLException {
        try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
            rows.next();
        }
    }
}
