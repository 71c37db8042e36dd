package io.elanus.clients;

import io.elanus.sql.server.ConfigTree;
import io.elanus.sql.server.ElanusServer;
import io.elanus.sql.server.ServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/// One server for all test classes of the module, started by the first and stopped, without leaks, after the last.
final class Server implements BeforeAllCallback {
    private @Nullable String url;

    private record Running(ElanusServer server, Path data) implements AutoCloseable {
        static Running start() {
            try {
                Path data = Files.createTempDirectory("elanus-clients");
                var config =
                        ConfigTree.fill(ServerConfig.class, Map.of("listen.http-port", "0", "listen.flight-port", "0"));
                return new Running(ElanusServer.start(data, config), data);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            try (Stream<Path> files = Files.walk(data)) {
                List<Path> deepestFirst =
                        files.sorted(Comparator.reverseOrder()).toList();
                for (Path file : deepestFirst) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Running running = context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(Running.class, _ -> Running.start(), Running.class);
        url = "jdbc:elanus://" + running.server().address() + "/public";
    }

    String url() {
        if (url == null) {
            throw new IllegalStateException("The server did not start");
        }
        return url;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    DataSource source() {
        return new DriverManagerDataSource(url());
    }

    void run(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
