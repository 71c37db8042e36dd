package io.elanus.cluster.runtime;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/// Threads for work that computes or blocks. The future completes on any thread: hop back to the loop with
/// `whenCompleteAsync(…, loop)`.
public interface Workers {
    /// For blocking I/O: object store, files. Many at a time.
    <T> CompletableFuture<T> io(Callable<T> task);

    /// For computation: searches, index builds, encoding. As many at a time as there are cores; the rest wait in a
    /// bounded queue.
    <T> CompletableFuture<T> compute(Callable<T> task);

    /// For a computation that takes little more time than handing it to another thread would: by the calling
    /// thread, unless as many run as may at a time; then as [#compute]. The future may be complete at once.
    default <T> CompletableFuture<T> computeSoon(Callable<T> task) {
        return compute(task);
    }

    /// How many computations run at the same time: into more parts it is not worth to divide one.
    default int computeThreads() {
        return 1;
    }
}
