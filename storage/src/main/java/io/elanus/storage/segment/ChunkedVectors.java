package io.elanus.storage.segment;

import io.elanus.storage.index.VectorSource;
import io.elanus.storage.segment.column.Bits;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.type.ColumnType;
import java.util.Arrays;

/// The vectors of a column across chunks. Filled once, then immutable; borrowed from a snapshot.
///
/// Every chunk has three numbers: where its vectors start, their stride (0: one vector stands for all its rows),
/// and where its validity lies (0: no row is NULL).
final class ChunkedVectors implements VectorSource {
    private final ColumnType.Vector type;
    private final int rows;
    private long[] data = new long[0];
    private long[] stride = new long[0];
    private long[] validity = new long[0];
    private final int shift;

    ChunkedVectors(ColumnType.Vector type, int rows, int shift) {
        this.type = type;
        this.rows = rows;
        this.shift = shift;
    }

    /// Adds the next chunk of `count` rows.
    void addChunk(ColumnMemory memory, int count) {
        boolean whole = Bits.cardinality(memory.validity(), count) == count;
        add(memory.data(), type.bytes(), whole ? 0 : memory.validity());
    }

    /// Adds the next chunk, whose rows all have the vector of one row.
    void addConstant(ColumnMemory memory) {
        add(memory.data(), 0, memory.isNull(0) ? memory.validity() : 0);
    }

    @Override
    public ColumnType.Vector type() {
        return type;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public long address(int row) {
        int chunk = row >>> shift;
        return data[chunk] + (row & ((1 << shift) - 1)) * stride[chunk];
    }

    @Override
    public boolean isNull(int row) {
        int chunk = row >>> shift;
        if (validity[chunk] == 0) {
            return false;
        }
        int at = stride[chunk] == 0 ? 0 : row & ((1 << shift) - 1);
        return !Bits.at(validity[chunk], at);
    }

    private void add(long address, long step, long nulls) {
        int at = data.length;
        data = Arrays.copyOf(data, at + 1);
        stride = Arrays.copyOf(stride, at + 1);
        validity = Arrays.copyOf(validity, at + 1);
        data[at] = address;
        stride[at] = step;
        validity[at] = nulls;
    }
}
