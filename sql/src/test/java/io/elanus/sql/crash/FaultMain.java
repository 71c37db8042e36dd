package io.elanus.sql.crash;

import io.elanus.sql.cluster.FaultySurroundings;
import io.elanus.sql.cluster.LocalCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// The campaign against a cluster as a command: `./elanus test --faults N --seed S`.
@Command(
        name = "test --faults",
        mixinStandardHelpOptions = true,
        description = "Does harm to a cluster of real processes under load, and checks what it kept.")
public final class FaultMain implements Callable<Integer> {
    @Option(names = "--faults", paramLabel = "N", required = true, description = "how many")
    private int count;

    @Option(
            names = "--at-once",
            paramLabel = "K",
            defaultValue = "1",
            description = "faults that begin together (${DEFAULT-VALUE})")
    private int atOnce;

    @Option(
            names = "--rolling",
            description = "instead of random faults: restart every role in turn, so many times as --faults says")
    private boolean rolling;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "1",
            description = "of the random choices (${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--nodes", defaultValue = "3", description = "query nodes, and data nodes (${DEFAULT-VALUE})")
    private int nodes;

    @Option(names = "--port", defaultValue = "7270", description = "of the first proxy (${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--no-standby", description = "one process of each coordinator")
    private boolean alone;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one setting of all roles")
    private List<String> settings = List.of();

    @Option(names = "--data", paramLabel = "DIR", description = "folder of the cluster (a temporary folder)")
    private @Nullable Path data;

    @Option(
            names = "--kill",
            paramLabel = "MEMBER",
            description = "instead of random faults: kill -9 of these, in turn")
    private List<String> kills = List.of();

    @Option(names = "--backends", hidden = true, defaultValue = "storage/testbed")
    private Path backends = Path.of("storage", "testbed");

    public static void main(String[] args) {
        System.exit(new CommandLine(new FaultMain()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (atOnce < 1) {
            System.err.println("--at-once takes 1 or more; [" + atOnce + "] was given");
            return 2;
        }
        Path folder = data == null ? Files.createTempDirectory("elanus-faults") : data;
        var arguments = new ArrayList<>(List.of("--data=" + folder, "--nodes=" + nodes, "--port=" + port));
        if (!alone) {
            arguments.add("--standby");
        }
        settings.forEach(setting -> arguments.add("--set=" + setting));
        List<String> wrong;
        try (var around = new FaultySurroundings(folder);
                LocalCluster cluster = LocalCluster.open(arguments, backends, around)) {
            var campaign = new FaultCampaign(cluster, around, seed, System.out);
            wrong = campaign.run(faults(campaign), atOnce);
            campaign.printFigures();
        }
        System.out.printf("%d violations (seed %d)%n", wrong.size(), seed);
        wrong.forEach(System.out::println);
        return wrong.isEmpty() ? 0 : 1;
    }

    private List<Fault> faults(FaultCampaign campaign) throws IOException {
        if (rolling) {
            return Collections.nCopies(count, campaign.rolling()).stream()
                    .flatMap(List::stream)
                    .toList();
        }
        return kills.isEmpty()
                ? campaign.choose(count)
                : kills.stream().<Fault>map(Fault.Kill::new).toList();
    }
}
