package io.elanus.sql.bench;

import io.elanus.storage.index.VectorSource;
import io.elanus.storage.kernel.PlainRead;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// How fast some threads read vectors that lie side by side when they do nothing else: the bound of every search
/// that compares all of them. By processor time, which a busy computer distorts less.
final class ReadRate {
    private static final double GIGA = 1e9;

    private ReadRate() {}

    /// In GB a second, all threads together; each reads all vectors over and over.
    static double plain(VectorSource vectors, int threads, double seconds)
            throws InterruptedException, ExecutionException {
        long bytes = bytes(vectors);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<Double>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                running.add(pool.submit(() -> {
                    passesPerSecond(vectors.address(0), bytes, seconds / 2);
                    return passesPerSecond(vectors.address(0), bytes, seconds);
                }));
            }
            double passes = 0;
            for (Future<Double> each : running) {
                passes += each.get();
            }
            return passes * bytes / GIGA;
        }
    }

    /// What searches that compare all vectors read, in GB a second, all threads together.
    static double ofScans(VectorSource vectors, int threads, double cpuMicrosOfSearch) {
        return threads * bytes(vectors) / (cpuMicrosOfSearch * 1e-6) / GIGA;
    }

    private static long bytes(VectorSource vectors) {
        return (long) vectors.rows() * vectors.type().bytes();
    }

    private static double passesPerSecond(long from, long bytes, double seconds) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long cpu = threads.getCurrentThreadCpuTime();
        long end = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        long passes = 0;
        long sum = 0;
        while (System.nanoTime() < end) {
            sum += PlainRead.sum(from, bytes);
            passes++;
        }
        cpu = threads.getCurrentThreadCpuTime() - cpu;
        // The sum is used, so that the reads are made.
        return sum == Long.MIN_VALUE ? 0 : passes * GIGA / cpu;
    }
}
