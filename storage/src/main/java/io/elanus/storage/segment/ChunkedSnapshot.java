package io.elanus.storage.segment;

import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.index.inverted.FulltextFormat;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.object.MappedObject;
import io.elanus.storage.segment.column.ColumnBuffer;
import io.elanus.storage.segment.column.ColumnLayout;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.segment.column.ColumnViews;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.visibility.Visibility;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/// The one snapshot: rows by chunk, their ends, and a way to find keys. Growing and sealed segments differ only in
/// who made these.
final class ChunkedSnapshot implements SegmentSnapshot {
    private final SegmentId id;
    private final RowSnapshot rows;
    private final RowEnds ends;
    private final KeyLookup keys;
    private final BufferAllocator allocator;
    /// What [#vectors] had to make up; guarded by this.
    private final List<ColumnDefault> defaults = new ArrayList<>();

    /// Takes over the row snapshot.
    ChunkedSnapshot(SegmentId id, RowSnapshot rows, RowEnds ends, KeyLookup keys, BufferAllocator allocator) {
        this.id = id;
        this.rows = rows;
        this.ends = ends;
        this.keys = keys;
        this.allocator = allocator;
    }

    RowSnapshot rowSnapshot() {
        return rows;
    }

    @Override
    public SegmentId id() {
        return id;
    }

    @Override
    public int rows() {
        return rows.rows();
    }

    @Override
    public int chunkRows() {
        return rows.chunkRows();
    }

    @Override
    public long ts(int row) {
        Objects.checkIndex(row, rows());
        return tsAt(rows.chunk(rows.chunkOf(row)), rows.rowInChunk(row));
    }

    @Override
    public long endTs(int row) {
        Objects.checkIndex(row, rows());
        return ends.at(row);
    }

    @Override
    public RowFilter visible(long readTs) {
        if (Visibility.visible(HybridTime.MIN, ends.least(), readTs) && allWritten(readTs)) {
            return RowFilter.all(rows());
        }
        long[] words = new long[(rows() + 63) >>> 6];
        for (int chunk = 0; chunk < rows.chunks(); chunk++) {
            markWritten(words, chunk, readTs);
        }
        if (!Visibility.visible(HybridTime.MIN, ends.least(), readTs)) {
            ends.hide(words, rows(), readTs);
        }
        return RowFilter.of(words, rows());
    }

    @Override
    public SegmentStatistics statistics(int chunk) {
        return rows.statistics(chunk);
    }

    @Override
    public VectorSchemaRoot chunk(int chunk, List<Column> columns) {
        ChunkMemory memory = rows.chunk(chunk);
        int count = rows.rowsOf(chunk);
        return build(columns, count, (column, field) -> {
            ColumnMemory at = memory.find(column.id());
            return at == null
                    ? constant(column, field, count, allocator)
                    : ColumnViews.vector(field, ColumnLayout.of(column.type()), at, count, memory.owner());
        });
    }

    @Override
    public VectorSource vectors(Column column) {
        if (column.type() instanceof ColumnType.Varchar) {
            return new ChunkedValues.Sparse(FulltextFormat.TEXT, variable(column));
        }
        if (!(column.type() instanceof ColumnType.Vector type)) {
            throw new IllegalArgumentException("Column [%s] is no VECTOR".formatted(column.name()));
        }
        if (type.sparse()) {
            return new ChunkedValues.Sparse(type, variable(column));
        }
        return dense(column, type, memory -> memory.find(column.id()), _ -> Optional.empty());
    }

    @Override
    public VectorSource uncheckedVectors(Column column) {
        return column.type() instanceof ColumnType.Vector type && !type.sparse()
                ? dense(
                        column,
                        type,
                        memory -> memory.findUnchecked(column.id()),
                        memory -> memory.incomplete(column.id()))
                : vectors(column);
    }

    @Override
    public boolean fetch(Column column) {
        for (int chunk = 0; chunk < rows.chunks(); chunk++) {
            if (!rows.chunk(chunk)
                    .incomplete(column.id())
                    .map(MappedObject::fill)
                    .orElse(true)) {
                return false;
            }
        }
        return true;
    }

    private VectorSource dense(
            Column column,
            ColumnType.Vector type,
            Function<ChunkMemory, @Nullable ColumnMemory> find,
            Function<ChunkMemory, Optional<MappedObject>> incomplete) {
        var source = new ChunkedVectors(type, rows(), Integer.numberOfTrailingZeros(chunkRows()));
        for (int chunk = 0; chunk < rows.chunks(); chunk++) {
            ColumnMemory at = find.apply(rows.chunk(chunk));
            if (at == null) {
                source.addConstant(constantRow(column));
            } else {
                source.addChunk(at, rows.rowsOf(chunk), incomplete.apply(rows.chunk(chunk)));
            }
        }
        return source;
    }

    @Override
    public ChunkedValues variable(Column column) {
        if (!(ColumnLayout.of(column.type()) instanceof ColumnLayout.Variable)) {
            throw new IllegalArgumentException("Values of column [%s] have one width".formatted(column.name()));
        }
        var source = new ChunkedValues(rows(), Integer.numberOfTrailingZeros(chunkRows()));
        for (int chunk = 0; chunk < rows.chunks(); chunk++) {
            ColumnMemory at = rows.chunk(chunk).find(column.id());
            source.add(at == null ? constantRow(column) : at, at == null);
        }
        return source;
    }

    @Override
    public VectorSchemaRoot gather(int[] ordinals, int count, List<Column> columns, BufferAllocator target) {
        int[] local = new int[count];
        for (int i = 0; i < count; i++) {
            local[i] = rows.rowInChunk(Objects.checkIndex(ordinals[i], rows()));
        }
        return build(columns, count, (column, field) -> {
            try (var buffer = new ColumnBuffer(ColumnLayout.of(column.type()), target, count)) {
                for (int from = 0; from < count; ) {
                    int chunk = rows.chunkOf(ordinals[from]);
                    int to = from + 1;
                    while (to < count && rows.chunkOf(ordinals[to]) == chunk) {
                        to++;
                    }
                    gather(buffer, column, chunk, local, from, to - from);
                    from = to;
                }
                return buffer.toVector(field);
            }
        });
    }

    @Override
    public int[] findRows(byte[] key) {
        int[][] found = {new int[4]};
        int[] count = {0};
        keys.find(key, rows, row -> {
            if (count[0] == found[0].length) {
                found[0] = Arrays.copyOf(found[0], 2 * count[0]);
            }
            found[0][count[0]++] = row;
        });
        int[] ordinals = Arrays.copyOf(found[0], count[0]);
        Arrays.sort(ordinals);
        return ordinals;
    }

    @Override
    public void close() {
        rows.close();
        synchronized (this) {
            defaults.forEach(ColumnDefault::close);
            defaults.clear();
        }
    }

    static long tsAt(ChunkMemory chunk, int row) {
        return NativeMemory.longAt(chunk.timestamps() + (long) row * Long.BYTES);
    }

    private boolean allWritten(long readTs) {
        for (int chunk = 0; chunk < rows.chunks(); chunk++) {
            if (!Visibility.visible(rows.statistics(chunk).maxTs(), HybridTime.MAX, readTs)) {
                return false;
            }
        }
        return true;
    }

    private void markWritten(long[] words, int chunk, long readTs) {
        SegmentStatistics statistics = rows.statistics(chunk);
        int first = chunk * chunkRows();
        if (Visibility.visible(statistics.maxTs(), HybridTime.MAX, readTs)) {
            setRange(words, first, first + statistics.rows());
        } else if (Visibility.visible(statistics.minTs(), HybridTime.MAX, readTs)) {
            ChunkMemory memory = rows.chunk(chunk);
            for (int i = 0; i < statistics.rows(); i++) {
                if (Visibility.visible(tsAt(memory, i), HybridTime.MAX, readTs)) {
                    words[(first + i) >>> 6] |= 1L << (first + i);
                }
            }
        }
    }

    private static void setRange(long[] words, int from, int to) {
        int row = from;
        while (row < to && (row & 63) != 0) {
            words[row >>> 6] |= 1L << row++;
        }
        while (row + 64 <= to) {
            words[row >>> 6] = -1L;
            row += 64;
        }
        while (row < to) {
            words[row >>> 6] |= 1L << row++;
        }
    }

    private void gather(ColumnBuffer target, Column column, int chunk, int[] local, int from, int count) {
        ColumnMemory at = rows.chunk(chunk).find(column.id());
        if (at != null) {
            target.appendRows(at, local, from, count);
            return;
        }
        try (var value = new ColumnDefault(column, allocator)) {
            value.appendTo(target, count);
        }
    }

    private static FieldVector constant(Column column, Field field, int count, BufferAllocator target) {
        try (var value = new ColumnDefault(column, target);
                var buffer = new ColumnBuffer(ColumnLayout.of(column.type()), target, count)) {
            value.appendTo(buffer, count);
            return buffer.toVector(field);
        }
    }

    private synchronized ColumnMemory constantRow(Column column) {
        var value = new ColumnDefault(column, allocator);
        defaults.add(value);
        return value.memory();
    }

    private interface VectorMaker {
        FieldVector make(Column column, Field field);
    }

    private static VectorSchemaRoot build(List<Column> columns, int count, VectorMaker maker) {
        List<Field> fields = new ArrayList<>(columns.size());
        List<FieldVector> vectors = new ArrayList<>(columns.size());
        try {
            for (Column column : columns) {
                Field field = ArrowTypes.field(column);
                fields.add(field);
                vectors.add(maker.make(column, field));
            }
        } catch (RuntimeException e) {
            vectors.forEach(FieldVector::close);
            throw e;
        }
        return new VectorSchemaRoot(fields, vectors, count);
    }
}
