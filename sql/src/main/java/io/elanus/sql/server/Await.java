package io.elanus.sql.server;

import io.elanus.cluster.ClusterException;
import io.elanus.storage.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Waits for a step of the start or the stop, which fails with a sentence.
final class Await {
    private Await() {}

    /// @param what to be done, as in "Could not ..."
    static void done(String what, CompletableFuture<?> future, Duration limit) {
        try {
            future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new ClusterException(
                    ErrorCode.NOT_READY, "Could not %s: %s".formatted(what, reason(e.getCause())), e.getCause());
        } catch (TimeoutException e) {
            throw new ClusterException(ErrorCode.NOT_READY, "Could not %s within [%s]".formatted(what, limit), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException(ErrorCode.NOT_READY, "Interrupted while trying to " + what, e);
        }
    }

    private static String reason(@Nullable Throwable cause) {
        return cause == null ? "for no known reason" : String.valueOf(cause.getMessage());
    }
}
