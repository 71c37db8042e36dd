package io.elanus.sql.exec;

import io.elanus.cluster.exchange.BatchStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// One shard's answer; its batches belong to the statement's memory from here on.
///
/// @param measured takes what the shard counted; null: nobody asks
record ShardSource(BatchStream stream, QueryContext context, Profile.@Nullable Node measured) implements RowSource {
    @Override
    public @Nullable VectorSchemaRoot next() {
        VectorSchemaRoot batch = stream.next();
        while (batch != null && batch.getRowCount() == 0) {
            batch.close();
            context.check();
            batch = stream.next();
        }
        if (batch != null) {
            return OwnedBatches.take(batch, context.allocator());
        }
        if (measured != null) {
            Profile.shard(measured, stream.statistics());
        }
        return null;
    }

    @Override
    public void close() {
        stream.close();
    }
}
