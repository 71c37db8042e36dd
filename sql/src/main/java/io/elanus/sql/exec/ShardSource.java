package io.elanus.sql.exec;

import io.elanus.cluster.exchange.BatchStream;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.segment.ArrowBatches;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// One shard's answer; its batches belong to the statement's memory from here on.
final class ShardSource implements RowSource {
    private final BatchStream stream;
    private final QueryContext context;
    /// Takes what the shard counted, once; null: nobody asks, or has it.
    private Profile.@Nullable Node measured;

    /// @param measured takes what the shard counted, at the end or when nobody wants more; null: nobody asks
    ShardSource(BatchStream stream, QueryContext context, Profile.@Nullable Node measured) {
        this.stream = stream;
        this.context = context;
        this.measured = measured;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        VectorSchemaRoot batch = stream.next();
        while (batch != null && batch.getRowCount() == 0) {
            batch.close();
            context.check();
            batch = stream.next();
        }
        if (batch != null) {
            return owned(batch);
        }
        count(true);
        return null;
    }

    @Override
    public boolean isReady() {
        return stream.isReady();
    }

    private void count(boolean whole) {
        if (measured != null) {
            Profile.shard(measured, new Profile.Shard(stream.statistics(), whole));
            measured = null;
        }
    }

    /// Counts the batch against the limit of the statement.
    private VectorSchemaRoot owned(VectorSchemaRoot batch) {
        BufferAllocator memory = context.allocator();
        VectorSchemaRoot owned = ArrowBatches.move(batch, memory);
        if (memory.isOverLimit()) {
            owned.close();
            throw new QueryException(
                    ErrorCode.OUT_OF_MEMORY,
                    "The statement needs more than its [%d] bytes of memory.".formatted(memory.getLimit()),
                    "Narrow the query, or raise the setting query_memory.");
        }
        return owned;
    }

    @Override
    public void close() {
        count(false);
        stream.close();
    }
}
