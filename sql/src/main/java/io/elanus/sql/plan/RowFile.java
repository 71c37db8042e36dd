package io.elanus.sql.plan;

import io.elanus.proto.grpc.Literal;
import java.util.List;
import java.util.OptionalLong;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// A file that is read as a table. Immutable: every [#open] reads it anew.
public interface RowFile {
    /// For messages and plans.
    String name();

    /// What the file had when the statement was planned.
    List<PlanColumn> columns();

    /// How many rows it has, where the file says so or its size lets one guess.
    OptionalLong rowsExpected();

    /// Begins to read.
    ///
    /// @param columns ordinals within [#columns]; no other is decoded
    /// @param allocator for what the reading needs; stays the caller's
    Rows open(List<Integer> columns, BufferAllocator allocator);

    /// The rows from the first to the last, one at a time. Belongs to one thread, closed by it.
    interface Rows extends AutoCloseable {
        /// The next row, one constant per column that was asked for; null at the end. Errors say where they are.
        Literal @Nullable [] next();

        @Override
        void close();
    }
}
