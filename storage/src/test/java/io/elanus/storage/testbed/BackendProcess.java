package io.elanus.storage.testbed;

import io.elanus.storage.backend.Backend;
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

    private final Backend service;
    private final Path log;
    private Process process;

    private BackendProcess(Backend service, Path log, Process process) {
        this.service = service;
        this.log = log;
        this.process = process;
    }

    /// Starts the service and waits until its port answers.
    static BackendProcess start(Backend service, Path folder) throws IOException {
        Path log = folder.resolve(service.name() + ".log");
        prepare(service, log);
        var backend = new BackendProcess(service, log, launch(service.command(), log));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> backend.process.destroyForcibly()));
        backend.awaitPort();
        return backend;
    }

    private static void prepare(Backend service, Path log) throws IOException {
        if (!service.preparation().isEmpty()
                && launch(service.preparation(), log).onExit().join().exitValue() != 0) {
            throw new IllegalStateException(
                    "%s could not be prepared: %s".formatted(service.name(), Files.readString(log)));
        }
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
                throw new IllegalStateException(
                        "%s did not come up; its log ends:%n%s".formatted(service.name(), logEnd()));
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private boolean answers() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), service.port()), 500);
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
        process = launch(service.command(), log);
        awaitPort();
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
