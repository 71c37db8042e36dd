package io.elanus.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.storage.testbed.Etcd;
import io.elanus.storage.testbed.Kafka;
import io.elanus.storage.testbed.S3Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// The whole program over Kafka, etcd and S3 instead of the embedded stores: nothing of it is in the data
/// directory.
@EnabledIf("etcdIsInstalled")
class ForeignStoresTest {
    private static final int ROWS = 2_000;

    static boolean etcdIsInstalled() {
        return Etcd.binary().isPresent();
    }

    @Test
    void tablesOutliveTheServerAndItsDisk(@TempDir Path first, @TempDir Path second) throws Exception {
        Kafka kafka = Kafka.start();
        Etcd etcd = Etcd.start();
        S3Proxy s3 = S3Proxy.start();
        var config = ConfigTree.fill(ServerConfig.class, settings(kafka, etcd, s3));
        try {
            try (ElanusServer server = ElanusServer.start(first, config);
                    Connection connection = connect(server)) {
                write(connection);
                check(connection);
            }
            try (ElanusServer server = ElanusServer.start(second, config);
                    Connection connection = connect(server)) {
                check(connection);
            }
        } finally {
            kafka.process().kill();
            etcd.process().kill();
            s3.process().kill();
        }
    }

    static Map<String, String> settings(Kafka kafka, Etcd etcd, S3Proxy s3) {
        return Map.ofEntries(
                Map.entry("listen.http-port", "0"),
                Map.entry("listen.flight-port", "0"),
                Map.entry("stores.log", "kafka"),
                Map.entry("stores.kafka.bootstrap-servers", kafka.bootstrapServers()),
                Map.entry("stores.meta", "etcd"),
                Map.entry("stores.etcd.endpoints", etcd.url()),
                Map.entry("stores.objects", "s3"),
                Map.entry("stores.s3.endpoint", s3.url()),
                Map.entry("stores.s3.bucket", S3Proxy.BUCKET),
                Map.entry("stores.s3.access-key", S3Proxy.ACCESS_KEY),
                Map.entry("stores.s3.secret-key", S3Proxy.SECRET_KEY));
    }

    private static Connection connect(ElanusServer server) throws SQLException {
        return DriverManager.getConnection("jdbc:elanus://" + server.address() + "/public");
    }

    /// Half of the rows in flushed segments with an index, half in the log alone, and a deleted row in each.
    static void write(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (id BIGINT PRIMARY KEY, v VECTOR(2))");
            statement.execute("CREATE INDEX t_v ON t USING hnsw (v vector_l2_ops)");
            insert(connection, 0, ROWS / 2);
            statement.executeUpdate("DELETE FROM t WHERE id = 5");
            statement.execute("FLUSH t");
            insert(connection, ROWS / 2, ROWS);
            statement.executeUpdate("DELETE FROM t WHERE id = " + (ROWS - 5));
        }
    }

    private static void insert(Connection connection, int from, int to) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?, ?)")) {
            for (int id = from; id < to; id++) {
                insert.setLong(1, id);
                insert.setObject(2, new float[] {id, -id});
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    static void check(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            assertThat(number(statement, "SELECT count(*) FROM t")).isEqualTo(ROWS - 2);
            assertThat(number(statement, "SELECT id FROM t ORDER BY v <-> '[5, -5]', id LIMIT 1"))
                    .isEqualTo(4);
            assertThat(number(statement, "SELECT id FROM t ORDER BY v <-> '[1500, -1500]' LIMIT 1"))
                    .isEqualTo(1500);
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }
}
