package io.elanus.sql.doors;

import io.elanus.sql.server.ConfigTree;
import io.elanus.sql.server.ElanusServer;
import io.elanus.sql.server.ServerConfig;
import io.elanus.sql.testing.JdbcScripts;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/// A server with every role on a free port, for the tests of one class. Closing it fails when off-heap memory is
/// still out.
public final class RealServer implements AutoCloseable {
    private final ElanusServer server;

    private RealServer(ElanusServer server) {
        this.server = server;
    }

    public static RealServer start(Path data) {
        return start(data, Map.of());
    }

    public static RealServer start(Path data, Map<String, String> settings) {
        var all = new HashMap<>(settings);
        all.put("listen.http-port", "0");
        all.put("listen.flight-port", "0");
        var config = ConfigTree.fill(ServerConfig.class, all);
        return new RealServer(ElanusServer.start(data, config));
    }

    public String address() {
        return server.address();
    }

    /// `host:port` of the Flight door.
    public String flightAddress() {
        return server.flightAddress();
    }

    /// Off-heap memory in use, as the metrics tell.
    public long memory() throws IOException {
        try (var metrics =
                URI.create("http://" + address() + "/metrics").toURL().openStream()) {
            return new String(metrics.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("elanus_off_heap_bytes "))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
                    .sum();
        }
    }

    public Connection connect() throws SQLException {
        return connect("");
    }

    /// @param properties as in a URL: `?name=value`
    public Connection connect(String properties) throws SQLException {
        return DriverManager.getConnection("jdbc:elanus://" + address() + "/public" + properties);
    }

    Connection stock(String serialization) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:avatica:remote:url=http://" + address() + ";serialization=" + serialization + ";timeZone=UTC");
    }

    public static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /// Tries until it is so, half a minute at most; the caller looks at what came of it.
    static void retry(Callable<Boolean> attempt) throws SQLException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        try {
            while (!attempt.call() && System.nanoTime() < end) {
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        } catch (Exception e) { // whatever an attempt met
            throw e instanceof SQLException known ? known : new SQLException(e);
        }
    }

    /// Asks again and again until the answer is these rows; an error is another answer.
    static void await(Connection connection, String sql, String... rows) throws SQLException {
        var last = new AtomicReference<Object>("");
        retry(() -> {
            try {
                last.set(rows(connection, sql));
            } catch (SQLException e) { // it may come right
                last.set(e);
            }
            return List.of(rows).equals(last.get());
        });
        if (!List.of(rows).equals(last.get())) {
            throw new SQLException("[%s] still answers %s, not %s".formatted(sql, last.get(), List.of(rows)));
        }
    }

    /// The rows, their values as text joined by `|`.
    public static List<String> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return rows(result);
        }
    }

    public static List<String> rows(ResultSet result) throws SQLException {
        return JdbcScripts.rows(result);
    }

    @Override
    public void close() {
        server.close();
    }
}
