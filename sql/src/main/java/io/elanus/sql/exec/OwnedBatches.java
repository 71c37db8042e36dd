package io.elanus.sql.exec;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.util.ArrayList;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.TransferPair;

/// Moves batches that came from elsewhere into the memory of a statement, so that they count against its limit.
final class OwnedBatches {
    private OwnedBatches() {}

    /// The same buffers, counted here from now on; the batch given is empty afterwards.
    static VectorSchemaRoot take(VectorSchemaRoot batch, BufferAllocator allocator) {
        var columns = new ArrayList<FieldVector>();
        boolean done = false;
        try (batch) {
            for (FieldVector column : batch.getFieldVectors()) {
                TransferPair pair = column.getTransferPair(column.getField(), allocator);
                columns.add((FieldVector) pair.getTo());
                pair.transfer();
            }
            if (allocator.isOverLimit()) {
                throw new QueryException(
                        ErrorCode.OUT_OF_MEMORY,
                        "The statement needs more than its [%d] bytes of memory.".formatted(allocator.getLimit()),
                        "Narrow the query, or raise the setting query_memory.");
            }
            done = true;
            return new VectorSchemaRoot(batch.getSchema().getFields(), columns, batch.getRowCount());
        } finally {
            if (!done) {
                columns.forEach(FieldVector::close);
            }
        }
    }
}
