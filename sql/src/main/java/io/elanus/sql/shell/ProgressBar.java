package io.elanus.sql.shell;

import io.elanus.jdbc.ProgressReporting;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Draws how far something is, once it has run for a second, until it is closed. Owns its thread.
final class ProgressBar implements AutoCloseable {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration NEXT = Duration.ofMillis(250);
    private static final int BAR = 30;

    private final Console console;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final long startNanos = System.nanoTime();
    private Optional<Thread> thread = Optional.empty();
    private boolean drawn;

    ProgressBar(Console console) {
        this.console = console;
    }

    /// Draws by itself what the statement tells, until it is closed.
    void follow(ProgressReporting statement) {
        thread = Optional.of(Thread.ofVirtual().name("progress").start(() -> draw(statement)));
    }

    private void draw(ProgressReporting statement) {
        try {
            Duration wait = FIRST;
            while (!ended.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                wait = NEXT;
                statement.progress().filter(progress -> progress[0] > 0).ifPresent(this::show);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Draws it now.
    ///
    /// @param progress done and total
    void show(long[] progress) {
        if (console.interactive()) {
            double seconds = (System.nanoTime() - startNanos) * 1e-9;
            console.err().print("\r" + line(progress[0], progress[1], seconds) + "\u001b[K");
            console.err().flush();
            drawn = true;
        }
    }

    /// @param total 0: unknown
    static String line(long done, long total, double seconds) {
        String count = "%,d".formatted(done);
        String rate = "%,d rows/s".formatted(Math.round(done / Math.max(seconds, 1e-3)));
        if (total <= 0) {
            return count + " rows, " + rate;
        }
        double share = Math.min(1, (double) done / total);
        int full = (int) (share * BAR);
        return String.format(
                Locale.ROOT,
                "[%s%s] %3d %%  %s of %,d rows, %s",
                "█".repeat(full),
                "░".repeat(BAR - full),
                (int) (share * 100),
                count,
                total,
                rate);
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            if (thread.isPresent()) {
                thread.get().join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (drawn) {
            console.err().print("\r\u001b[K");
            console.err().flush();
        }
    }
}
