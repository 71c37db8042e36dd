package io.elanus.sql.copy;

import org.jspecify.annotations.Nullable;

/// The rows of one file as batches of the size that is written. Belongs to one thread.
interface BatchSource extends AutoCloseable {
    int ROWS_PER_BATCH = 8_192;
    long BYTES_PER_BATCH = 8L << 20;

    /// The next batch, owned by the caller; null at the end. Errors name the row and the byte.
    @Nullable
    CopyBatch next();

    @Override
    void close();
}
