package io.elanus.sql.whole;

import io.elanus.sql.server.ConfigTree;
import io.elanus.sql.server.ElanusServer;
import io.elanus.sql.server.ServerConfig;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/// A server with small segments, so that much happens to few rows. Owned by the test.
final class RunningServer implements AutoCloseable {
    private static final Map<String, String> SMALL = Map.of(
            "listen.http-port", "0",
            "listen.flight-port", "0",
            "coordinators.data.segments.min-rows", "1",
            "coordinators.data.segments.max-rows", "80",
            "coordinators.data.compaction.interval", "200 ms",
            "coordinators.index.min-rows", "16");
    private static final DateTimeFormatter LITERAL =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

    private final ElanusServer server;

    private RunningServer(ElanusServer server) {
        this.server = server;
    }

    static RunningServer start(Path data, Map<String, String> settings) {
        var all = new HashMap<>(SMALL);
        all.putAll(settings);
        return new RunningServer(ElanusServer.start(data, ConfigTree.fill(ServerConfig.class, all)));
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:elanus://" + server.address() + "/public");
    }

    static int run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql) ? 0 : statement.getUpdateCount();
        }
    }

    static long count(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /// Two columns of numbers; a key that is there twice is an error.
    static SortedMap<Long, Long> pairs(Connection connection, String sql) throws SQLException {
        var pairs = new TreeMap<Long, Long>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                if (pairs.put(rows.getLong(1), rows.getLong(2)) != null) {
                    throw new AssertionError("Key " + rows.getLong(1) + " is there twice: " + sql);
                }
            }
        }
        return pairs;
    }

    static String asOf(Instant moment) {
        return " FOR SYSTEM_TIME AS OF TIMESTAMP '" + LITERAL.format(moment) + "'";
    }

    /// A moment that is after everything acknowledged so far and before everything sent from now on.
    static Instant between() {
        Instant moment = Instant.ofEpochMilli(System.currentTimeMillis() + 1);
        while (System.currentTimeMillis() <= moment.toEpochMilli() + 1) {
            LockSupport.parkNanos(500_000);
        }
        return moment;
    }

    @Override
    public void close() {
        server.close();
    }
}
