package io.elanus.sql.copy;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Computations at the same time whose results come in the order in which they were given. Each has a platform
/// thread: it computes for long, and the scheduler of virtual threads would let nobody in between.
///
/// Thread rule: one thread gives, takes and closes.
public final class InOrder<T extends @Nullable Object> implements AutoCloseable {
    private final String name;
    private final Consumer<T> discard;
    private final Deque<FutureTask<T>> tasks = new ArrayDeque<>();

    /// @param name of the threads
    /// @param discard frees a result that nobody takes
    public InOrder(String name, Consumer<T> discard) {
        this.name = name;
        this.discard = discard;
    }

    /// Begins a computation.
    public void give(Callable<T> work) {
        var task = new FutureTask<>(work);
        tasks.addLast(task);
        Thread.ofPlatform().daemon().name(name).start(task);
    }

    /// Results that are not taken yet.
    public int size() {
        return tasks.size();
    }

    /// Waits for the oldest computation, and throws what it threw.
    public T take() {
        FutureTask<T> oldest = tasks.getFirst();
        try {
            T result = oldest.get();
            tasks.removeFirst();
            return result;
        } catch (ExecutionException e) {
            tasks.removeFirst();
            if (e.getCause() instanceof RuntimeException problem) {
                throw problem;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("A computation threw what it does not declare", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueryException(ErrorCode.CANCELLED, "The statement was cancelled.", 0, null, e);
        }
    }

    /// Waits for what is under way, and frees its results.
    @Override
    public void close() {
        boolean interrupted = false;
        while (!tasks.isEmpty()) {
            try {
                T result = tasks.getFirst().get();
                tasks.removeFirst();
                discard.accept(result);
            } catch (ExecutionException e) {
                // Nobody asks for it any more: what went wrong before is what is reported.
                tasks.removeFirst();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
