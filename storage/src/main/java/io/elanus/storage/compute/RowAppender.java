package io.elanus.storage.compute;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/// Copies chosen rows of many batches into one new batch. The owner closes it.
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class RowAppender implements AutoCloseable {
    private final VectorSchemaRoot target;

    public RowAppender(Schema schema, BufferAllocator allocator) {
        this.target = VectorSchemaRoot.create(schema, allocator);
    }

    public int rows() {
        return target.getRowCount();
    }

    /// Copies `count` rows, `rows[from]` and on.
    public void append(VectorSchemaRoot batch, int[] rows, int from, int count) {
        throw new UnsupportedOperationException("append");
    }

    /// Copies the rows whose bits are set; row i is bit `bitOffset + i`.
    public void append(VectorSchemaRoot batch, long[] bitmap, int bitOffset) {
        throw new UnsupportedOperationException("append");
    }

    /// What was appended since the last take, owned by the caller from now on.
    public VectorSchemaRoot take() {
        throw new UnsupportedOperationException("take");
    }

    @Override
    public void close() {
        target.close();
    }
}
