package io.elanus.sql.cluster;

import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `./elanus cluster`.
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        description = "Runs a whole cluster on this machine: Kafka, etcd, S3, and one process a role.",
        subcommands = {
            UpCommand.class,
            StatusCommand.class,
            DownCommand.class,
            SuperviseCommand.class,
            TrainCommand.class
        })
public final class ClusterCommand implements Runnable {
    /// Set by the launcher.
    @Option(names = "--backends", hidden = true, defaultValue = "storage/testbed")
    private Path backends = Path.of("storage", "testbed");

    Path backends() {
        return backends;
    }

    @Override
    public void run() {
        new CommandLine(this).usage(System.out);
    }
}
