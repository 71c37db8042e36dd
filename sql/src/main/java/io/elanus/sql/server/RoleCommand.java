package io.elanus.sql.server;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Runs one role of a cluster until the process is asked to end.
@Command(
        name = "role",
        mixinStandardHelpOptions = true,
        description = "Runs one role of a cluster over Kafka, etcd and S3 (settings stores.*).")
public final class RoleCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "ROLE",
            description = "rootcoord, datacoord, indexcoord, querycoord, datanode, indexnode, querynode or proxy")
    private String role = "";

    @Option(names = "--node", paramLabel = "NAME", description = "name in the cluster (ROLE-1)")
    private @Nullable String node;

    @Option(
            names = "--rpc-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "port for the other nodes (a free one)")
    private int rpcPort;

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Override
    public Integer call() throws InterruptedException {
        var identity = new RoleProcess.Identity(role, node == null ? role + "-1" : node, rpcPort);
        RoleProcess process = RoleProcess.start(identity, options.data(), options.config());
        var asked = new UntilAsked(process);
        System.out.printf(
                "Elanus %s runs %s as %s.%s%n",
                VersionCommand.version(),
                identity.role(),
                identity.node(),
                process.address()
                        .map(" Connect with JDBC: jdbc:elanus://%1$s/public, or open http://%1$s/"::formatted)
                        .orElse(""));
        asked.await();
        return 0;
    }
}
