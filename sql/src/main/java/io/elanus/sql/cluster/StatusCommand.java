package io.elanus.sql.cluster;

import io.elanus.jdbc.Driver;
import io.elanus.sql.cluster.ClusterState.Recorded;
import io.elanus.sql.shell.Console;
import io.elanus.sql.shell.Runner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `./elanus cluster status`.
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows the processes of a cluster, and what the cluster says of itself.")
final class StatusCommand implements Callable<Integer> {
    private static final Map<String, String> QUESTIONS = Map.of(
            "1. Nodes, by their leases; a coordinator's epoch is that of its term",
            "SELECT role, node, address, lease, epoch FROM system.nodes ORDER BY role, node",
            "2. Channels: who writes them out, who serves them, and how far the files are behind",
            "SELECT table_name, vchannel, data_node, epoch, query_nodes, checkpoint, unsaved_ms FROM system.channels"
                    + " ORDER BY table_name, vchannel",
            "3. Segments",
            "SELECT table_name, level, state, count(*) AS segments, sum(row_count) AS row_count, sum(bytes) AS bytes"
                    + " FROM system.segments GROUP BY table_name, level, state ORDER BY table_name, level, state");

    @Mixin
    private FolderOption option = new FolderOption();

    private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    private final PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);

    /// 0; 1 when something of the cluster does not run or answer.
    @Override
    public Integer call() throws IOException {
        Optional<ClusterState> state = ClusterState.load(option.folder());
        if (state.isEmpty()) {
            out.println("No cluster runs in " + option.folder().path());
            return 1;
        }
        boolean well = processes(state.get());
        return ask(state.get().url()) && well ? 0 : 1;
    }

    private boolean processes(ClusterState state) {
        out.printf("%-14s %8s %-8s %10s %9s %8s%n", "process", "pid", "", "up", "cpu", "restarts");
        for (Recorded process : state.processes()) {
            Optional<ProcessHandle> found = process.find();
            out.printf(
                    Locale.ROOT,
                    "%-14s %8d %-8s %8d s %7.1f s %8d%n",
                    process.name(),
                    process.pid(),
                    found.isPresent() ? "runs" : "is gone",
                    found.isPresent()
                            ? Duration.between(Instant.ofEpochMilli(process.startedMillis()), Instant.now())
                                    .toSeconds()
                            : 0,
                    found.flatMap(handle -> handle.info().totalCpuDuration())
                                    .orElse(Duration.ZERO)
                                    .toMillis()
                            / 1e3,
                    process.restarts());
        }
        return state.living().size() == state.processes().size();
    }

    private boolean ask(String url) {
        try {
            Connection connection = Objects.requireNonNull(new Driver().connect(url, new Properties()));
            var console = new Console(out, err, () -> 0);
            try (var runner = new Runner(console, connection, Runner.Format.TABLE)) {
                return QUESTIONS.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .allMatch(question -> {
                            out.println("\n" + question.getKey().substring(3));
                            return runner.run(question.getValue());
                        });
            }
        } catch (SQLException e) {
            out.println("No proxy answers at " + url + ": " + e.getMessage());
            return false;
        }
    }
}
