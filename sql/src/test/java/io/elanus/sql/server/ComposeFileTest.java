package io.elanus.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// What Docker Compose itself makes of `docker/compose.yaml`: its `config` checks the file and renders it, and needs no
/// engine. Version 1 knew another format.
class ComposeFileTest {
    private static final List<Path> PLACES = List.of(
            Path.of("/usr/libexec/docker/cli-plugins/docker-compose"),
            Path.of("/usr/lib/docker/cli-plugins/docker-compose"),
            Path.of("/usr/local/lib/docker/cli-plugins/docker-compose"));

    private static Manifests.Node compose = new Manifests.Node("", Map.of());

    @BeforeAll
    static void render(@TempDir Path folder) throws IOException, InterruptedException {
        var tool = PLACES.stream().filter(Files::isExecutable).findFirst();
        Assumptions.assumeTrue(
                tool.isPresent(), "The Compose file is checked where Docker Compose 2 is: docker-compose of Debian 13");
        Path errors = folder.resolve("errors");
        var builder = new ProcessBuilder(
                        tool.orElseThrow().toString(), "-f", "compose.yaml", "config", "--format", "json")
                .directory(Path.of("..", "docker").toFile())
                .redirectError(errors.toFile());
        Process process = builder.start();
        String rendered = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        // A variable without a value is a warning there.
        assertThat(errors).content().isEmpty();
        assertThat(exit).isZero();
        compose = new Manifests.Node("compose.yaml", Manifests.yaml(rendered));
    }

    private static Manifests.Node service(String name) {
        return compose.at("services", name);
    }

    private static Stream<String> services() {
        return compose.at("services").map().keySet().stream();
    }

    private static List<Manifests.Node> list(String service, String key) {
        return service(service).map().get(key) == null
                ? List.of()
                : service(service).at(key).list();
    }

    @Test
    void runsEveryRoleUnderItsOwnAddress() {
        var roles = new ArrayList<String>();
        services().forEach(service -> {
            List<String> words =
                    list(service, "command").stream().map(Manifests.Node::text).toList();
            if (words.isEmpty() || !words.getFirst().equals("role")) {
                return;
            }
            new CommandLine(new RoleCommand())
                    .parseArgs(words.subList(1, words.size()).toArray(String[]::new));
            roles.add(words.get(1));
            assertThat(words).contains("--advertise", service + ":" + words.get(words.indexOf("--rpc-port") + 1));
            assertThat(words.get(words.indexOf("--node") + 1)).startsWith(words.get(1) + "-");
            assertThat(service(service).at("depends_on").map()).containsOnlyKeys("kafka", "etcd", "s3");
        });
        assertThat(roles).containsAll(RoleKinds.NAMES).hasSize(RoleKinds.NAMES.size() + 1);
    }

    @Test
    void waitsForTheHealthOfWhatItNeeds() {
        var awaited = new ArrayList<String>();
        services()
                .filter(service -> service(service).map().containsKey("depends_on"))
                .forEach(service -> service(service)
                        .at("depends_on")
                        .map()
                        .keySet()
                        .forEach(needed -> {
                            awaited.add(needed);
                            assertThat(service(service)
                                            .at("depends_on", needed, "condition")
                                            .text())
                                    .isEqualTo("service_healthy");
                            assertThat(service(needed).at("healthcheck", "test").list())
                                    .hasSizeGreaterThan(1);
                        }));
        assertThat(awaited).contains("kafka", "etcd", "s3", "proxy-1", "proxy-2");
    }

    @Test
    void mountsWhatIsThereAndPublishesWhatNginxListensAt() throws IOException {
        services().flatMap(service -> list(service, "volumes").stream()).forEach(mount -> {
            String source = mount.at("source").text();
            if (mount.at("type").text().equals("bind")) {
                assertThat(Path.of(source)).isRegularFile();
            } else {
                assertThat(compose.at("volumes").map()).containsKey(source);
            }
        });
        services()
                .filter(service -> service(service).map().containsKey("build"))
                .map(service -> service(service).at("build"))
                .forEach(build -> assertThat(Path.of(build.at("context").text())
                                .resolve(build.at("dockerfile").text()))
                        .content()
                        .contains(" AS " + build.at("target").text() + "\n"));
        String nginx = Files.readString(Path.of("..", "docker", "nginx.conf"));
        assertThat(services().flatMap(service -> list(service, "ports").stream()))
                .hasSize(2)
                .allSatisfy(port ->
                        assertThat(nginx).contains("listen " + port.at("target").number() + " "));
    }
}
