package io.elanus.sql.cluster;

import io.elanus.cluster.client.RoleNames;
import io.elanus.jdbc.Driver;
import io.elanus.sql.cluster.ClusterState.Recorded;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.server.ProgramCommand;
import io.elanus.storage.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/// `./elanus cluster up`.
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Starts the cluster of a folder, waits until it answers, and leaves it running.")
final class UpCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(250);
    /// Each is answered by another coordinator.
    private static final List<String> PROBES = List.of(
            "SELECT count(*) FROM system.channels",
            "SELECT count(*) FROM system.segments",
            "SELECT count(*) FROM system.loads");

    @ParentCommand
    private ClusterCommand cluster = new ClusterCommand();

    @Mixin
    private ClusterOptions options = new ClusterOptions();

    /// 0; 1 when the cluster does not come up.
    @Override
    public Integer call() throws IOException {
        if (runsAlready()) {
            System.out.println("The cluster runs already: " + options.url());
            return 0;
        }
        check();
        long start = System.nanoTime();
        Process supervisor = supervise();
        String trouble = await(supervisor, start);
        if (!trouble.isEmpty()) {
            System.err.println(trouble);
            System.err.println("HINT: ./elanus cluster down ends what was started; the logs are in "
                    + options.folder().logs());
            return 1;
        }
        System.out.printf(
                """
                The cluster answers after %d s. A process that dies is started again, until ./elanus cluster down.
                  JDBC    %s
                  shell   ./elanus sql --url %2$s
                  status  ./elanus cluster status --data %s
                  logs    %s
                """,
                seconds(start),
                options.url(),
                options.folder().path(),
                options.folder().logs());
        return 0;
    }

    private boolean runsAlready() throws IOException {
        Optional<ClusterState> state = ClusterState.load(options.folder());
        if (state.isPresent() && state.get().supervisor().isEmpty()) {
            List<Recorded> living = state.get().living();
            if (!living.isEmpty()) {
                throw new QueryException(
                        ErrorCode.UNAVAILABLE,
                        "[%d] processes of this cluster run without their supervisor.".formatted(living.size()),
                        "End them with ./elanus cluster down, and start again: nothing is lost.");
            }
        }
        boolean runs = state.flatMap(ClusterState::supervisor).isPresent();
        if (runs && !state.get().url().equals(options.url())) {
            throw new QueryException(
                    ErrorCode.UNAVAILABLE,
                    "The cluster of [%s] runs already, and answers at [%s]."
                            .formatted(options.folder().path(), state.get().url()),
                    "End it with ./elanus cluster down first, or give another cluster a folder of its own with"
                            + " --data.");
        }
        return runs;
    }

    /// What can be known to fail is said before anything is started.
    private void check() throws IOException {
        for (int port : options.proxyPorts()) {
            checkFree(port, "Choose another one with --port.");
        }
        Files.createDirectories(options.folder().logs());
        Members.of(options, cluster.backends());
        for (int port : Ports.of(options.folder()).all()) {
            checkFree(
                    port,
                    "End what uses it, or delete [%s] to have others chosen."
                            .formatted(options.folder().ports()));
        }
    }

    private static void checkFree(int port, String hint) {
        if (!Ports.isFree(port)) {
            throw new QueryException(
                    ErrorCode.UNAVAILABLE,
                    "Port [%d] is in use by another cluster or program; nothing was started.".formatted(port),
                    hint);
        }
    }

    private Process supervise() throws IOException {
        var arguments = new ArrayList<>(List.of("cluster", "--backends=" + cluster.backends(), "supervise"));
        arguments.addAll(options.arguments());
        List<String> command = ProgramCommand.of(List.of("-Xms16m", "-Xmx64m", "-XX:+UseSerialGC"), arguments);
        return Detached.start(command, options.folder().log(ClusterState.SUPERVISOR));
    }

    /// Empty when the cluster answers, else why it does not.
    private String await(Process supervisor, long start) throws IOException {
        Set<String> seen = new HashSet<>(Set.of(ClusterState.SUPERVISOR));
        SQLException last = new SQLException("no proxy was started");
        while (System.nanoTime() - start < LIMIT.toNanos()) {
            if (!supervisor.isAlive()) {
                return "The supervisor has ended; its log ends:\n" + logEnd();
            }
            announce(seen, start);
            Optional<Integer> taken = takenPort();
            if (taken.isPresent()) {
                DownCommand.end(options.folder());
                return ("Port [%d] was taken by another cluster or program meanwhile; what was started has been ended."
                                + " Choose another one with --port.")
                        .formatted(taken.get());
            }
            try {
                for (int port : options.proxyPorts()) {
                    probe(port);
                }
                return "";
            } catch (SQLException e) {
                last = e;
                LockSupport.parkNanos(POLL.toNanos());
            }
        }
        return "The cluster does not answer after [%s]: %s".formatted(LIMIT, last.getMessage());
    }

    /// A port of a proxy that somebody answers at before the proxies were started.
    private Optional<Integer> takenPort() throws IOException {
        Optional<Integer> answering =
                options.proxyPorts().stream().filter(Ports::answers).findFirst();
        boolean own = answering.isEmpty()
                || ClusterState.load(options.folder()).stream()
                        .flatMap(state -> state.processes().stream())
                        .anyMatch(process -> process.name().startsWith(RoleNames.PROXY + "-"));
        return own ? Optional.empty() : answering;
    }

    private void announce(Set<String> seen, long start) throws IOException {
        List<String> fresh = ClusterState.load(options.folder()).stream()
                .flatMap(state -> state.processes().stream())
                .map(Recorded::name)
                .filter(seen::add)
                .toList();
        if (!fresh.isEmpty()) {
            System.out.printf("%3d s  started %s%n", seconds(start), String.join(", ", fresh));
        }
    }

    private static void probe(int port) throws SQLException {
        String url = "jdbc:elanus://127.0.0.1:" + port + "/public";
        try (Connection connection = Objects.requireNonNull(new Driver().connect(url, new Properties()));
                Statement statement = connection.createStatement()) {
            for (String probe : PROBES) {
                try (ResultSet answer = statement.executeQuery(probe)) {
                    answer.next();
                }
            }
        }
    }

    private String logEnd() throws IOException {
        List<String> lines = Files.readAllLines(options.folder().log(ClusterState.SUPERVISOR));
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    }

    private static long seconds(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toSeconds();
    }
}
