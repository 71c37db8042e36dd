package io.elanus.cluster.runtime;

import io.elanus.cluster.ClusterException;
import io.elanus.storage.ErrorCode;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Workers of a process: virtual threads for I/O, platform threads for computation.
///
/// At most `ioLimit` I/O tasks run at a time and `waitLimit` more wait; beyond that a task is refused with
/// UNAVAILABLE. The same bound holds for the queue of computations.
///
/// Thread rule: any thread. [#close] stops taking tasks, interrupts the ones that run and fails computations that
/// have not begun.
public final class ThreadWorkers implements Workers, AutoCloseable {
    private final ThreadFactory ioThreads;
    private final Semaphore ioSlots;
    private final AtomicInteger ioTasks = new AtomicInteger();
    private final int ioMost;
    private final ThreadPoolExecutor computers;
    private final AtomicInteger computing = new AtomicInteger();
    private volatile boolean closed;

    public ThreadWorkers(String name, int ioLimit, int computeThreads, int waitLimit) {
        this.ioThreads = Thread.ofVirtual().name(name + "-io-", 0).factory();
        this.ioSlots = new Semaphore(ioLimit);
        this.ioMost = ioLimit + waitLimit;
        this.computers = new ThreadPoolExecutor(
                computeThreads,
                computeThreads,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(waitLimit),
                Thread.ofPlatform().name(name + "-compute-", 0).daemon(true).factory());
    }

    @Override
    public <T> CompletableFuture<T> io(Callable<T> task) {
        var result = new CompletableFuture<T>();
        if (closed || ioTasks.incrementAndGet() > ioMost) {
            if (!closed) {
                ioTasks.decrementAndGet();
            }
            result.completeExceptionally(refused("I/O"));
            return result;
        }
        Callable<T> carried = Trace.carried(task);
        ioThreads.newThread(() -> runInSlot(carried, result)).start();
        return result;
    }

    @Override
    public <T> CompletableFuture<T> compute(Callable<T> task) {
        var result = new CompletableFuture<T>();
        try {
            computers.execute(new Computation<>(Trace.carried(task), result, computing));
        } catch (RejectedExecutionException _) {
            result.completeExceptionally(refused("computations"));
        }
        return result;
    }

    @Override
    public <T> CompletableFuture<T> computeSoon(Callable<T> task) {
        if (closed || !computers.getQueue().isEmpty() || !isFree()) {
            return compute(task);
        }
        var result = new CompletableFuture<T>();
        try {
            run(task, result);
        } finally {
            computing.decrementAndGet();
        }
        return result;
    }

    /// Counts the caller in if fewer compute than may.
    private boolean isFree() {
        int running = computing.get();
        while (running < computers.getCorePoolSize()) {
            if (computing.compareAndSet(running, running + 1)) {
                return true;
            }
            running = computing.get();
        }
        return false;
    }

    @Override
    public int computeThreads() {
        return computers.getCorePoolSize();
    }

    @Override
    public void close() {
        closed = true;
        for (Runnable left : computers.shutdownNow()) {
            if (left instanceof Computation<?> computation) {
                computation.result().completeExceptionally(refused("computations"));
            }
        }
    }

    private record Computation<T>(Callable<T> task, CompletableFuture<T> result, AtomicInteger computing)
            implements Runnable {
        @Override
        public void run() {
            computing.incrementAndGet();
            try {
                ThreadWorkers.run(task, result);
            } finally {
                computing.decrementAndGet();
            }
        }
    }

    private <T> void runInSlot(Callable<T> task, CompletableFuture<T> result) {
        ioSlots.acquireUninterruptibly();
        try {
            run(task, result);
        } finally {
            ioSlots.release();
            ioTasks.decrementAndGet();
        }
    }

    private static <T> void run(Callable<T> task, CompletableFuture<T> result) {
        try {
            result.complete(task.call());
        } catch (Exception | Error e) { // every outcome of a task belongs to whoever waits for it
            result.completeExceptionally(e);
        }
    }

    private static ClusterException refused(String kind) {
        return new ClusterException(
                ErrorCode.UNAVAILABLE,
                "The node's queue of %s is full. Try again, or send less at a time.".formatted(kind));
    }
}
