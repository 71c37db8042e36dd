package io.elanus.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmUpTest {
    @Test
    void itsStatementsRunOnAFreshServer(@TempDir Path data) {
        ServerConfig config =
                ConfigTree.fill(ServerConfig.class, Map.of("listen.http-port", "0", "listen.flight-port", "0"));
        try (ElanusServer server = ElanusServer.start(data, config)) {
            assertThat(WarmUp.runAll(server.sessions())).isGreaterThan(5);
        }
    }
}
