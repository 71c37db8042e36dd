package io.elanus.sql.exec;

import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A running plan node, pulled by its consumer. Closing it frees everything below, also before the end.
public interface RowSource extends AutoCloseable {
    /// The next batch, never empty, owned by the caller from now on; null at the end. May block.
    @Nullable
    VectorSchemaRoot next();

    @Override
    void close();
}
