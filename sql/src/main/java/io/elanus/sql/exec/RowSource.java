package io.elanus.sql.exec;

import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A running plan node, pulled by its consumer. Closing it frees everything below, also before the end.
public interface RowSource extends AutoCloseable {
    /// The next batch, never empty, owned by the caller from now on; null at the end. May block.
    @Nullable
    VectorSchemaRoot next();

    /// Begins what can begin without waiting, and says whether [#next] would then answer without waiting for
    /// anybody else, or doing much. False: it may or may not.
    default boolean isReady() {
        return false;
    }

    @Override
    void close();
}
