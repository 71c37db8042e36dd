package io.elanus.sql.copy;

import io.elanus.storage.segment.column.ColumnBuffer;
import io.elanus.storage.segment.column.ColumnLayout;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/// Cuts and joins batches of whatever size to batches of the size that is written. Belongs to one thread.
final class BatchCutter implements AutoCloseable {
    private final Schema stored;
    private final BufferAllocator allocator;
    private final Deque<IngestBatch> waiting = new ArrayDeque<>();
    private int rowsWaiting;
    private long rowsTaken;

    BatchCutter(TableSchema table, BufferAllocator allocator) {
        this.stored = ArrowTypes.schema(table.columns());
        this.allocator = allocator;
    }

    /// Takes the rows over.
    void add(IngestBatch rows) {
        waiting.addLast(rows);
        rowsWaiting += rows.left();
    }

    boolean isEmpty() {
        return rowsWaiting == 0;
    }

    /// Are there rows for a whole batch?
    boolean isFull() {
        return rowsWaiting >= BatchSource.ROWS_PER_BATCH || bytesWaiting() >= BatchSource.BYTES_PER_BATCH;
    }

    /// Bytes of the next batch, about.
    long bytesOfNext() {
        return Math.min(bytesWaiting(), BatchSource.BYTES_PER_BATCH);
    }

    private long bytesWaiting() {
        return waiting.stream().mapToLong(IngestBatch::bytesLeft).sum();
    }

    /// Rows of the next batch: so many that they take about the bytes of a batch.
    private int rowsOfNext() {
        long perRow = Math.max(1, bytesWaiting() / Math.max(1, rowsWaiting));
        return Math.clamp(BatchSource.BYTES_PER_BATCH / perRow, 1, Math.min(rowsWaiting, BatchSource.ROWS_PER_BATCH));
    }

    /// The next rows; there are some.
    ///
    /// @param bytesRead of the file so far
    CopyBatch take(long bytesRead) {
        int rows = rowsOfNext();
        var columnBuffers = new ArrayList<ColumnBuffer>();
        VectorSchemaRoot batch;
        try {
            for (var field : stored.getFields()) {
                columnBuffers.add(new ColumnBuffer(ColumnLayout.of(field), allocator, rows));
            }
            fill(columnBuffers, rows);
            batch = batch(columnBuffers, rows);
        } finally {
            columnBuffers.forEach(ColumnBuffer::close);
        }
        long first = rowsTaken + 1;
        rowsTaken += rows;
        rowsWaiting -= rows;
        return new CopyBatch(batch, first, bytesRead);
    }

    private void fill(List<ColumnBuffer> targets, int rows) {
        int left = rows;
        while (left > 0) {
            IngestBatch next = waiting.getFirst();
            int count = Math.min(left, next.left());
            next.moveTo(targets, count);
            left -= count;
            if (next.left() == 0) {
                waiting.removeFirst().close();
            }
        }
    }

    private VectorSchemaRoot batch(List<ColumnBuffer> buffers, int rows) {
        var vectors = new ArrayList<FieldVector>();
        try {
            for (int i = 0; i < buffers.size(); i++) {
                vectors.add(buffers.get(i).toVector(stored.getFields().get(i)));
            }
            return new VectorSchemaRoot(stored.getFields(), vectors, rows);
        } catch (RuntimeException e) { // ours until it is returned
            vectors.forEach(FieldVector::close);
            throw e;
        }
    }

    @Override
    public void close() {
        waiting.forEach(IngestBatch::close);
    }
}
