package io.elanus.storage.index.scalar;

import io.elanus.storage.type.ColumnType;
import org.apache.arrow.vector.VectorSchemaRoot;

/// The values of a column of a segment, in chunks.
public interface ScalarSource {
    ColumnType type();

    int rows();

    int chunks();

    /// Ordinal of the first row of a chunk.
    int firstRow(int chunk);

    /// The values of a chunk as the only column of a batch; stays good until the caller closes it.
    VectorSchemaRoot chunk(int chunk);
}
