package io.elanus.cluster.runtime;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Asynchronous tasks one after the other, in the order they were given: each starts when the one before it has
/// completed. A role uses it to decide on committed state only. Lives on the loop; every task and every result's
/// continuation runs there.
public final class TaskChain {
    private final EventLoop loop;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    public TaskChain(EventLoop loop) {
        this.loop = loop;
    }

    public <T> CompletableFuture<T> run(Supplier<CompletableFuture<T>> task) {
        var result = new CompletableFuture<T>();
        waiting.addLast(() -> start(task, result));
        if (!running) {
            running = true;
            next();
        }
        return result;
    }

    /// Tasks that have not started.
    public int backlog() {
        return waiting.size();
    }

    private void next() {
        Runnable task = waiting.pollFirst();
        if (task == null) {
            running = false;
        } else {
            task.run();
        }
    }

    private <T> void start(Supplier<CompletableFuture<T>> task, CompletableFuture<T> result) {
        CompletableFuture<T> future;
        try {
            future = task.get();
        } catch (RuntimeException e) {
            // A task that throws has failed like one whose future fails; the chain goes on.
            future = CompletableFuture.failedFuture(e);
        }
        var _ = future.whenCompleteAsync((value, error) -> finish(result, value, error), loop);
    }

    private <T> void finish(CompletableFuture<T> result, @Nullable T value, @Nullable Throwable error) {
        try {
            if (error != null) {
                result.completeExceptionally(error);
            } else {
                result.complete(value);
            }
        } finally {
            next();
        }
    }
}
