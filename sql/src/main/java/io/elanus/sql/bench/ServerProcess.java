package io.elanus.sql.bench;

import io.elanus.sql.server.ProgramCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A server in a process of its own, over one data directory. Not thread safe, but for [#connect] and [#isKilled].
public final class ServerProcess implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path data;
    private final Path log;
    private final int httpPort;
    private final int flightPort;
    private final Process process;
    private volatile boolean killed;

    private ServerProcess(Path data, Path log, int httpPort, int flightPort, Process process) {
        this.data = data;
        this.log = log;
        this.httpPort = httpPort;
        this.flightPort = flightPort;
        this.process = process;
    }

    /// Starts a server over `data` with the flags of this JVM; it listens on a port that was free a moment ago.
    ///
    /// @param settings further `--set key=value` arguments
    /// @param jvmFlags flags that come after those of this JVM: heap, collector, compiler
    public static ServerProcess start(Path data, List<String> settings, List<String> jvmFlags) {
        try {
            int http = freePort();
            int flight = freePort();
            var arguments = new ArrayList<>(List.of("server", "--data", data.toString()));
            settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
            arguments.addAll(List.of("--set", "listen.http-port=" + http));
            arguments.addAll(List.of("--set", "listen.flight-port=" + flight));
            Path log = data.resolveSibling(data.getFileName() + ".log");
            Process process = new ProcessBuilder(ProgramCommand.of(jvmFlags, arguments))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            return new ServerProcess(data, log, http, flight, process);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not start a server over " + data, e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// `host:port` of the HTTP door.
    public String address() {
        return "127.0.0.1:" + httpPort;
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:elanus://127.0.0.1:" + httpPort + "/public");
    }

    /// Port of the Flight door, on the loopback address.
    public int flightPort() {
        return flightPort;
    }

    /// Waits until a statement is answered and returns how long that took since the call.
    public Duration awaitFirstAnswer(String sql) {
        long start = System.nanoTime();
        SQLException last = new SQLException("never tried");
        while (System.nanoTime() - start < START_LIMIT.toNanos() && process.isAlive()) {
            try (Connection connection = connect();
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                rows.next();
                return Duration.ofNanos(System.nanoTime() - start);
            } catch (SQLException e) {
                last = e;
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
        throw new IllegalStateException(
                "No answer to [%s] after [%s], the server is %s; its log is [%s], which ends:%n%s"
                        .formatted(sql, START_LIMIT, process.isAlive() ? "alive" : "dead", log, logEnd()),
                last);
    }

    public String logEnd() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException e) {
            return "(unreadable: " + e.getMessage() + ")";
        }
    }

    public Path data() {
        return data;
    }

    /// CPU time of the server since its start, in seconds.
    public double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
    }

    public long pid() {
        return process.pid();
    }

    /// SIGKILL: nothing in the process gets a chance to react.
    public void kill() {
        killed = true;
        process.destroyForcibly();
        awaitEnd();
    }

    /// Has [#kill] been called? Any thread.
    public boolean isKilled() {
        return killed;
    }

    /// SIGTERM, and waits for the orderly end.
    @Override
    public void close() {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("The server did not end within 30 s; its log is " + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
