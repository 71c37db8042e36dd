package io.elanus.sql.cluster;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Which cluster.
final class FolderOption {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "cluster-data",
            description = "folder of the cluster (${DEFAULT-VALUE})")
    private Path data = Path.of("cluster-data");

    ClusterFolder folder() {
        return new ClusterFolder(data);
    }
}
