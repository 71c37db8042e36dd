package io.elanus.sql.copy;

import io.elanus.proto.grpc.Literal;

/// The rows of one file. Owned by the run.
interface CopyReader extends AutoCloseable {
    /// The next row, one constant per target column; null at the end. NULL stands for what the file leaves out.
    Literal @org.jspecify.annotations.Nullable [] next();

    /// Bytes of the file read so far; where the row that [#next] returned last ends.
    long position();

    /// 1-based number of the row that [#next] returned last or failed on.
    long row();

    @Override
    void close();
}
