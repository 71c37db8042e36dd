package io.elanus.storage.compute;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Sorts a stream of batches, keeping only the first `limit` rows; rows with equal keys stay in the order they
/// came. [Long#MAX_VALUE] as the limit is a full sort. Belongs to one thread at a time; the owner closes it.
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class TopRows implements AutoCloseable {
    private final Schema schema;
    private final List<SortKey> keys;
    private final long limit;
    private final BufferAllocator allocator;

    public TopRows(Schema schema, List<SortKey> keys, long limit, BufferAllocator allocator) {
        this.schema = schema;
        this.keys = List.copyOf(keys);
        this.limit = limit;
        this.allocator = allocator;
    }

    /// Takes all rows of the batch, which stays with its owner.
    public void add(VectorSchemaRoot batch) {
        throw new UnsupportedOperationException("add");
    }

    /// Takes the rows whose bits are set; row i is bit `bitOffset + i`.
    public void add(VectorSchemaRoot batch, long[] bitmap, int bitOffset) {
        throw new UnsupportedOperationException("add");
    }

    /// The next rows in order, owned by the caller; null after the last. No more rows may be added after the first
    /// call.
    public @Nullable VectorSchemaRoot next(int maxRows) {
        throw new UnsupportedOperationException("next");
    }

    @Override
    public void close() {}
}
