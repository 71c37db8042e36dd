package io.elanus.sql.server;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Keeps a command going until its process is asked to end.
public final class UntilAsked {
    /// Longer than everything that a process waits for in good order when it ends; supervisors kill after as long.
    static final Duration LIMIT = Duration.ofMinutes(2);

    private final CountDownLatch ended = new CountDownLatch(1);

    /// SIGTERM and ctrl-C close what runs; SIGKILL closes nothing, and the log makes up for it. What has not closed
    /// when the limit is over is treated as if it were killed, so that a process always ends.
    ///
    /// @param running closed once, on a thread that the shutdown waits for
    public UntilAsked(AutoCloseable running) {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> close(running, LIMIT)));
    }

    private void close(AutoCloseable running, Duration limit) {
        try {
            closeWithin(running, limit);
        } finally {
            ended.countDown();
        }
    }

    /// False when it did not close in time; where it stands is printed then.
    static boolean closeWithin(AutoCloseable running, Duration limit) {
        Thread closing = Thread.ofPlatform().daemon().name("closing").start(() -> close(running));
        try {
            if (closing.join(limit)) {
                return true;
            }
            System.err.printf(
                    "Not everything closed within %s; the process ends without it. Its log has what is missing. "
                            + "The thread that closes stands at:%n%s%n",
                    limit,
                    Stream.of(closing.getStackTrace())
                            .map(frame -> "    at " + frame)
                            .collect(Collectors.joining(System.lineSeparator())));
        } catch (InterruptedException e) { // nobody interrupts a hook; whoever does wants the end
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private static void close(AutoCloseable running) {
        try {
            running.close();
        } catch (Exception e) { // the process ends anyway; what went wrong must be seen
            e.printStackTrace(System.err);
        }
    }

    public void await() throws InterruptedException {
        ended.await();
    }
}
