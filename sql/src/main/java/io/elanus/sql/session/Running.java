package io.elanus.sql.session;

import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A statement that runs, and its result. [#next] is called by one thread at a time; [#cancel] from any.
public interface Running extends AutoCloseable {
    String queryId();

    /// The next batch of the result, owned by the caller from now on; null at the end. Blocks.
    @Nullable
    VectorSchemaRoot next();

    /// Begins what can begin without waiting, and says whether [#next] would then answer without waiting for
    /// anybody else, or doing much. False: it may or may not. By the thread that calls [#next].
    default boolean isReady() {
        return false;
    }

    /// Rows changed by DML (or loaded by COPY); -1 for a query.
    long updateCount();

    /// Makes the statement fail with CANCELLED within 200 ms.
    void cancel();

    /// Progress for statements that take long: rows done, of rows in all (0: unknown).
    default Progress progress() {
        return new Progress(0, 0);
    }

    record Progress(long done, long total) {}

    @Override
    void close();
}
