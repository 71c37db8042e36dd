package io.elanus.sql.server;

import io.elanus.cluster.runtime.SystemClock;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
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
    private static final Pattern ADDRESS = Pattern.compile("\\S+:\\d{1,5}");

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

    @Option(
            names = "--advertise",
            paramLabel = "HOST:PORT",
            description = "where the other nodes reach that port, if not where this one listens")
    private @Nullable String advertised;

    @Option(
            names = "--clock",
            paramLabel = "FILE",
            hidden = true,
            description = "for tests: holds the milliseconds by which the wall clock is wrong")
    private @Nullable Path clock;

    @Mixin
    private ServerOptions options = new ServerOptions();

    private static String checked(String address) {
        if (!ADDRESS.matcher(address).matches()) {
            throw new QueryException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "[%s] is not the address of a node.".formatted(address),
                    "Give a host and a port with a colon between them: --advertise db-7.example.com:7072");
        }
        return address;
    }

    /// Starts the role in this process; the caller closes it.
    public RoleProcess start() {
        return RoleProcess.start(
                identity(),
                options.data(),
                options.config(),
                clock == null ? new SystemClock() : new ShiftedClock(clock));
    }

    private RoleProcess.Identity identity() {
        return new RoleProcess.Identity(
                role,
                node == null ? role + "-1" : node,
                rpcPort,
                Optional.ofNullable(advertised).map(RoleCommand::checked));
    }

    @Override
    public Integer call() throws InterruptedException {
        RoleProcess process = start();
        RoleProcess.Identity identity = identity();
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
