package io.elanus.sql.copy;

/// Rows on their way into a table. Belongs to one thread; the numbers may be read from any.
public interface Load {
    /// Writes everything and returns the number of rows that were written.
    long load();

    /// Rows that are in.
    long rowsDone();

    /// How many rows it will be, going by the part that was read; 0: unknown.
    long rowsExpected();

    /// Timestamp of the last acknowledged batch.
    long timestamp();
}
