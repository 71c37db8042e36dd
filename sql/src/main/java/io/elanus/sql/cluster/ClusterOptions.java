package io.elanus.sql.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which cluster, and how large.
final class ClusterOptions {
    private static final int PROXIES = 2;

    @Mixin
    private FolderOption folder = new FolderOption();

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "1",
            description = "query nodes, and as many data nodes (${DEFAULT-VALUE})")
    private int nodes;

    @Option(names = "--standby", description = "a second process of each coordinator, which stands by")
    private boolean standby;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "7070",
            description = "HTTP port of the first proxy; the second has the next (${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--heap",
            paramLabel = "SIZE",
            defaultValue = "256m",
            description = "Java heap of a role (${DEFAULT-VALUE})")
    private String heap = "";

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one setting of all roles")
    private List<String> settings = List.of();

    ClusterFolder folder() {
        return folder.folder();
    }

    int nodes() {
        return nodes;
    }

    int coordinators() {
        return standby ? 2 : 1;
    }

    List<Integer> proxyPorts() {
        return IntStream.range(port, port + PROXIES).boxed().toList();
    }

    String heap() {
        return heap;
    }

    List<String> settings() {
        return settings;
    }

    String url() {
        return "jdbc:elanus://"
                + String.join(
                        ",",
                        proxyPorts().stream().map(proxy -> "127.0.0.1:" + proxy).toList())
                + "/public";
    }

    /// The same options, for another process.
    List<String> arguments() {
        var arguments = new ArrayList<>(
                List.of("--data=" + folder().path(), "--nodes=" + nodes, "--port=" + port, "--heap=" + heap));
        if (standby) {
            arguments.add("--standby");
        }
        settings.forEach(setting -> arguments.add("--set=" + setting));
        return arguments;
    }
}
