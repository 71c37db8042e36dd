package io.elanus.sql.crash;

import io.elanus.sql.cluster.LocalCluster;
import io.elanus.sql.testing.JdbcScripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The tests of the embedded form, unchanged, against a cluster of processes: `./elanus test --cluster`.
///
/// First every SQL script through JDBC, then the crash campaign: all roles are killed under load again and again,
/// and every second time the disks of all nodes are wiped before they start again, so that what is found comes from
/// Kafka, etcd and S3 alone.
@Command(
        name = "test --cluster",
        mixinStandardHelpOptions = true,
        description = "Runs the SQL scripts and the crash campaign against a cluster of real processes.")
public final class ClusterMain implements Callable<Integer> {
    @Option(
            names = "--crash",
            paramLabel = "N",
            defaultValue = "6",
            description = "how often all roles are killed (${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "of the random choices (${DEFAULT-VALUE})")
    private long seed;

    @Option(
            names = "--limit",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description =
                    "for the first answer after all roles were killed, and for the first writes (${DEFAULT-VALUE})")
    private int limitSeconds;

    @Option(names = "--nodes", defaultValue = "1", description = "query nodes, and data nodes (${DEFAULT-VALUE})")
    private int nodes;

    @Option(names = "--port", defaultValue = "7270", description = "of the first proxy (${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--data", paramLabel = "DIR", description = "folder of the cluster (a temporary folder)")
    private @Nullable Path data;

    @Option(names = "--scripts", paramLabel = "DIR", hidden = true)
    private Path scripts = Path.of("sql", "src", "test", "resources", "scripts");

    @Option(names = "--backends", hidden = true, defaultValue = "storage/testbed")
    private Path backends = Path.of("storage", "testbed");

    private int starts;

    /// The launcher has chosen this command by it.
    @Option(names = "--cluster", required = true, hidden = true)
    void choose(boolean chosen) {
        // nothing else depends on it
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new ClusterMain()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path folder = data == null ? Files.createTempDirectory("elanus-cluster") : data;
        var arguments = new ArrayList<>(List.of("--data=" + folder, "--nodes=" + nodes, "--port=" + port));
        CrashCampaign.SETTINGS.forEach(setting -> arguments.add("--set=" + setting));
        boolean well;
        try (LocalCluster cluster = LocalCluster.open(arguments, backends)) {
            boolean scriptsAreWell = runScripts(cluster);
            well = runCrashes(cluster) && scriptsAreWell;
        }
        if (!well) {
            System.out.printf("The data is kept in %s%n", folder);
        }
        return well ? 0 : 1;
    }

    private boolean runScripts(LocalCluster cluster) throws IOException, SQLException {
        long begun = System.nanoTime();
        ClusterTarget.start(cluster).awaitFirstAnswer("SELECT count(*) FROM system.loads");
        System.out.printf("the cluster answers after %d s%n", seconds(begun));
        begun = System.nanoTime();
        List<Path> files = JdbcScripts.in(scripts);
        var failed = new ArrayList<String>();
        for (Path file : files) {
            try (Connection connection = DriverManager.getConnection(cluster.url())) {
                JdbcScripts.run(connection, file);
            } catch (AssertionError e) {
                failed.add(file.getFileName() + ": " + e.getMessage());
            }
        }
        failed.forEach(System.out::println);
        System.out.printf("%d scripts, %d failed, %d s%n", files.size(), failed.size(), seconds(begun));
        return failed.isEmpty();
    }

    private boolean runCrashes(LocalCluster cluster) throws SQLException {
        Duration limit = Duration.ofSeconds(limitSeconds);
        CrashTarget.Source source =
                () -> starts++ % 2 == 0 ? ClusterTarget.start(cluster) : ClusterTarget.startWiped(cluster);
        var campaign = new CrashCampaign(source, new CrashCampaign.Limits(limit, limit), seed, System.out);
        CrashCampaign.Outcome outcome = campaign.run(rounds);
        System.out.printf(
                "%d kills of all roles, %d starts from empty disks, %d acknowledged statements, slowest first answer"
                        + " %d ms, first write %d ms later, %d violations (seed %d)%n",
                outcome.rounds(),
                starts / 2,
                outcome.statements(),
                outcome.slowest().toMillis(),
                outcome.slowestWrite().toMillis(),
                outcome.wrong().size(),
                seed);
        outcome.wrong().forEach(System.out::println);
        return outcome.wrong().isEmpty();
    }

    private static long seconds(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun).toSeconds();
    }
}
