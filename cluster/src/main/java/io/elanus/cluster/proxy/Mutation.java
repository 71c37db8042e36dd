package io.elanus.cluster.proxy;

import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// What a change writes. Owns its rows.
///
/// @param rows all columns in table order, or null for none; they replace earlier rows with their keys
/// @param deletes canonical bytes of keys whose rows end
public record Mutation(@Nullable VectorSchemaRoot rows, List<byte[]> deletes) implements AutoCloseable {
    @Override
    public void close() {
        if (rows != null) {
            rows.close();
        }
    }
}
