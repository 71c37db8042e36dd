package io.elanus.sql.exec;

import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Counts what an operator yields and how long it takes.
record MeasuredSource(RowSource source, Profile.Node node, QueryContext context) implements RowSource {
    @Override
    public @Nullable VectorSchemaRoot next() {
        long start = context.nanos();
        VectorSchemaRoot batch = source.next();
        Profile.count(node, batch == null ? 0 : batch.getRowCount(), context.nanos() - start);
        return batch;
    }

    @Override
    public void close() {
        source.close();
    }
}
