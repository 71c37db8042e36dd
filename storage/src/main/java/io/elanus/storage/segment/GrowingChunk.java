package io.elanus.storage.segment;

import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.segment.column.ColumnBuffer;
import io.elanus.storage.segment.column.ColumnLayout;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.segment.column.SharedMemory;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.HybridTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// One chunk of a row buffer. Guarded by the buffer's lock; readers see it through an [#image] of where its columns
/// lay when the image was taken.
final class GrowingChunk implements AutoCloseable {
    private final BufferAllocator allocator;
    private final ColumnBuffer timestamps;
    private final Map<Integer, ColumnBuffer> columns = new LinkedHashMap<>();
    private @Nullable Image image;
    private int imageMoves;
    private long minTs = HybridTime.MAX;
    private long maxTs = HybridTime.MIN;

    GrowingChunk(List<Column> schema, BufferAllocator allocator, int capacity) {
        this.allocator = allocator;
        this.timestamps = new ColumnBuffer(new ColumnLayout.Fixed(Long.BYTES), allocator, capacity);
        try {
            for (Column column : schema) {
                columns.put(column.id(), new ColumnBuffer(ColumnLayout.of(column.type()), allocator, capacity));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    int rows() {
        return timestamps.rows();
    }

    long ts(int row) {
        return NativeMemory.longAt(timestamps.memory().data() + (long) row * Long.BYTES);
    }

    ColumnBuffer column(int columnId) {
        ColumnBuffer column = columns.get(columnId);
        if (column == null) {
            throw new IllegalStateException("The chunk has no column [%d]".formatted(columnId));
        }
        return column;
    }

    /// Adds a column; the rows so far get its default.
    void addColumn(Column column, ColumnDefault value) {
        var buffer = new ColumnBuffer(ColumnLayout.of(column.type()), allocator, rows());
        columns.put(column.id(), buffer);
        value.appendTo(buffer, rows());
        dropImage();
    }

    SegmentStatistics statistics() {
        return new SegmentStatistics(rows(), minTs, maxTs, List.of());
    }

    /// One timestamp for the next rows. Last step of an append: it counts the rows.
    void stamp(long ts, int count) {
        timestamps.appendLongs(ts, count);
        minTs = Math.min(minTs, ts);
        maxTs = Math.max(maxTs, ts);
    }

    /// Their own timestamps for the next rows, copied from another chunk.
    void stamp(ColumnMemory from, int[] ordinals, int start, int count) {
        timestamps.appendRows(from, ordinals, start, count);
        for (int i = 0; i < count; i++) {
            long ts = NativeMemory.longAt(from.data() + (long) ordinals[start + i] * Long.BYTES);
            minTs = Math.min(minTs, ts);
            maxTs = Math.max(maxTs, ts);
        }
    }

    /// Undoes an append that failed half way.
    void truncate(int rows) {
        timestamps.truncate(rows);
        columns.values().forEach(column -> column.truncate(rows));
    }

    /// Where everything lies now, retained for the caller.
    Image image() {
        int moves = moves();
        if (image == null || imageMoves != moves) {
            dropImage();
            image = newImage();
            imageMoves = moves;
        }
        image.owner().retain();
        return image;
    }

    long bytes() {
        long bytes = timestamps.bytes();
        for (ColumnBuffer column : columns.values()) {
            bytes += column.bytes();
        }
        return bytes;
    }

    @Override
    public void close() {
        dropImage();
        timestamps.close();
        columns.values().forEach(ColumnBuffer::close);
    }

    private int moves() {
        int moves = timestamps.moves();
        for (ColumnBuffer column : columns.values()) {
            moves += column.moves();
        }
        return moves;
    }

    private Image newImage() {
        List<ArrowBuf> buffers = new ArrayList<>();
        timestamps.forEachBuffer(buffers::add);
        columns.values().forEach(column -> column.forEachBuffer(buffers::add));
        buffers.forEach(buffer -> buffer.getReferenceManager().retain());
        var owner = new SharedMemory(
                allocator,
                () -> buffers.forEach(buffer -> buffer.getReferenceManager().release()));
        Map<Integer, ColumnMemory> memory = HashMap.newHashMap(columns.size());
        columns.forEach((id, column) -> memory.put(id, column.memory()));
        return new Image(owner, timestamps.memory(), memory);
    }

    private void dropImage() {
        if (image != null) {
            image.owner().release();
            image = null;
        }
    }

    record Image(SharedMemory owner, ColumnMemory timestampColumn, Map<Integer, ColumnMemory> columns)
            implements ChunkMemory {
        @Override
        public @Nullable ColumnMemory find(int columnId) {
            return columns.get(columnId);
        }
    }
}
