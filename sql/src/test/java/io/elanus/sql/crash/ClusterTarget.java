package io.elanus.sql.crash;

import io.elanus.sql.cluster.LocalCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Every role of a cluster of processes. Kafka, etcd and S3 go on when it is killed; they are the database.
final class ClusterTarget implements CrashTarget {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final LocalCluster cluster;
    private final String url;
    private volatile boolean killed;

    private ClusterTarget(LocalCluster cluster, String url) {
        this.cluster = cluster;
        this.url = url;
    }

    /// Starts the roles that do not run.
    static CrashTarget start(LocalCluster cluster) {
        try {
            cluster.startRoles();
            return new ClusterTarget(cluster, cluster.url());
        } catch (IOException e) {
            throw new UncheckedIOException("The roles could not be started", e);
        }
    }

    /// Starts the roles with empty disks.
    static CrashTarget startWiped(LocalCluster cluster) {
        try {
            cluster.wipe();
        } catch (IOException e) {
            throw new UncheckedIOException("The disks of the nodes could not be wiped", e);
        }
        return start(cluster);
    }

    @Override
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    @Override
    public Duration awaitFirstAnswer(String sql) {
        long start = System.nanoTime();
        SQLException last = new SQLException("never tried");
        while (System.nanoTime() - start < LIMIT.toNanos()) {
            try (Connection connection = connect();
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                rows.next();
                return Duration.ofNanos(System.nanoTime() - start);
            } catch (SQLException e) {
                last = e;
                LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            }
        }
        throw new IllegalStateException("No answer to [%s] after [%s]".formatted(sql, LIMIT), last);
    }

    @Override
    public void kill() {
        killed = true;
        cluster.killRoles();
    }

    @Override
    public boolean isKilled() {
        return killed;
    }

    @Override
    public Path file(String name) {
        return cluster.folder().resolve(name);
    }

    @Override
    public String logEnd() {
        return "The logs are in " + cluster.folder().resolve("logs");
    }

    /// What was kept does not depend on how it ends.
    @Override
    public void close() {
        cluster.killRoles();
    }
}
