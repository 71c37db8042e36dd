package io.elanus.storage.filter;

import io.elanus.storage.type.ColumnType;
import java.util.List;

/// An expression over the columns of one batch.
public sealed interface Expr {
    ColumnType type();

    /// A column of the batch, by ordinal.
    record Input(int ordinal, ColumnType type) implements Expr {}

    /// A constant.
    record Constant(io.elanus.proto.grpc.Literal value, ColumnType type) implements Expr {}

    /// An operator over arguments whose types it accepts; no implicit casts happen below the planner.
    record Call(Operator operator, List<Expr> arguments, ColumnType type) implements Expr {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }
}
