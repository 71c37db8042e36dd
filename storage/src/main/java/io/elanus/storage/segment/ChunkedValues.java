package io.elanus.storage.segment;

import io.elanus.storage.index.ValueSource;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.segment.column.Bits;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.List;

/// The values of a column of variable width across chunks. Filled once, then immutable; borrowed from a snapshot.
final class ChunkedValues implements ValueSource {
    /// @param constant one value stands for all rows
    private record Chunk(ColumnMemory memory, boolean constant) {}

    private final List<Chunk> chunks = new ArrayList<>();
    private final int rows;
    private final int shift;

    ChunkedValues(int rows, int shift) {
        this.rows = rows;
        this.shift = shift;
    }

    void add(ColumnMemory memory, boolean constant) {
        chunks.add(new Chunk(memory, constant));
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public long address(int row) {
        Chunk chunk = chunks.get(row >>> shift);
        return chunk.memory().data() + chunk.memory().offset(at(chunk, row));
    }

    @Override
    public int bytes(int row) {
        Chunk chunk = chunks.get(row >>> shift);
        int at = at(chunk, row);
        long offsets = chunk.memory().offsets() + (long) at * Integer.BYTES;
        return NativeMemory.intAt(offsets + Integer.BYTES) - NativeMemory.intAt(offsets);
    }

    @Override
    public boolean isNull(int row) {
        Chunk chunk = chunks.get(row >>> shift);
        return !Bits.at(chunk.memory().validity(), at(chunk, row));
    }

    private int at(Chunk chunk, int row) {
        return chunk.constant() ? 0 : row & ((1 << shift) - 1);
    }

    /// As vectors of a SPARSE type, or as the texts that stand for such.
    record Sparse(ColumnType.Vector type, ChunkedValues values) implements VectorSource {
        @Override
        public int rows() {
            return values.rows();
        }

        @Override
        public long address(int row) {
            return values.address(row);
        }

        @Override
        public int bytes(int row) {
            return values.bytes(row);
        }

        @Override
        public boolean isNull(int row) {
            return values.isNull(row);
        }
    }
}
