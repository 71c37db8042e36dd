package io.elanus.storage.compute;

import io.elanus.storage.filter.Expr;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Finds where the key changes in a stream of batches that is sorted by it. NULLs are equal to each other. One
/// thread at a time.
public final class KeyRuns {
    private final RowKeys keys;
    private final BufferAllocator allocator;
    private KeyBytes encoded = new KeyBytes();
    private KeyBytes spare = new KeyBytes();

    public KeyRuns(List<Expr> keys, BufferAllocator allocator) {
        this.keys = RowKeys.ofEquality(keys);
        this.allocator = allocator;
    }

    /// For each row: does its key differ from that of the row before, be that in this batch or the last? The very
    /// first row's does.
    public boolean[] starts(VectorSchemaRoot batch) {
        int rows = batch.getRowCount();
        var starts = new boolean[rows];
        if (rows == 0) {
            return starts;
        }
        KeyBytes before = encoded;
        KeyBytes now = spare;
        try (VectorSchemaRoot columns = keys.project(batch, null, 0, allocator)) {
            keys.encode(columns.getFieldVectors(), Selections.all(rows), now);
        }
        starts[0] = before.count == 0 || KeyBytes.compare(before, before.count - 1, now, 0) != 0;
        for (int i = 1; i < rows; i++) {
            starts[i] = KeyBytes.compare(now, i - 1, now, i) != 0;
        }
        encoded = now;
        spare = before;
        return starts;
    }
}
