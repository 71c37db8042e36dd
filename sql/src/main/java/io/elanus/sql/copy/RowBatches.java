package io.elanus.sql.copy;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.dml.TableRows;
import io.elanus.sql.error.QueryException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// Batches of the rows that a reader finds one by one; owns the reader.
final class RowBatches implements BatchSource {
    private final CopyReader reader;
    private final CopyRows rows;
    private final BufferAllocator allocator;
    private long left;

    /// @param limit most rows that are read
    RowBatches(CopyReader reader, CopyRows rows, BufferAllocator allocator, long limit) {
        this.reader = reader;
        this.rows = rows;
        this.allocator = allocator;
        this.left = limit;
    }

    @Override
    public @Nullable CopyBatch next() {
        try {
            return read();
        } catch (QueryException e) {
            throw CopyErrors.located(e, reader.row(), reader.position());
        }
    }

    /// As [#next], but an error does not say where it is; the reader does.
    @Nullable
    CopyBatch read() {
        List<Literal[]> batch = new ArrayList<>();
        long bytes = 0;
        long first = 0;
        while (left > 0 && batch.size() < ROWS_PER_BATCH && bytes < BYTES_PER_BATCH) {
            Literal[] fields = reader.next();
            if (fields == null) {
                break;
            }
            Literal[] row = rows.row(fields);
            if (batch.isEmpty()) {
                first = reader.row();
            }
            batch.add(row);
            left--;
            for (Literal value : row) {
                bytes += value.getBinary().size() + Long.BYTES;
            }
        }
        return batch.isEmpty()
                ? null
                : new CopyBatch(TableRows.toBatch(rows.table(), batch, allocator), first, reader.position());
    }

    @Override
    public void close() {
        reader.close();
    }
}
