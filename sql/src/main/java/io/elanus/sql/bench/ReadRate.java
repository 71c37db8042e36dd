package io.elanus.sql.bench;

import io.elanus.storage.index.VectorSource;
import io.elanus.storage.kernel.PlainRead;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// How fast some threads read vectors that lie side by side when they do nothing else: the bound of every search
/// that compares all of them.
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

    /// What a search that compares all vectors reads, in GB a second.
    static double ofScan(VectorSource vectors, double searchesPerSecond) {
        return searchesPerSecond * bytes(vectors) / GIGA;
    }

    private static long bytes(VectorSource vectors) {
        return (long) vectors.rows() * vectors.type().bytes();
    }

    private static double passesPerSecond(long from, long bytes, double seconds) {
        long start = System.nanoTime();
        long end = start + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        long passes = 0;
        long sum = 0;
        long now = start;
        while (now < end) {
            sum += PlainRead.sum(from, bytes);
            passes++;
            now = System.nanoTime();
        }
        // The sum is used, so that the reads are made.
        return sum == Long.MIN_VALUE ? 0 : passes * GIGA / (now - start);
    }
}
