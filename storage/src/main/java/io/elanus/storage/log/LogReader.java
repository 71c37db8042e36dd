package io.elanus.storage.log;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A cursor over one pchannel. One call of [#next] may be outstanding at a time. Owned by whoever opened it.
public interface LogReader extends AutoCloseable {
    /// Completes with at least one entry, in order and without gaps, as soon as there is one; stops adding entries
    /// once their records exceed `maxBytes`. Fails with `LOG_TRUNCATED` when the next position was truncated.
    CompletableFuture<List<LogEntry>> next(int maxBytes);

    /// Cancels an outstanding [#next].
    @Override
    void close();
}
