package io.elanus.storage.segment;

import io.elanus.storage.index.scalar.ScalarSource;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/// A column of a snapshot. Borrows the snapshot.
record ColumnValues(SegmentSnapshot snapshot, Column column) implements ScalarSource {
    @Override
    public ColumnType type() {
        return column.type();
    }

    @Override
    public int rows() {
        return snapshot.rows();
    }

    @Override
    public int chunks() {
        return snapshot.chunks();
    }

    @Override
    public int firstRow(int chunk) {
        return chunk * snapshot.chunkRows();
    }

    @Override
    public VectorSchemaRoot chunk(int chunk) {
        return snapshot.chunk(chunk, List.of(column));
    }
}
