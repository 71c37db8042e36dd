package io.elanus.sql.doors;

import io.elanus.sql.testing.JdbcScripts;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every script of SQL, over a real server and the real driver.
@Timeout(120)
class ScriptsOverJdbcTest {
    private static final Path SCRIPTS = Path.of("src/test/resources/scripts");
    private static @Nullable RealServer server;

    @BeforeAll
    static void start(@TempDir Path data) {
        server = RealServer.start(data);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    static Stream<Path> scripts() throws IOException {
        return JdbcScripts.in(SCRIPTS).stream();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void answersAsWritten(Path file) throws IOException, SQLException {
        if (server == null) {
            throw new IllegalStateException("The server did not start");
        }
        try (Connection connection = server.connect()) {
            JdbcScripts.run(connection, file);
        }
    }
}
