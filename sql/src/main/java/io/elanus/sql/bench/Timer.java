package io.elanus.sql.bench;

import java.lang.management.ManagementFactory;

/// Wall-clock time, and CPU time of a server and of this process, since a moment.
record Timer(ServerProcess server, long startNanos, double startServer, double startClient) {
    static Timer of(ServerProcess server) {
        return new Timer(server, System.nanoTime(), server.cpuSeconds(), ownCpu());
    }

    /// Since the start of a server, which was this moment.
    static Timer sinceStart(ServerProcess server, long startNanos) {
        return new Timer(server, startNanos, 0, ownCpu());
    }

    private static double ownCpu() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / 1e9;
    }

    double seconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    double serverCpu() {
        return Math.max(0.01, server.cpuSeconds() - startServer);
    }

    double clientCpu() {
        return ownCpu() - startClient;
    }
}
