package io.elanus.sql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.cluster.client.RoleNames;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.testbed.Etcd;
import io.elanus.storage.testbed.Kafka;
import io.elanus.storage.testbed.S3Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// A cluster as its processes see it: every role with stores, memory and a port of its own, over Kafka, etcd and
/// S3. (They share this JVM; nothing else.)
class RoleProcessTest {
    static boolean etcdIsInstalled() {
        return Etcd.binary().isPresent();
    }

    @Test
    void aRoleOverEmbeddedStoresIsRefused(@TempDir Path data) {
        var proxy = new RoleProcess.Identity(RoleNames.PROXY, "proxy-1", 0);
        assertThatThrownBy(() -> RoleProcess.start(proxy, data, ServerConfig.defaults()))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("stores that the other processes reach");
    }

    @Test
    @EnabledIf("etcdIsInstalled")
    void nodesAndCoordinatorsThatLeaveAreReplacedWithoutAFailedStatement(@TempDir Path folder) throws Exception {
        Kafka kafka = Kafka.start();
        Etcd etcd = Etcd.start();
        S3Proxy s3 = S3Proxy.start();
        Map<String, String> settings = new HashMap<>(ForeignStoresTest.settings(kafka, etcd, s3));
        settings.put("memory.off-heap", "512 MB");
        ServerConfig config = ConfigTree.fill(ServerConfig.class, settings);
        var started = new ArrayList<RoleProcess>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<RoleProcess>> starting = new ArrayList<>();
            for (String role : RoleKinds.NAMES) {
                starting.add(CompletableFuture.supplyAsync(() -> start(role, 1, folder, config), threads));
            }
            starting.add(CompletableFuture.supplyAsync(() -> start(RoleNames.PROXY, 2, folder, config), threads));
            starting.forEach(one -> started.add(one.join()));
            Map<String, RoleProcess> firsts = new HashMap<>();
            for (String role : RoleKinds.NAMES) {
                firsts.put(role, started.get(RoleKinds.NAMES.indexOf(role)));
            }

            List<String> proxies =
                    started.stream().flatMap(one -> one.address().stream()).toList();
            assertThat(proxies).hasSize(2);
            try (Connection writer = connect(proxies.getFirst());
                    Connection reader = connect(proxies.getLast())) {
                ForeignStoresTest.write(writer);
                ForeignStoresTest.check(writer);
                strong(reader);
                ForeignStoresTest.check(reader);

                started.add(start(RoleNames.QUERY_NODE, 2, folder, config));
                started.add(start(RoleNames.DATA_NODE, 2, folder, config));
                RoleKinds.COORDINATORS.forEach(role -> started.add(start(role, 2, folder, config)));
                try (var load = new Load(proxies)) {
                    RoleKinds.NAMES.stream()
                            .filter(role -> !role.equals(RoleNames.PROXY) && !role.equals(RoleNames.INDEX_NODE))
                            .forEach(role ->
                                    Objects.requireNonNull(firsts.remove(role)).close());
                    load.goOn();
                }
                ForeignStoresTest.check(reader);
                assertThat(nodes(reader)).contains("rootcoord-2", "querynode-2").doesNotContain("querynode-1");
            }
        } finally {
            started.reversed().forEach(RoleProcess::close); // those that left are closed already: no effect
            kafka.process().kill();
            etcd.process().kill();
            s3.process().kill();
        }
    }

    private static RoleProcess start(String role, int number, Path folder, ServerConfig config) {
        String node = role + "-" + number;
        return RoleProcess.start(new RoleProcess.Identity(role, node, 0), folder.resolve(node), config);
    }

    /// Names in `system.nodes`.
    private static List<String> nodes(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT node FROM system.nodes")) {
            var names = new ArrayList<String>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        }
    }

    /// Reads and writes without a pause, and fails with the first statement that does.
    private static final class Load implements AutoCloseable {
        private static final int LEAST = 5;

        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final AtomicInteger rounds = new AtomicInteger();
        private final List<Future<?>> clients = new ArrayList<>();
        private volatile boolean ending;

        Load(List<String> proxies) {
            proxies.forEach(proxy -> clients.add(threads.submit(() -> {
                run(proxy);
                return null;
            })));
        }

        private void run(String proxy) throws SQLException {
            try (Connection connection = connect(proxy);
                    Statement statement = connection.createStatement()) {
                while (!ending) {
                    strong(connection);
                    statement.executeUpdate("UPSERT INTO t VALUES (1, '[1, -1]')");
                    rounds.incrementAndGet();
                }
            }
        }

        /// Returns when some more statements have succeeded.
        void goOn() throws Exception {
            int before = rounds.get();
            while (rounds.get() < before + LEAST) {
                for (Future<?> client : clients) {
                    if (client.isDone()) {
                        client.get();
                    }
                }
                LockSupport.parkNanos(1_000_000);
            }
        }

        @Override
        public void close() throws Exception {
            ending = true;
            for (Future<?> client : clients) {
                client.get();
            }
            threads.close();
        }
    }

    private static Connection connect(String address) throws SQLException {
        return DriverManager.getConnection("jdbc:elanus://" + address + "/public");
    }

    private static void strong(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET consistency = strong");
            try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM t")) {
                assertThat(rows.next()).isTrue();
            }
        }
    }
}
