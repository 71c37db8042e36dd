package io.elanus.sql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTreeTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    @Test
    void thePageOfTheGuideIsCurrent() throws IOException {
        assertThat(PAGE).hasContent(ConfigReference.markdown());
    }

    @Test
    void everythingHasADefault() {
        assertThat(ConfigTree.fill(ServerConfig.class, Map.of())).isEqualTo(ServerConfig.defaults());
    }

    @Test
    void aKeyIsThePathOfItsRecords() {
        var config = ConfigTree.fill(
                ServerConfig.class, Map.of("listen.http-port", "0", "coordinators.data.segments.max-size", "64 MB"));
        assertThat(config.listen().httpPort()).isZero();
        assertThat(config.coordinators().data().segments().maxSize().bytes()).isEqualTo(64L << 20);
    }

    @Test
    void anUnknownKeyIsRefusedWithTheNearestOne() {
        assertThatThrownBy(() -> ConfigTree.fill(ServerConfig.class, Map.of("listen.htp-port", "1")))
                .hasMessage("There is no setting [listen.htp-port].")
                .extracting("hint")
                .isEqualTo("Did you mean [listen.http-port]?");
    }

    @Test
    void aValueOutOfRangeIsRefusedWithTheRange() {
        assertThatThrownBy(() -> ConfigTree.fill(ServerConfig.class, Map.of("listen.http-port", "70000")))
                .hasMessageContaining("[listen.http-port]")
                .hasMessageContaining("65535");
    }

    @Test
    void theFileMayNestOrDotItsKeysAndTheCommandLineWins(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("elanus.yaml");
        Files.writeString(file, "listen:\n  http-port: 1\n  host: 127.0.0.2\nmemory.query: 2 MB\n");
        assertThat(ConfigFile.merge(ConfigFile.read(file), List.of("listen.http-port=2")))
                .containsEntry("listen.http-port", "2")
                .containsEntry("listen.host", "127.0.0.2")
                .containsEntry("memory.query", "2 MB");
    }
}
