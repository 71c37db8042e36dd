package io.elanus.sql.copy;

import io.elanus.storage.segment.column.ColumnBuffer;
import io.elanus.storage.segment.column.ColumnMemory;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/// Checked rows that wait to be written, with a vector per column of the table. Owned by its run.
final class IngestBatch implements AutoCloseable {
    private final List<FieldVector> columns;
    private final int rows;
    private final long bytes;
    private int from;

    IngestBatch(List<FieldVector> columns, int rows) {
        this.columns = List.copyOf(columns);
        this.rows = rows;
        this.bytes = columns.stream().mapToLong(FieldVector::getBufferSize).sum();
    }

    /// Rows that are left.
    int left() {
        return rows - from;
    }

    /// Bytes of the rows that are left, on the average.
    long bytesLeft() {
        return rows == 0 ? 0 : bytes * left() / rows;
    }

    /// Copies the next rows to the end of the columns.
    void moveTo(List<ColumnBuffer> targets, int count) {
        for (int i = 0; i < targets.size(); i++) {
            targets.get(i).appendRange(ColumnMemory.of(columns.get(i)), from, count);
        }
        from += count;
    }

    @Override
    public void close() {
        columns.forEach(FieldVector::close);
    }
}
