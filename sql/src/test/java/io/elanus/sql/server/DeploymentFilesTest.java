package io.elanus.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The settings that Compose mounts are settings of the program, and agree with the files beside them.
class DeploymentFilesTest {
    private static final Path DOCKER = Path.of("..", "docker");

    @Test
    void theSettingsOfComposeAreKnownAndItsPortsAgree() throws IOException {
        ServerConfig compose = ConfigTree.fill(ServerConfig.class, ConfigFile.read(DOCKER.resolve("elanus.yaml")));
        assertThat(compose.stores().log()).isEqualTo(ServerConfig.LogKind.KAFKA);
        assertThat(Files.readString(DOCKER.resolve("nginx.conf")))
                .contains("server proxy-1:" + compose.listen().httpPort())
                .contains("server proxy-2:" + compose.listen().flightPort());
        assertThat(Files.readString(DOCKER.resolve("compose.yaml")))
                .contains("/dev/tcp/127.0.0.1/" + compose.listen().rolePort() + " ")
                .contains("/dev/tcp/127.0.0.1/" + compose.listen().httpPort() + " ");
    }
}
