package io.elanus.storage.segment;

import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.column.ColumnBuffer;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// The rows of a segment as they come, chunk by chunk in off-heap memory.
///
/// A chunk starts small and doubles until it holds its full count of rows; later chunks of a segment start full
/// size. A batch is appended whole or not at all. Rows that are in files may be released; ordinals go on.
///
/// Thread rule: one writer; [#snapshot] and the accessors from any thread. An append holds the lock while it copies
/// one batch.
public final class RowBuffer implements AutoCloseable {
    private static final int FIRST_CAPACITY = 64;

    private final int chunkRows;
    private final BufferAllocator allocator;
    private final List<@Nullable GrowingChunk> chunks = new ArrayList<>();
    private final List<SegmentStatistics> released = new ArrayList<>();
    private List<Column> columns;
    private int rows;

    /// @param chunkRows see [ChunkSize]
    public RowBuffer(TableSchema schema, int chunkRows, BufferAllocator allocator) {
        if (chunkRows < 1 || Integer.bitCount(chunkRows) != 1) {
            throw new IllegalArgumentException("Chunks hold a power of two of rows, not [%d]".formatted(chunkRows));
        }
        this.columns = schema.columns();
        this.chunkRows = chunkRows;
        this.allocator = allocator;
    }

    /// Appends the rows [from, from + count) of a batch with the columns of the table, all written at `ts`. Columns
    /// are matched by the id in their fields' metadata; one that the batch lacks gets its default, one that the
    /// buffer lacks is ignored.
    public synchronized void append(VectorSchemaRoot batch, int from, int count, long ts) {
        Objects.checkFromIndexSize(from, count, batch.getRowCount());
        Map<Integer, ColumnMemory> memory = memoryById(batch);
        appendPieces(count, (chunk, done, piece) -> {
            for (Column column : columns) {
                ColumnBuffer target = chunk.column(column.id());
                ColumnMemory source = memory.get(column.id());
                if (source == null) {
                    appendDefault(column, target, piece);
                } else {
                    target.appendRange(source, from + done, piece);
                }
            }
            chunk.stamp(ts, piece);
        });
    }

    /// Appends the rows `ordinals[from]` to `ordinals[from + count - 1]` of another chunk, with the timestamps they
    /// have there.
    synchronized void append(ChunkMemory source, int[] ordinals, int from, int count) {
        appendPieces(count, (chunk, done, piece) -> {
            for (Column column : columns) {
                ColumnBuffer target = chunk.column(column.id());
                ColumnMemory memory = source.find(column.id());
                if (memory == null) {
                    appendDefault(column, target, piece);
                } else {
                    target.appendRows(memory, ordinals, from + done, piece);
                }
            }
            chunk.stamp(source.timestampColumn(), ordinals, from + done, piece);
        });
    }

    /// Adds the columns that a newer version of the schema has; their rows so far get the default. Columns that it
    /// no longer has stay for readers of the older version.
    public synchronized void evolve(TableSchema newer) {
        List<Column> evolved = new ArrayList<>(newer.columns());
        for (Column column : columns) {
            if (newer.columns().stream().noneMatch(known -> known.id() == column.id())) {
                evolved.add(column);
            }
        }
        for (Column column : newer.columns()) {
            if (columns.stream().noneMatch(known -> known.id() == column.id())) {
                addColumn(column);
            }
        }
        columns = List.copyOf(evolved);
    }

    public synchronized int rows() {
        return rows;
    }

    public int chunkRows() {
        return chunkRows;
    }

    /// Off-heap memory of the rows that were not released.
    public synchronized long memoryBytes() {
        long bytes = 0;
        for (GrowingChunk chunk : chunks) {
            bytes += chunk == null ? 0 : chunk.bytes();
        }
        return bytes;
    }

    /// The rows of this moment. The caller closes it.
    public synchronized RowSnapshot snapshot() {
        @Nullable ChunkMemory[] memory = new ChunkMemory[chunks.size()];
        List<SegmentStatistics> statistics = new ArrayList<>(released);
        for (int i = 0; i < memory.length; i++) {
            GrowingChunk chunk = chunks.get(i);
            if (chunk != null) {
                memory[i] = chunk.image();
                statistics.add(chunk.statistics());
            }
        }
        return new RowSnapshot(columns, chunkRows, memory, statistics);
    }

    /// Frees the full chunks among the first `count` rows, because they are in files. Snapshots taken before keep
    /// theirs.
    public synchronized void release(int count) {
        for (int i = 0; (i + 1) * chunkRows <= Math.min(count, rows); i++) {
            GrowingChunk chunk = chunks.get(i);
            if (chunk != null) {
                released.add(chunk.statistics());
                chunk.close();
                chunks.set(i, null);
            }
        }
    }

    @Override
    public synchronized void close() {
        for (GrowingChunk chunk : chunks) {
            if (chunk != null) {
                chunk.close();
            }
        }
        chunks.clear();
        rows = 0;
    }

    synchronized List<Column> columns() {
        return columns;
    }

    /// Brings in the rows of the last chunk that is in files but not full, before anything is appended: how a data
    /// node goes on with a segment that another one wrote. Full chunks stay in their files.
    public synchronized void load(ObjectStore objects, SegmentManifest manifest) {
        if (rows > 0 || manifest.chunkRows() != chunkRows) {
            throw new IllegalStateException("The buffer has rows or other chunks than the files");
        }
        int full = manifest.fullChunkRows();
        for (int chunk = 0; chunk < full / chunkRows; chunk++) {
            chunks.add(null);
            released.add(manifest.chunks().get(chunk));
        }
        rows = full;
        if (full < manifest.rows()) {
            try (MappedRows files = MappedRows.open(objects, manifest, columns, allocator)) {
                int[] ordinals = new int[manifest.rows() - full];
                Arrays.setAll(ordinals, i -> i);
                append(files.chunk(full / chunkRows), ordinals, 0, ordinals.length);
            }
        }
    }

    /// Timestamps only; of released rows too.
    synchronized SegmentStatistics statistics() {
        long min = HybridTime.MAX;
        long max = HybridTime.MIN;
        for (SegmentStatistics chunk : released) {
            min = Math.min(min, chunk.minTs());
            max = Math.max(max, chunk.maxTs());
        }
        for (GrowingChunk chunk : chunks) {
            if (chunk != null) {
                min = Math.min(min, chunk.statistics().minTs());
                max = Math.max(max, chunk.statistics().maxTs());
            }
        }
        return new SegmentStatistics(rows, min, max, List.of());
    }

    /// For the writer: where a column of a chunk lies until the next append.
    synchronized ColumnMemory memory(int chunk, int columnId) {
        return present(chunk).column(columnId).memory();
    }

    synchronized long ts(int row) {
        return present(row / chunkRows).ts(row % chunkRows);
    }

    private void addColumn(Column column) {
        try (var value = new ColumnDefault(column, allocator)) {
            for (GrowingChunk chunk : chunks) {
                if (chunk != null) {
                    chunk.addColumn(column, value);
                }
            }
        }
    }

    private void appendPieces(int count, Piece piece) {
        int before = rows;
        int done = 0;
        try {
            while (done < count) {
                GrowingChunk chunk = roomyChunk();
                int size = Math.min(count - done, chunkRows - chunk.rows());
                piece.append(chunk, done, size);
                done += size;
                rows += size;
            }
        } catch (RuntimeException e) {
            undo(before);
            throw e;
        }
    }

    private void undo(int before) {
        while (chunks.size() > (before + chunkRows - 1) / chunkRows) {
            GrowingChunk chunk = chunks.removeLast();
            if (chunk != null) {
                chunk.close();
            }
        }
        rows = before;
        GrowingChunk last = chunks.isEmpty() ? null : chunks.getLast();
        if (last != null) {
            last.truncate(before - (chunks.size() - 1) * chunkRows);
        }
    }

    private GrowingChunk roomyChunk() {
        int at = rows / chunkRows;
        if (at == chunks.size()) {
            int capacity = at == 0 ? Math.min(FIRST_CAPACITY, chunkRows) : chunkRows;
            chunks.add(new GrowingChunk(columns, allocator, capacity));
        }
        return present(at);
    }

    private GrowingChunk present(int at) {
        GrowingChunk chunk = chunks.get(at);
        if (chunk == null) {
            throw new IllegalStateException("The rows of chunk [%d] were released".formatted(at));
        }
        return chunk;
    }

    private void appendDefault(Column column, ColumnBuffer target, int count) {
        try (var value = new ColumnDefault(column, allocator)) {
            value.appendTo(target, count);
        }
    }

    private interface Piece {
        void append(GrowingChunk chunk, int done, int count);
    }

    static Map<Integer, ColumnMemory> memoryById(VectorSchemaRoot batch) {
        Map<Integer, ColumnMemory> memory =
                HashMap.newHashMap(batch.getFieldVectors().size());
        for (FieldVector vector : batch.getFieldVectors()) {
            memory.put(columnId(vector), ColumnMemory.of(vector));
        }
        return memory;
    }

    static int columnId(FieldVector vector) {
        return ArrowTypes.columnId(vector.getField());
    }
}
