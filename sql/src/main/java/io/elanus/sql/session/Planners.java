package io.elanus.sql.session;

import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.exec.QueryContext;
import io.elanus.storage.ErrorCode;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Threads on which statements are planned. Parser and planner recurse over the statement, so their stack is deep;
/// they end when idle, which gives back what of it was touched. A statement does not wait for its plan beyond its
/// deadline: planning that nobody waits for is interrupted, and the planner looks for that between its rules.
///
/// Thread rule: thread safe. Nothing is planned after [#close].
final class Planners implements AutoCloseable {
    private static final long STACK_BYTES = 256L << 20;
    private static final int WAITING = 1_000;
    private static final long IDLE_SECONDS = 10;

    private final ThreadPoolExecutor threads;

    Planners() {
        int count = Math.max(2, Runtime.getRuntime().availableProcessors());
        threads = new ThreadPoolExecutor(
                count, count, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), Planners::thread);
        threads.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(Runnable work) {
        var thread = new Thread(null, work, "elanus-planner", STACK_BYTES);
        thread.setDaemon(true);
        return thread;
    }

    /// What the task returns; CANCELLED once the context is cancelled or late.
    <T> T run(Callable<T> task, QueryContext context) {
        var planning = new FutureTask<>(task);
        context.onCancel(() -> planning.cancel(true));
        try {
            threads.execute(planning);
            return planning.get(context.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            throw new QueryException(
                    ErrorCode.TOO_MANY_CONNECTIONS,
                    "More than [%d] statements wait to be planned.".formatted(WAITING),
                    0,
                    "Try again shortly, or prepare statements once and run them often.",
                    e);
        } catch (TimeoutException | CancellationException e) {
            planning.cancel(true);
            threads.remove(planning);
            context.check();
            throw QueryErrors.of(e);
        } catch (ExecutionException e) {
            throw QueryErrors.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            planning.cancel(true);
            throw new QueryException(ErrorCode.CANCELLED, "The statement was interrupted.", 0, null, e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
