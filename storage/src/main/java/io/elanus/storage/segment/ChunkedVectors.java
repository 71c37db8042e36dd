package io.elanus.storage.segment;

import io.elanus.storage.index.VectorSource;
import io.elanus.storage.object.MappedObject;
import io.elanus.storage.segment.column.Bits;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.type.ColumnType;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The vectors of a column across chunks. Filled once, then immutable; borrowed from a snapshot.
///
/// Every chunk has three numbers: where its vectors start, their stride (0: one vector stands for all its rows),
/// and where its validity lies (0: no row is NULL). Vectors whose bytes may have to be fetched are asked for before
/// their address is given away.
final class ChunkedVectors implements VectorSource {
    private final ColumnType.Vector type;
    private final int rows;
    private long[] data = new long[0];
    private long[] stride = new long[0];
    private long[] validity = new long[0];
    private final int shift;
    /// Where the vectors of each chunk come from; null: they are there. The whole is null when all are.
    private @Nullable MappedObject @Nullable [] incomplete;

    ChunkedVectors(ColumnType.Vector type, int rows, int shift) {
        this.type = type;
        this.rows = rows;
        this.shift = shift;
    }

    /// Adds the next chunk of `count` rows.
    ///
    /// @param source where its bytes have to be asked for; empty: they are there
    void addChunk(ColumnMemory memory, int count, Optional<MappedObject> source) {
        if (source.isPresent()) {
            MappedObject object = source.get();
            object.need(offset(object, memory.validity()), Bits.bytes(count));
            @Nullable
            MappedObject[] sources =
                    incomplete == null ? new MappedObject[data.length + 1] : Arrays.copyOf(incomplete, data.length + 1);
            sources[data.length] = object;
            incomplete = sources;
        }
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

    private static long offset(MappedObject object, long address) {
        return address - object.memory().address();
    }

    @Override
    public long address(int row) {
        int chunk = row >>> shift;
        long address = data[chunk] + (row & ((1 << shift) - 1)) * stride[chunk];
        if (incomplete != null) {
            MappedObject object = source(chunk);
            if (object != null) {
                object.need(offset(object, address), type.bytes());
            }
        }
        return address;
    }

    @Override
    public void want(int row) {
        if (incomplete != null) {
            int chunk = row >>> shift;
            MappedObject object = source(chunk);
            if (object != null) {
                long address = data[chunk] + (row & ((1 << shift) - 1)) * stride[chunk];
                object.want(offset(object, address), type.bytes());
            }
        }
    }

    private @Nullable MappedObject source(int chunk) {
        @Nullable MappedObject[] sources = incomplete;
        if (sources == null || chunk >= sources.length || sources[chunk] == null) {
            return null;
        }
        if (sources[chunk].whole()) {
            sources[chunk] = null;
            if (Arrays.stream(sources).allMatch(Objects::isNull)) {
                incomplete = null;
            }
            return null;
        }
        return sources[chunk];
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
