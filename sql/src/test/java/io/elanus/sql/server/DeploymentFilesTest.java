package io.elanus.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/// What `docker/` says of the program is what the program takes: its options, settings, roles and ports.
class DeploymentFilesTest {
    private static final Path DOCKER = Path.of("..", "docker");
    private static final Path CHART = DOCKER.resolve("helm").resolve("elanus");
    private static final Pattern BLOCK = Pattern.compile("\\{\\{-? *(if|range|with|define|end)\\b");

    /// Aliases (`*role`) and merges (`<<`) of Compose; duplicate keys are refused.
    private static Map<?, ?> yaml(Path file) throws IOException {
        var settings = LoadSettings.builder().setLabel(file.toString()).build();
        return (Map<?, ?>) new Load(settings).loadFromString(Files.readString(file));
    }

    private static Map<?, ?> map(Map<?, ?> of, String key) {
        return (Map<?, ?>) Objects.requireNonNull(of.get(key), key);
    }

    private static Map<String, List<String>> commands() throws IOException {
        var commands = new TreeMap<String, List<String>>();
        map(yaml(DOCKER.resolve("compose.yaml")), "services").forEach((name, service) -> {
            Object command = ((Map<?, ?>) service).get("command");
            if (command instanceof List<?> words && words.getFirst().equals("role")) {
                commands.put(
                        String.valueOf(name),
                        words.stream().map(String::valueOf).toList());
            }
        });
        return commands;
    }

    @Test
    void composeRunsEveryRoleUnderItsOwnAddress() throws IOException {
        var roles = new ArrayList<String>();
        commands().forEach((service, words) -> {
            new CommandLine(new RoleCommand())
                    .parseArgs(words.subList(1, words.size()).toArray(String[]::new));
            roles.add(words.get(1));
            assertThat(words).contains("--advertise", service + ":" + words.get(words.indexOf("--rpc-port") + 1));
            assertThat(words.get(words.indexOf("--node") + 1)).startsWith(words.get(1) + "-");
        });
        assertThat(roles).containsAll(RoleKinds.NAMES).hasSize(RoleKinds.NAMES.size() + 1);
    }

    @Test
    void composeDependsOnServicesThatAreThere() throws IOException {
        Map<?, ?> compose = yaml(DOCKER.resolve("compose.yaml"));
        Map<?, ?> services = map(compose, "services");
        List<String> volumes =
                map(compose, "volumes").keySet().stream().map(String::valueOf).toList();
        assertThat(services.keySet().stream().map(String::valueOf).toList())
                .contains("kafka", "etcd", "s3", "nginx")
                .containsAll(map(map(compose, "x-role"), "depends_on").keySet().stream()
                        .map(String::valueOf)
                        .toList());
        for (Object service : services.values()) {
            if (((Map<?, ?>) service).get("volumes") instanceof List<?> mounts) {
                for (Object mount : mounts) {
                    String from = String.valueOf(mount).split(":", -1)[0];
                    assertThat(from.startsWith("./") ? Files.exists(DOCKER.resolve(from)) : volumes.contains(from))
                            .as(from)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void theSettingsOfComposeAndOfTheChartAreKnown(@TempDir Path folder) throws IOException {
        ServerConfig compose = ConfigTree.fill(ServerConfig.class, ConfigFile.read(DOCKER.resolve("elanus.yaml")));
        assertThat(compose.stores().log()).isEqualTo(ServerConfig.LogKind.KAFKA);
        assertThat(Files.readString(DOCKER.resolve("nginx.conf")))
                .contains("server proxy-1:" + compose.listen().httpPort())
                .contains("server proxy-2:" + compose.listen().flightPort());
        int rolePort = compose.listen().rolePort();
        assertThat(Files.readString(DOCKER.resolve("compose.yaml"))).contains("/dev/tcp/127.0.0.1/" + rolePort + " ");
        assertThat(Files.readString(CHART.resolve("templates/roles.yaml")))
                .contains("--set=listen.role-port=" + rolePort)
                .contains("containerPort: " + rolePort);
        Path settings = folder.resolve("settings.yaml");
        Files.writeString(settings, section(CHART.resolve("values.yaml"), "settings"));
        ServerConfig chart = ConfigTree.fill(ServerConfig.class, ConfigFile.read(settings));
        assertThat(chart.stores().meta()).isEqualTo(ServerConfig.MetaKind.ETCD);
        assertThat(chart.stores().objects()).isEqualTo(ServerConfig.ObjectKind.S3);
    }

    /// The lines below a key at the left margin.
    private static String section(Path file, String key) throws IOException {
        return Files.readAllLines(file).stream()
                .dropWhile(line -> !line.equals(key + ":"))
                .skip(1)
                .takeWhile(line -> line.startsWith("  "))
                .map(line -> line.substring(2) + "\n")
                .reduce("", String::concat);
    }

    @Test
    void theChartHasEveryRoleAndItsTemplatesCloseWhatTheyOpen() throws IOException {
        Map<?, ?> roles = map(yaml(CHART.resolve("values.yaml")), "roles");
        assertThat(roles.keySet().stream().map(String::valueOf).toList())
                .containsExactlyInAnyOrderElementsOf(RoleKinds.NAMES);
        for (Object role : roles.values()) {
            assertThat(((Map<?, ?>) role).keySet().stream().map(String::valueOf).toList())
                    .containsExactlyInAnyOrder("replicas", "heap", "offHeap", "cache", "resources");
        }
        assertThat(yaml(CHART.resolve("Chart.yaml")).get("apiVersion")).isEqualTo("v2");
        try (Stream<Path> templates = Files.list(CHART.resolve("templates"))) {
            for (Path template : templates.toList()) {
                int open = 0;
                Matcher blocks = BLOCK.matcher(Files.readString(template));
                while (blocks.find()) {
                    open += blocks.group(1).equals("end") ? -1 : 1;
                    assertThat(open).as(template.toString()).isNotNegative();
                }
                assertThat(open).as(template.toString()).isZero();
            }
        }
    }
}
