package io.elanus.sql.copy.export;

import java.io.IOException;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Writes batches of one schema in one format.
interface RowWriter extends AutoCloseable {
    /// Takes the batch over.
    void write(VectorSchemaRoot batch) throws IOException;

    /// Ends the file.
    void finish() throws IOException;

    /// Frees what the writer holds; not the file.
    @Override
    void close();
}
