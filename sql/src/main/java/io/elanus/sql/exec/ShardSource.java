package io.elanus.sql.exec;

import io.elanus.cluster.exchange.BatchStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// One shard's answer.
record ShardSource(BatchStream stream, QueryContext context) implements RowSource {
    @Override
    public @Nullable VectorSchemaRoot next() {
        VectorSchemaRoot batch = stream.next();
        while (batch != null && batch.getRowCount() == 0) {
            batch.close();
            context.check();
            batch = stream.next();
        }
        return batch;
    }

    @Override
    public void close() {
        stream.close();
    }
}
