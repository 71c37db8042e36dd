package io.elanus.sql.copy;

import org.apache.arrow.vector.VectorSchemaRoot;

/// Some rows of a file as they enter the table. Owned by whoever has it.
///
/// @param rows with every column of the table; generated keys are still missing
/// @param firstRow number of the first of them in the file, from 1
/// @param bytesRead of the file up to the last of them
record CopyBatch(VectorSchemaRoot rows, long firstRow, long bytesRead) implements AutoCloseable {
    @Override
    public void close() {
        rows.close();
    }
}
