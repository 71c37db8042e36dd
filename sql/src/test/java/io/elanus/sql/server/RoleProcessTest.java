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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
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
    void twoProxiesAndANodeThatLeavesServeOneDatabase(@TempDir Path folder) throws Exception {
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

            List<String> proxies =
                    started.stream().flatMap(one -> one.address().stream()).toList();
            assertThat(proxies).hasSize(2);
            try (Connection writer = connect(proxies.getFirst());
                    Connection reader = connect(proxies.getLast())) {
                ForeignStoresTest.write(writer);
                ForeignStoresTest.check(writer);
                strong(reader);
                ForeignStoresTest.check(reader);

                RoleProcess queryNode = started.remove(RoleKinds.NAMES.indexOf(RoleNames.QUERY_NODE));
                queryNode.close();
                started.add(start(RoleNames.QUERY_NODE, 2, folder, config));
                ForeignStoresTest.check(reader);
            }
        } finally {
            started.reversed().forEach(RoleProcess::close);
            kafka.process().kill();
            etcd.process().kill();
            s3.process().kill();
        }
    }

    private static RoleProcess start(String role, int number, Path folder, ServerConfig config) {
        String node = role + "-" + number;
        return RoleProcess.start(new RoleProcess.Identity(role, node, 0), folder.resolve(node), config);
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
