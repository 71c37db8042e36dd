package io.elanus.sql.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// How long a read at each consistency level takes right after another connection's write was acknowledged: a
/// strong read asks for a time tick, so it must cost milliseconds and not the tick interval of 200 ms.
@Command(
        name = "freshness",
        mixinStandardHelpOptions = true,
        description = "Measures reads at every consistency level right after another connection's write.")
public final class FreshnessBench implements Callable<Integer> {
    private static final List<String> LEVELS = List.of("strong", "session", "bounded", "eventually");

    @Option(names = "--writes", defaultValue = "500", description = "writes per level (${DEFAULT-VALUE})")
    private int writes;

    @Option(names = "--json", description = "one JSON object a line")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Path folder = Files.createTempDirectory("elanus-bench-freshness");
        try (ServerProcess server = ServerProcess.start(folder.resolve("data"), List.of(), List.of())) {
            server.awaitFirstAnswer("SELECT 1");
            run(server);
        } finally {
            BenchFiles.deleteTree(folder);
        }
        return 0;
    }

    private void run(ServerProcess server) throws SQLException {
        try (Connection writer = server.connect();
                Connection reader = server.connect();
                Statement ddl = writer.createStatement()) {
            ddl.execute("CREATE TABLE fresh (id BIGINT PRIMARY KEY, n BIGINT)");
            measure(writer, reader, "strong");
            for (String level : LEVELS) {
                report(level, measure(writer, reader, level));
            }
        }
    }

    /// Nanoseconds of each read; the last element counts how many saw the write.
    private long[] measure(Connection writer, Connection reader, String level) throws SQLException {
        long[] nanos = new long[writes];
        long seen = 0;
        try (Statement set = reader.createStatement();
                PreparedStatement write = writer.prepareStatement("UPSERT INTO fresh (id, n) VALUES (1, ?)");
                PreparedStatement read = reader.prepareStatement("SELECT n FROM fresh WHERE id = 1")) {
            set.execute("SET consistency = " + level);
            for (int i = 0; i < writes; i++) {
                write.setLong(1, i);
                write.executeUpdate();
                long start = System.nanoTime();
                try (ResultSet result = read.executeQuery()) {
                    seen += result.next() && result.getLong(1) == i ? 1 : 0;
                }
                nanos[i] = System.nanoTime() - start;
            }
        }
        Arrays.sort(nanos);
        long[] all = Arrays.copyOf(nanos, writes + 1);
        all[writes] = seen;
        return all;
    }

    private void report(String level, long[] sorted) {
        System.out.printf(
                Locale.ROOT,
                json
                        ? "{\"level\":\"%s\",\"p50_ms\":%.2f,\"p90_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f,\"saw_the_write\":%.3f}%n"
                        : "%-10s p50 %6.2f ms, p90 %6.2f ms, p99 %6.2f ms, max %6.2f ms, saw the write: %.1f%%%n",
                level,
                millis(sorted, 0.50),
                millis(sorted, 0.90),
                millis(sorted, 0.99),
                millis(sorted, 1.0),
                sorted[writes] / (double) writes * (json ? 1 : 100));
    }

    private double millis(long[] sorted, double quantile) {
        return sorted[Math.min(writes - 1, (int) (writes * quantile))] / 1e6;
    }
}
