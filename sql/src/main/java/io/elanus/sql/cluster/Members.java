package io.elanus.sql.cluster;

import io.elanus.cluster.client.RoleNames;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.server.ProgramCommand;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.backend.Backend;
import io.elanus.storage.backend.EtcdBackend;
import io.elanus.storage.backend.KafkaBackend;
import io.elanus.storage.backend.S3ProxyBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The processes that a cluster is made of. Writes their settings.
final class Members {
    /// Ten times the JVM's own thresholds. Many processes share the cores of one machine here, and one that
    /// starts spent a third of its computing on optimized code for what it does only once.
    private static final List<String> LATE_OPTIMIZATION = List.of(
            "-XX:Tier4InvocationThreshold=50000",
            "-XX:Tier4MinInvocationThreshold=6000",
            "-XX:Tier4CompileThreshold=150000",
            "-XX:Tier4BackEdgeThreshold=400000");

    /// What decides, plans and passes on, computes little over rows, and is to be back soon. Where a proxy has cores of
    /// its own, it is better off with both compilers.
    private static final Set<Member.Phase> QUICKLY_COMPILED = Set.of(Member.Phase.COORDINATOR, Member.Phase.PROXY);

    private final ClusterOptions options;
    private final ClusterFolder folder;
    private final Path backends;
    private final Surroundings around;
    private final Ports ports;
    private final List<Member> members = new ArrayList<>();

    private Members(ClusterOptions options, Path backends, Surroundings around) throws IOException {
        this.options = options;
        this.folder = options.folder();
        this.backends = backends;
        this.around = around;
        this.ports = Ports.of(folder);
    }

    /// In the order of the start.
    ///
    /// @param backends folder of the modules that know the class paths of Kafka and s3proxy
    static List<Member> of(ClusterOptions options, Path backends) throws IOException {
        return of(options, backends, Surroundings.PLAIN);
    }

    static List<Member> of(ClusterOptions options, Path backends, Surroundings around) throws IOException {
        var making = new Members(options, backends, around);
        making.services();
        making.roles();
        return making.members;
    }

    private void services() throws IOException {
        Files.createDirectories(folder.logs());
        Backend etcd = EtcdBackend.at(folder.service("etcd"), etcd(), ports.etcd(), ports.etcdPeers());
        var kafkaPorts =
                new KafkaBackend.Ports(ports.kafka(), ports.kafkaController(), around.port("", "kafka", ports.kafka()));
        Backend kafka = KafkaBackend.at(folder.service("kafka"), javaPath("kafka"), kafkaPorts);
        Backend s3 = S3ProxyBackend.at(folder.service("s3proxy"), javaPath("s3proxy"), ports.s3());
        for (Backend service : List.of(etcd, kafka, s3)) {
            members.add(Member.service(service.name(), service.preparation(), service.command(), service.port()));
        }
        writeSettings(etcd, kafka, s3);
    }

    /// @throws QueryException if it is not installed
    static Path etcd() {
        return EtcdBackend.binary(Optional.ofNullable(System.getenv("PATH")).orElse(""))
                .orElseThrow(() -> new QueryException(
                        ErrorCode.INVALID_CONFIGURATION,
                        "A cluster keeps its metadata in etcd, and [etcd] is not on the PATH.",
                        "Install it: the package is etcd-server on Debian and Ubuntu, etcd elsewhere."));
    }

    private Backend.JavaPath javaPath(String module) throws IOException {
        try {
            return Backend.JavaPath.read(
                    ProgramCommand.javaHome(), backends.resolve(module).resolve("target"));
        } catch (NoSuchFileException e) {
            throw new QueryException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The class path of [%s] is not in [%s].".formatted(module, e.getFile()),
                    "Start with the launcher, which builds it: ./elanus cluster up");
        }
    }

    private void writeSettings(Backend etcd, Backend kafka, Backend s3) throws IOException {
        var lines = new ArrayList<String>();
        lines.add("# Written at every start of the cluster. Change settings with ./elanus cluster up --set KEY=VALUE");
        Map.of(
                        "stores.log",
                        "kafka",
                        "stores.kafka.bootstrap-servers",
                        kafka.address(),
                        "stores.meta",
                        "etcd",
                        "stores.etcd.endpoints",
                        etcd.address(),
                        "stores.objects",
                        "s3",
                        "stores.s3.endpoint",
                        s3.address(),
                        "stores.s3.bucket",
                        S3ProxyBackend.BUCKET,
                        "stores.s3.access-key",
                        S3ProxyBackend.ACCESS_KEY,
                        "stores.s3.secret-key",
                        S3ProxyBackend.SECRET_KEY,
                        "memory.off-heap",
                        "1 GB")
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(setting -> lines.add(setting.getKey() + ": \"" + setting.getValue() + '"'));
        Files.write(folder.settings(), lines);
    }

    private void roles() throws IOException {
        for (String coordinator :
                List.of(RoleNames.ROOT_COORD, RoleNames.DATA_COORD, RoleNames.INDEX_COORD, RoleNames.QUERY_COORD)) {
            add(coordinator, options.coordinators(), Member.Phase.COORDINATOR);
        }
        add(RoleNames.DATA_NODE, options.nodes(), Member.Phase.WORKER);
        add(RoleNames.INDEX_NODE, 1, Member.Phase.WORKER);
        add(RoleNames.QUERY_NODE, options.nodes(), Member.Phase.WORKER);
        int number = 0;
        for (int port : options.proxyPorts()) {
            number++;
            add(
                    RoleNames.PROXY,
                    number,
                    Member.Phase.PROXY,
                    List.of("listen.http-port=" + port, "listen.flight-port=0"));
        }
    }

    private void add(String role, int count, Member.Phase phase) throws IOException {
        for (int number = 1; number <= count; number++) {
            add(role, number, phase, List.of());
        }
    }

    private void add(String role, int number, Member.Phase phase, List<String> settings) throws IOException {
        String name = role + "-" + number;
        var arguments = new ArrayList<>(List.of(
                "role", role, "--node=" + name, "--config=" + folder.settings(), "--data=" + folder.node(name)));
        options.settings().forEach(setting -> arguments.add("--set=" + setting));
        settings.forEach(setting -> arguments.add("--set=" + setting));
        services(name).forEach(setting -> arguments.add("--set=" + setting));
        arguments.addAll(around.arguments(name));
        var command = new ArrayList<>(around.runner(name));
        command.addAll(ProgramCommand.of(flags(phase, options.heap()), arguments));
        members.add(Member.role(name, phase, command, arguments));
    }

    /// Those of the JVM. What is to be back soon has the whole heap from its start: a small one, which collects every
    /// 10 MB, copies what is to stay a dozen times until the start is over.
    static List<String> flags(Member.Phase phase, String heap) {
        boolean quick = QUICKLY_COMPILED.contains(phase);
        var flags = new ArrayList<>(List.of("-Xms" + (quick ? heap : "32m"), "-Xmx" + heap, "-XX:+UseSerialGC"));
        flags.addAll(quick ? List.of("-XX:TieredStopAtLevel=1") : LATE_OPTIMIZATION);
        return flags;
    }

    /// Settings of a member that reaches services in a way of its own.
    private List<String> services(String member) throws IOException {
        var settings = new ArrayList<String>();
        int etcd = around.port(member, "etcd", ports.etcd());
        if (etcd != ports.etcd()) {
            settings.add("stores.etcd.endpoints=http://127.0.0.1:" + etcd);
        }
        int s3 = around.port(member, "s3proxy", ports.s3());
        if (s3 != ports.s3()) {
            settings.add("stores.s3.endpoint=http://127.0.0.1:" + s3);
        }
        return settings;
    }
}
