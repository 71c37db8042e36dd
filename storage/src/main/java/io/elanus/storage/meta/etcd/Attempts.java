package io.elanus.storage.meta.etcd;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The attempts of one request, one after the other: pauses between them that grow, until its time is over.
final class Attempts {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
    private static final int ATTEMPTS_IN_TIME = 4;

    private final ScheduledExecutorService pauses;
    private final Duration attemptLimit;
    private final long endNanos;
    private Duration pause = FIRST_PAUSE;

    /// @param timeout of the whole request
    /// @param pauses borrowed
    Attempts(Duration timeout, ScheduledExecutorService pauses) {
        this.pauses = pauses;
        this.attemptLimit = timeout.dividedBy(ATTEMPTS_IN_TIME);
        this.endNanos = System.nanoTime() + timeout.toNanos();
    }

    /// Sends once; exactly one of the three is called.
    ///
    /// @param again after a pause, when the error may pass and there is time
    /// @param givenUp with the error, when not
    <T> void attempt(
            Supplier<CompletableFuture<T>> request, Consumer<T> answered, Runnable again, Consumer<Throwable> givenUp) {
        var _ = send(request)
                .orTimeout(attemptLimit.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((answer, error) -> {
                    if (error == null) {
                        answered.accept(answer);
                    } else if (!retry(error, again)) {
                        givenUp.accept(error);
                    }
                });
    }

    private static <T> CompletableFuture<T> send(Supplier<CompletableFuture<T>> request) {
        try {
            return request.get();
        } catch (RuntimeException e) { // the client is closed
            return CompletableFuture.failedFuture(e);
        }
    }

    private boolean retry(Throwable error, Runnable again) {
        if (!EtcdErrors.passing(error) || System.nanoTime() + pause.toNanos() - endNanos > 0) {
            return false;
        }
        try {
            pauses.schedule(again, pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            return false;
        }
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        return true;
    }
}
