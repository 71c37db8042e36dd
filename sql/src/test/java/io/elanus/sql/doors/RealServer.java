package io.elanus.sql.doors;

import io.elanus.sql.server.ConfigTree;
import io.elanus.sql.server.ElanusServer;
import io.elanus.sql.server.ServerConfig;
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
import java.util.StringJoiner;

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

    static RealServer start(Path data, Map<String, String> settings) {
        var all = new HashMap<>(settings);
        all.put("listen.http-port", "0");
        var config = ConfigTree.fill(ServerConfig.class, all);
        return new RealServer(ElanusServer.start(data, config));
    }

    public String address() {
        return server.address();
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

    /// The rows, their values as text joined by `|`.
    public static List<String> rows(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return rows(result);
        }
    }

    static List<String> rows(ResultSet result) throws SQLException {
        var rows = new ArrayList<String>();
        int width = result.getMetaData().getColumnCount();
        while (result.next()) {
            var row = new StringJoiner("|");
            for (int i = 1; i <= width; i++) {
                String value = result.getString(i);
                row.add(value == null ? "NULL" : value);
            }
            rows.add(row.toString());
        }
        return rows;
    }

    @Override
    public void close() {
        server.close();
    }
}
