package io.elanus.storage.index.scalar;

import io.elanus.storage.type.ColumnType;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.TransferPair;

/// A column of a batch, cut in chunks.
record ChunkedColumn(FieldVector column, ColumnType type, int chunkRows, BufferAllocator allocator)
        implements ScalarSource {
    @Override
    public int rows() {
        return column.getValueCount();
    }

    @Override
    public int chunks() {
        return (rows() + chunkRows - 1) / chunkRows;
    }

    @Override
    public int firstRow(int chunk) {
        return chunk * chunkRows;
    }

    @Override
    public VectorSchemaRoot chunk(int chunk) {
        int count = Math.min(chunkRows, rows() - firstRow(chunk));
        TransferPair transfer = column.getTransferPair(allocator);
        transfer.splitAndTransfer(firstRow(chunk), count);
        var part = (FieldVector) transfer.getTo();
        return new VectorSchemaRoot(List.of(part.getField()), List.of(part), count);
    }
}
