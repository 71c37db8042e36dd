package io.elanus.storage.index;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The threads that an index is built on: the one that calls, and up to `threads - 1` of an executor. An executor
/// that is busy or full slows a build down but never stops it: the caller works too and waits only for helpers that
/// have begun.
public record BuildPool(Executor executor, int threads) {
    private static final Logger LOG = LoggerFactory.getLogger(BuildPool.class);

    /// Builds on the calling thread alone; then a build is a function of its input and seed.
    public static final BuildPool CALLER = new BuildPool(Runnable::run, 1);

    public BuildPool {
        if (threads < 1) {
            throw new IllegalArgumentException("A build needs at least 1 thread, given " + threads);
        }
    }

    /// Rows in `[from, to)`; one call per claimed block, on one worker's thread.
    @FunctionalInterface
    public interface Block {
        void run(int worker, int from, int to);
    }

    /// Runs all rows in blocks claimed by the threads in ascending order. Reports progress and stops with
    /// `CANCELLED` at block borders; the first failure of a block stops the others and is thrown.
    public void forEachBlock(int rows, int blockRows, BuildMonitor monitor, Block block) {
        Run run = new Run(rows, blockRows, monitor, block);
        askForHelp(run, Math.min(threads, (rows + blockRows - 1) / blockRows) - 1);
        run.work(0);
        run.awaitWorkers();
    }

    private void askForHelp(Run run, int helpers) {
        try {
            for (int helper = 1; helper <= helpers; helper++) {
                int worker = helper;
                executor.execute(() -> run.work(worker));
            }
        } catch (RejectedExecutionException e) {
            LOG.debug("A build goes on with less help", e);
        }
    }

    private static final class Run {
        private final int rows;
        private final int blockRows;
        private final BuildMonitor monitor;
        private final Block block;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private final Phaser workers = new Phaser(1);
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

        Run(int rows, int blockRows, BuildMonitor monitor, Block block) {
            this.rows = rows;
            this.blockRows = blockRows;
            this.monitor = monitor;
            this.block = block;
        }

        void work(int worker) {
            // Registered before the first claim, so whoever holds a block is waited for; one that begins after the
            // end finds nothing to claim.
            workers.register();
            try {
                int from = next.getAndAdd(blockRows);
                while (from >= 0 && from < rows && failure.get() == null) {
                    if (monitor.cancelled()) {
                        throw new StorageException(ErrorCode.CANCELLED, "The index build was cancelled.");
                    }
                    int to = Math.min(rows, from + blockRows);
                    block.run(worker, from, to);
                    monitor.progress(done.addAndGet(to - from), rows);
                    from = next.getAndAdd(blockRows);
                }
            } catch (RuntimeException | Error e) { // the others, which use the same memory, are awaited first
                failure.compareAndSet(null, e);
            } finally {
                workers.arriveAndDeregister();
            }
        }

        void awaitWorkers() {
            workers.arriveAndAwaitAdvance();
            switch (failure.get()) {
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case null, default -> {}
            }
        }
    }
}
