package io.elanus.sql.copy.export;

import io.elanus.sql.copy.parquet.ParquetWriter;
import java.io.IOException;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Parquet.
record ParquetRows(ParquetWriter writer) implements RowWriter {
    @Override
    public void write(VectorSchemaRoot batch) throws IOException {
        writer.write(batch);
    }

    @Override
    public void finish() throws IOException {
        writer.finish();
    }

    @Override
    public void close() {
        // Its pages are on the heap.
    }
}
