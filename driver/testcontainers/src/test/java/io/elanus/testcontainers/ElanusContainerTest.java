package io.elanus.testcontainers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.elanus.sql.server.ConfigTree;
import io.elanus.sql.server.ElanusServer;
import io.elanus.sql.server.ServerConfig;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.containers.JdbcDatabaseContainerProvider;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.Transferable;

class ElanusContainerTest {
    /// A container whose ports an engine has mapped to these.
    private static final class Mapped extends ElanusContainer {
        private final Map<Integer, Integer> ports;
        private final Map<String, String> copied = new HashMap<>();

        Mapped(Map<Integer, Integer> ports) {
            this.ports = ports;
        }

        @Override
        public String getHost() {
            return "127.0.0.1";
        }

        @Override
        public Integer getMappedPort(int port) {
            return ports.getOrDefault(port, 0);
        }

        @Override
        public ElanusContainer withCopyToContainer(Transferable content, String path) {
            copied.put(path, new String(content.getBytes(), StandardCharsets.UTF_8));
            return this;
        }

        @Override
        public InspectContainerResponse getContainerInfo() {
            return new InspectContainerResponse();
        }

        /// The engine would be asked for the image.
        @Override
        public String getDockerImageName() {
            return "elanus";
        }

        @Override
        public boolean isRunning() {
            return true;
        }

        /// What a start does once the engine runs the container.
        void started() {
            waitUntilContainerStarted();
            containerIsStarted(getContainerInfo());
        }

        void configured() {
            configure();
        }
    }

    @Test
    void saysWhereItListens() {
        var container = new Mapped(Map.of(7070, 32_768, 7071, 32_769));

        assertThat(container.getExposedPorts()).containsExactly(7070, 7071);
        assertThat(container.getJdbcUrl()).isEqualTo("jdbc:elanus://127.0.0.1:32768/public");
        assertThat(container.withUrlParam("fetch_size", "10").getJdbcUrl())
                .isEqualTo("jdbc:elanus://127.0.0.1:32768/public?fetch_size=10");
        assertThat(container.flightUri()).hasToString("grpc+tcp://127.0.0.1:32769");
        assertThat(container.getUsername()).isEqualTo("elanus");
        assertThat(container.getDriverClassName()).isEqualTo(io.elanus.jdbc.Driver.class.getName());
    }

    @Test
    void tellsTheServerItsSettings() {
        var container = new Mapped(Map.of());
        container.withPassword("of the test").withSetting("queries.max-running", "3");
        container.configured();

        assertThat(container.getCommandParts())
                .containsExactly(
                        "server",
                        "--set",
                        "listen.host=0.0.0.0",
                        "--set",
                        "security.login.password-file=/etc/elanus/password",
                        "--set",
                        "security.login.plain-passwords=true",
                        "--set",
                        "queries.max-running=3");
        assertThat(container.copied).containsExactly(Map.entry("/etc/elanus/password", "of the test"));
    }

    @Test
    void takesTheNameOfTheImage() {
        List<JdbcDatabaseContainerProvider> providers = ServiceLoader.load(JdbcDatabaseContainerProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.supports("elanus"))
                .toList();

        assertThat(providers).singleElement().isInstanceOf(ElanusContainerProvider.class);
        assertThat(providers.getFirst().newInstance("0.1").getImage())
                .asString()
                .contains("=elanus:0.1");
        assertThat(new ElanusContainer("registry.example/db/elanus:7").getImage())
                .asString()
                .contains("=registry.example/db/elanus:7");
    }

    @Test
    void isReadyWhenTheServerIsAndMakesItsUsers(@TempDir Path folder) throws Exception {
        var container = new Mapped(new HashMap<>());
        try (ElanusServer server = serverOf(container, folder)) {
            int port =
                    Integer.parseInt(server.address().substring(server.address().lastIndexOf(':') + 1));
            container.ports.put(7070, port);
            container.withUser("o'hara \"x\"", "it's long enough");
            container.started();

            try (Connection connection = container.createConnection("");
                    ResultSet rows = connection.createStatement().executeQuery("SELECT current_user")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("elanus");
            }
            try (Connection connection =
                            DriverManager.getConnection(container.getJdbcUrl(), "o'hara \"x\"", "it's long enough");
                    ResultSet rows = connection.createStatement().executeQuery("SELECT current_user")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("o'hara \"x\"");
            }
            assertThatThrownBy(() -> DriverManager.getConnection(container.getJdbcUrl(), "elanus", "another"))
                    .isInstanceOf(SQLException.class);
        }
    }

    /// The settings that the container would give its server, but for places of this machine.
    private static ElanusServer serverOf(ElanusContainer container, Path folder) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), container.getPassword());
        var settings = new HashMap<String, String>();
        List<String> command = container.command();
        for (int i = 2; i < command.size(); i += 2) {
            String[] pair = command.get(i).split("=", 2);
            settings.put(pair[0], pair[1]);
        }
        settings.put("listen.host", "127.0.0.1");
        settings.put("listen.http-port", "0");
        settings.put("listen.flight-port", "0");
        settings.put("security.authentication", "on");
        settings.put("security.login.password-file", password.toString());
        return ElanusServer.start(folder.resolve("data"), ConfigTree.fill(ServerConfig.class, settings));
    }

    @Test
    void isNotReadyWithoutServer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            var container = new Mapped(Map.of(7070, silent.getLocalPort()));
            container.waitingFor(Wait.forHttp("/health").forPort(7070).withStartupTimeout(Duration.ofSeconds(1)));
            assertThatThrownBy(container::started).isInstanceOf(ContainerLaunchException.class);
        }
    }
}
