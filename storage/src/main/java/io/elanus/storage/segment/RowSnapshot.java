package io.elanus.storage.segment;

import io.elanus.storage.type.Column;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The first rows of a row buffer or of some mapped files, at addresses that stay put until it is closed. Thread
/// safe.
public final class RowSnapshot implements AutoCloseable {
    private final List<Column> columns;
    private final int chunkRows;
    private final int shift;
    private final @Nullable ChunkMemory[] chunks;
    private final List<SegmentStatistics> statistics;
    private final int rows;

    /// Takes over one reference to each chunk's owner; a chunk that is null was released.
    RowSnapshot(
            List<Column> columns, int chunkRows, @Nullable ChunkMemory[] chunks, List<SegmentStatistics> statistics) {
        this.columns = List.copyOf(columns);
        this.chunkRows = chunkRows;
        this.shift = Integer.numberOfTrailingZeros(chunkRows);
        this.chunks = chunks;
        this.statistics = List.copyOf(statistics);
        int sum = 0;
        for (SegmentStatistics chunk : this.statistics) {
            sum += chunk.rows();
        }
        this.rows = sum;
    }

    public int rows() {
        return rows;
    }

    List<Column> columns() {
        return columns;
    }

    int chunkRows() {
        return chunkRows;
    }

    int chunks() {
        return chunks.length;
    }

    int chunkOf(int row) {
        return row >>> shift;
    }

    int rowInChunk(int row) {
        return row & (chunkRows - 1);
    }

    int rowsOf(int chunk) {
        return statistics.get(chunk).rows();
    }

    /// Timestamps only, unless the rows come from files.
    SegmentStatistics statistics(int chunk) {
        return statistics.get(chunk);
    }

    boolean holds(int chunk) {
        return chunks[chunk] != null;
    }

    ChunkMemory chunk(int chunk) {
        return Objects.requireNonNull(chunks[chunk], "The rows were released");
    }

    @Override
    public void close() {
        for (int i = 0; i < chunks.length; i++) {
            ChunkMemory chunk = chunks[i];
            chunks[i] = null;
            if (chunk != null) {
                chunk.owner().release();
            }
        }
    }
}
