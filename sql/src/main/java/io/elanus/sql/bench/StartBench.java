package io.elanus.sql.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// What a server costs until it has answered: CPU time and wall-clock time from the start of the process to the
/// first `SELECT 1`, to the first vector search of a new table, and, after SIGKILL, to the first vector search over
/// what was there.
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = "Measures time and CPU from the start of a server to its first answers.")
public final class StartBench implements Callable<Integer> {
    private static final int TABLE_ROWS = 1_000;
    private static final String SEARCH = "SELECT id, name FROM started ORDER BY v <-> '[3, 1, 4]' LIMIT 5";

    @Option(names = "--rounds", defaultValue = "3", description = "servers to start (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--json", description = "one JSON object a line")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        for (int round = 0; round < rounds; round++) {
            Path folder = Files.createTempDirectory("elanus-bench-start");
            try {
                run(folder);
            } finally {
                BenchFiles.deleteTree(folder);
            }
        }
        return 0;
    }

    private void run(Path folder) throws IOException, SQLException {
        long start = System.nanoTime();
        ServerProcess server = ServerProcess.start(folder.resolve("data"), List.of(), List.of());
        try {
            server.awaitFirstAnswer("SELECT 1");
            report("first answer", server, start);
            fill(server);
            server.awaitFirstAnswer(SEARCH);
            report("first table, rows and search", server, start);
        } finally {
            server.kill();
        }
        long restart = System.nanoTime();
        try (ServerProcess restarted = ServerProcess.start(folder.resolve("data"), List.of(), List.of())) {
            restarted.awaitFirstAnswer(SEARCH);
            report("restart to first search", restarted, restart);
        }
    }

    private static void fill(ServerProcess server) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE started (id BIGINT PRIMARY KEY, name VARCHAR, v VECTOR(3))");
            var values = new StringBuilder("INSERT INTO started VALUES ");
            for (int i = 0; i < TABLE_ROWS; i++) {
                values.append(i == 0 ? "" : ", ").append("(%d, 'row %d', '[%d, %d, 1]')".formatted(i, i, i, i % 7));
            }
            statement.executeUpdate(values.toString());
        }
    }

    private void report(String phase, ServerProcess server, long startNanos) {
        System.out.printf(
                Locale.ROOT,
                json
                        ? "{\"phase\":\"%s\",\"seconds\":%.2f,\"server_cpu_s\":%.2f}%n"
                        : "%s: %.2f s, %.2f s CPU of the server%n",
                phase,
                (System.nanoTime() - startNanos) / 1e9,
                server.cpuSeconds());
    }
}
