package io.elanus.sql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import com.marcnuri.helm.jni.NativeLibrary;
import io.elanus.storage.setting.DataSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// What Helm itself says of the chart, and what it makes of it: what Kubernetes would be given, and what the roles
/// would read of that.
@SuppressWarnings("NullAway.Init")
class HelmChartTest {
    private static final Path CHART = Path.of("..", "docker", "helm", "elanus");
    /// The oldest one that Chart.yaml admits.
    private static final String KUBERNETES = "1.25.0";

    @TempDir
    private static Path folder;

    @BeforeAll
    static void helmIsThere() {
        Assumptions.assumeTrue(
                ServiceLoader.load(NativeLibrary.class).findFirst().isPresent(),
                "The chart is checked where Helm's library is: com.marcnuri.helm-java has none for this machine");
    }

    /// Assignments as of `helm --set`, with blanks between them.
    private static Manifests rendered(String assignments) {
        TemplateCommand command =
                new Helm(CHART).template().withName("prod").withNamespace("db").withKubeVersion(KUBERNETES);
        for (String assignment : assignments.isBlank() ? new String[0] : assignments.split(" ", -1)) {
            String[] parts = assignment.split("=", 2);
            command.set(parts[0], parts[1]);
        }
        return Manifests.parse(command.call());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "autoscaling.enabled=true autoscaling.maxReplicas=20",
                "service.type=NodePort service.httpNodePort=30070 service.flightNodePort=30071",
                "service.type=LoadBalancer ingress.enabled=true ingress.tls[0].secretName=tls",
                "s3Secret=keys tlsSecret=certificate",
                "serviceAccount.name=reader nodeSelector.disk=ssd tolerations[0].operator=Exists",
                "serviceAccount.annotations.role=reader roles.proxy.replicas=1"
            })
    void everyChoiceRendersToWhatKubernetesCanTake(String assignments) {
        Manifests manifests = rendered(assignments);
        assertThat(manifests.identities()).doesNotHaveDuplicates();
        assertThat(manifests.names("Deployment"))
                .containsExactlyInAnyOrderElementsOf(
                        RoleKinds.NAMES.stream().map("prod-"::concat).toList());
        for (Manifests.Node deployment : manifests.of("Deployment")) {
            Manifests.Node pod = deployment.at("spec", "template");
            assertThat(pod.at("metadata", "labels").map())
                    .containsAllEntriesOf(
                            deployment.at("spec", "selector", "matchLabels").map());
            checkPod(pod.at("spec"), manifests);
        }
        Manifests.Node service = manifests.only("Service");
        Manifests.Node proxy = manifests.named("Deployment", "prod-proxy").at("spec", "template");
        assertThat(proxy.at("metadata", "labels").map())
                .containsAllEntriesOf(service.at("spec", "selector").map());
        for (Manifests.Node port : service.at("spec", "ports").list()) {
            assertThat(ports(proxy.at("spec")))
                    .containsEntry(port.at("targetPort").text(), port.at("port").number());
        }
    }

    private static Map<String, Integer> ports(Manifests.Node pod) {
        var ports = new LinkedHashMap<String, Integer>();
        pod.at("containers", 0, "ports")
                .list()
                .forEach(port -> ports.put(
                        port.at("name").text(), port.at("containerPort").number()));
        return ports;
    }

    private static void checkPod(Manifests.Node pod, Manifests manifests) {
        Manifests.Node container = pod.at("containers", 0);
        assertThat(pod.at("terminationGracePeriodSeconds").number()).isGreaterThanOrEqualTo(120);
        assertThat(List.of(
                        container.at("startupProbe", "tcpSocket", "port").text(),
                        container.at("livenessProbe", "tcpSocket", "port").text(),
                        container.at("readinessProbe", "httpGet", "port").text()))
                .allSatisfy(port -> assertThat(ports(pod)).containsKey(port));
        assertThat(container.at("volumeMounts").list().stream()
                        .map(mount -> mount.at("name").text()))
                .containsExactlyElementsOf(pod.at("volumes").list().stream()
                        .map(volume -> volume.at("name").text())
                        .toList());
        assertThat(manifests.names("ConfigMap"))
                .contains(pod.at("volumes", 0, "configMap", "name").text());
        String account = pod.at("serviceAccountName").text();
        assertThat(account.equals("reader") || manifests.names("ServiceAccount").contains(account))
                .isTrue();
        checkProgram(container, pod, manifests);
    }

    /// The program takes the arguments and settings, and listens where Kubernetes asks.
    private static void checkProgram(Manifests.Node container, Manifests.Node pod, Manifests manifests) {
        List<String> arguments =
                container.at("args").list().stream().map(Manifests.Node::text).toList();
        new CommandLine(new RoleCommand())
                .parseArgs(arguments.subList(1, arguments.size()).toArray(String[]::new));
        assertThat(arguments).startsWith("role", container.at("name").text());
        ServerConfig config = settings(arguments, manifests);
        boolean proxy = arguments.get(1).equals("proxy");
        assertThat(ports(pod))
                .containsEntry(
                        "http",
                        proxy ? config.listen().httpPort() : config.listen().rolePort());
        assertThat(arguments).contains("--rpc-port=" + ports(pod).get("rpc"));
        String heap = container.at("env").list().stream()
                .filter(variable -> variable.at("name").text().equals("ELANUS_JAVA_OPTS"))
                .map(variable -> variable.at("value").text().substring("-Xmx".length()))
                .findFirst()
                .orElseThrow();
        long limit = DataSize.parse(
                        container.at("resources", "limits", "memory").text().replace("i", "B"))
                .bytes();
        assertThat(DataSize.parse(heap + "b").bytes()
                        + config.memory().offHeap().bytes())
                .isLessThan(limit);
    }

    private static ServerConfig settings(List<String> arguments, Manifests manifests) {
        Path file = folder.resolve("elanus.yaml");
        try {
            Files.writeString(
                    file, manifests.only("ConfigMap").at("data", "elanus.yaml").text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> set = arguments.stream()
                .filter(argument -> argument.startsWith("--set="))
                .map(argument -> argument.substring("--set=".length()))
                .toList();
        return ConfigTree.fill(ServerConfig.class, ConfigFile.merge(ConfigFile.read(file), set));
    }

    @Test
    void givesTheRolesWhatIsSet() {
        Manifests manifests = rendered("settings.stores.kafka.bootstrap-servers=k1:9092,k2:9092 s3Secret=keys"
                + " roles.querynode.offHeap=3GB tlsSecret=certificate");
        ServerConfig config = settings(manifests.arguments("prod-querynode"), manifests);
        assertThat(config.stores().kafka().bootstrapServers()).isEqualTo("k1:9092,k2:9092");
        assertThat(config.stores().meta()).isEqualTo(ServerConfig.MetaKind.ETCD);
        assertThat(config.stores().objects()).isEqualTo(ServerConfig.ObjectKind.S3);
        assertThat(config.stores().s3().accessKey()).isEqualTo("$(S3_ACCESS_KEY)");
        assertThat(config.memory().offHeap()).isEqualTo(DataSize.parse("3 GB"));
        ServerConfig proxy = settings(manifests.arguments("prod-proxy"), manifests);
        assertThat(proxy.security().tls().certificate()).contains("/etc/elanus-tls/tls.crt");
        Manifests.Node pod = manifests.named("Deployment", "prod-proxy").at("spec", "template", "spec");
        assertThat(pod.at("containers", 0, "readinessProbe", "httpGet", "scheme")
                        .text())
                .isEqualTo("HTTPS");
        assertThat(pod.at("volumes", 2, "secret", "secretName").text()).isEqualTo("certificate");
    }

    @Test
    void keepsOneOfTwoAndScalesQueryNodes() {
        Manifests manifests = rendered("");
        var twice = new ArrayList<String>();
        for (Manifests.Node deployment : manifests.of("Deployment")) {
            String name = deployment.at("metadata", "name").text();
            int replicas = deployment.at("spec", "replicas").number();
            assertThat(replicas).as(name).isEqualTo(name.equals("prod-indexnode") ? 1 : 2);
            if (replicas > 1) {
                twice.add(name);
            }
        }
        assertThat(manifests.names("PodDisruptionBudget")).containsExactlyInAnyOrderElementsOf(twice);
        for (Manifests.Node budget : manifests.of("PodDisruptionBudget")) {
            String name = budget.at("metadata", "name").text();
            assertThat(budget.at("spec", "selector").map())
                    .isEqualTo(manifests
                            .named("Deployment", name)
                            .at("spec", "selector")
                            .map());
        }
        Manifests scaled = rendered("autoscaling.enabled=true roles.querynode.replicas=1");
        assertThat(scaled.named("Deployment", "prod-querynode").at("spec").map())
                .doesNotContainKey("replicas");
        assertThat(scaled.only("HorizontalPodAutoscaler")
                        .at("spec", "scaleTargetRef", "name")
                        .text())
                .isEqualTo("prod-querynode");
        assertThat(scaled.names("PodDisruptionBudget")).contains("prod-querynode");
    }

    @ParameterizedTest
    @CsvSource({
        "roles.proxy.replicas=two, /roles/proxy/replicas",
        "roles.proxy.heap=1GB, /roles/proxy/heap",
        "roles.proxxy.replicas=2, proxxy",
        "service.type=NodPort, /service/type",
        "ingres.enabled=true, ingres",
        "autoscaling.minReplicas=0, /autoscaling/minReplicas"
    })
    void refusesWhatItDoesNotKnow(String assignment, String place) {
        assertThatThrownBy(() -> rendered(assignment)).hasMessageContaining(place);
    }

    @Test
    void lintFindsNothing() {
        LintResult result = new Helm(CHART).lint().strict().call();
        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
        assertThat(result.getMessages()).noneMatch(line -> line.contains("[WARNING]") || line.contains("[ERROR]"));
    }

    /// Lint takes no values: they are the defaults of a copy.
    @Test
    void lintFindsNothingWithEveryBlockOn(@TempDir Path copy) throws IOException {
        try (var files = Files.walk(CHART)) {
            for (Path file : files.sorted().toList()) {
                Path to = copy.resolve("elanus").resolve(CHART.relativize(file).toString());
                Files.copy(file, to);
            }
        }
        Path values = copy.resolve("elanus").resolve("values.yaml");
        Files.writeString(
                values,
                Files.readString(values)
                        .replace("enabled: false", "enabled: true")
                        .replace("Secret: \"\"", "Secret: some")
                        .replace("type: ClusterIP", "type: NodePort")
                        .replace("NodePort: \"\"", "NodePort: 30070")
                        .replace("tolerations: []", "tolerations: [{operator: Exists}]")
                        .replace("nodeSelector: {}", "nodeSelector: {disk: ssd}")
                        .replace("tls: []", "tls: [{secretName: some}]"));
        LintResult result =
                new Helm(copy.resolve("elanus")).lint().strict().quiet().call();
        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }
}
