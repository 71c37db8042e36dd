package io.elanus.sql.exec;

import io.elanus.sql.error.QueryErrors;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// The root of a running plan: turns whatever a layer below throws into the error that people see. A failure that
/// follows a cancellation is the cancellation.
record CheckedSource(RowSource root, QueryContext context) implements RowSource {
    @Override
    public @Nullable VectorSchemaRoot next() {
        try {
            context.check();
            return root.next();
        } catch (RuntimeException | StackOverflowError e) { // every layer has its own kinds; here they become one
            context.check();
            throw QueryErrors.of(e);
        }
    }

    @Override
    public void close() {
        root.close();
    }
}
