package io.elanus.sql.copy;

import org.apache.arrow.vector.VectorSchemaRoot;

/// Where the batches of a load go. Belongs to the run's thread, but for what has been written, which any may ask.
interface RowSink extends AutoCloseable {
    /// Before a batch is made: waits while the process has no memory for it.
    ///
    /// @param bytes of the batch, about
    void awaitRoom(long bytes);

    /// Takes rows over, with every column of the table.
    ///
    /// @param firstRow number of the first of them in the file
    void write(VectorSchemaRoot rows, long firstRow);

    /// Waits until all rows are in.
    ///
    /// @param rows that the file has
    void finish(long rows);

    /// Rows that are certainly in.
    long written();

    /// Timestamp at which the last of them can be read.
    long timestamp();

    /// Lets what is under way end, whichever way, and frees it. Once more is harmless.
    @Override
    void close();
}
