package io.elanus.sql.server;

import java.util.concurrent.CountDownLatch;

/// Keeps a command going until its process is asked to end.
public final class UntilAsked {
    private final CountDownLatch ended = new CountDownLatch(1);

    /// SIGTERM and ctrl-C close what runs; SIGKILL closes nothing, and the log makes up for it.
    ///
    /// @param running closed once, on a thread of the shutdown
    public UntilAsked(AutoCloseable running) {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> close(running)));
    }

    private void close(AutoCloseable running) {
        try {
            running.close();
        } catch (Exception e) { // the process ends anyway; what went wrong must be seen
            e.printStackTrace(System.err);
        } finally {
            ended.countDown();
        }
    }

    public void await() throws InterruptedException {
        ended.await();
    }
}
