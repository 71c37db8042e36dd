package io.elanus.cluster.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Work of a role that is under way beside its loop. What such work uses, memory above all, is freed only once
/// [#ended] has completed: a task that was handed to a worker may not have begun yet.
///
/// Thread rule: any thread.
public final class RunningWork {
    private final ConcurrentHashMap<Long, CompletableFuture<?>> running = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    /// @param work completes once it has let go of everything, however it ends
    public <T> CompletableFuture<T> track(CompletableFuture<T> work) {
        long number = numbers.getAndIncrement();
        running.put(number, work);
        var _ = work.whenComplete((_, _) -> running.remove(number));
        return work;
    }

    /// Completes when all work that was tracked before has ended, however.
    public CompletableFuture<Void> ended() {
        return CompletableFuture.allOf(running.values().toArray(CompletableFuture<?>[]::new))
                .handle((_, _) -> null);
    }
}
