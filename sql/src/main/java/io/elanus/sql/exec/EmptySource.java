package io.elanus.sql.exec;

import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// No rows.
enum EmptySource implements RowSource {
    INSTANCE;

    @Override
    public @Nullable VectorSchemaRoot next() {
        return null;
    }

    @Override
    public void close() {}
}
