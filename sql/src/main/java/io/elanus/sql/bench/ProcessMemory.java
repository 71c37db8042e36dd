package io.elanus.sql.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Watches the memory of a process, where the system tells it (Linux); zeros elsewhere.
final class ProcessMemory implements AutoCloseable {
    private static final long EVERY_MILLIS = 50;

    private final Path status;
    private final AtomicLong anonymous = new AtomicLong();
    private final AtomicLong withFiles = new AtomicLong();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();

    /// @param anonymous bytes that are of no file: heap, off-heap memory, stacks, code
    /// @param withFiles bytes of mapped files too
    record Peak(long anonymous, long withFiles) {}

    ProcessMemory(long pid) {
        status = Path.of("/proc", Long.toString(pid), "status");
        var _ = watch.scheduleAtFixedRate(this::look, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            List<String> lines = Files.readAllLines(status);
            anonymous.accumulateAndGet(bytes(lines, "RssAnon:"), Math::max);
            withFiles.accumulateAndGet(bytes(lines, "VmRSS:"), Math::max);
        } catch (IOException e) {
            watch.shutdown(); // the process has ended, or this is another system
        }
    }

    private static long bytes(List<String> status, String key) {
        return status.stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .sum();
    }

    /// The most since the last call.
    Peak takePeak() {
        return new Peak(anonymous.getAndSet(0), withFiles.getAndSet(0));
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }
}
