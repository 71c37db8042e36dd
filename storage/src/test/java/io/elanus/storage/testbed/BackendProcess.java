package io.elanus.storage.testbed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// A server in a process of its own, killed with this JVM. It can be killed and started again over the same data.
public final class BackendProcess {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(50);

    private final String name;
    private final List<String> command;
    private final int port;
    private final Path log;
    private Process process;

    private BackendProcess(String name, List<String> command, int port, Path log, Process process) {
        this.name = name;
        this.command = command;
        this.port = port;
        this.log = log;
        this.process = process;
    }

    /// Starts the command and waits until the port answers.
    static BackendProcess start(String name, List<String> command, int port, Path folder) throws IOException {
        Path log = folder.resolve(name + ".log");
        var backend = new BackendProcess(name, command, port, log, launch(command, log));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> backend.process.destroyForcibly()));
        backend.awaitPort();
        return backend;
    }

    private static Process launch(List<String> command, Path log) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private void awaitPort() throws IOException {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new IllegalStateException("%s did not come up; its log ends:%n%s".formatted(name, logEnd()));
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private boolean answers() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String logEnd() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    /// SIGKILL.
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    public void restart() throws IOException {
        process = launch(command, log);
        awaitPort();
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
