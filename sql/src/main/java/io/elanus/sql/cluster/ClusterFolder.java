package io.elanus.sql.cluster;

import java.nio.file.Path;

/// Where the files of a cluster are; see the package.
record ClusterFolder(Path path) {
    ClusterFolder {
        path = path.toAbsolutePath().normalize();
    }

    Path state() {
        return path.resolve("cluster.state");
    }

    Path settings() {
        return path.resolve("elanus.yaml");
    }

    Path ports() {
        return path.resolve("ports");
    }

    Path logs() {
        return path.resolve("logs");
    }

    Path log(String member) {
        return logs().resolve(member + ".log");
    }

    Path service(String name) {
        return path.resolve(name);
    }

    Path node(String name) {
        return path.resolve("nodes").resolve(name);
    }
}
