package io.elanus.storage.filter;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.type.ColumnType;
import java.util.List;

/// An expression over the columns of one batch.
public sealed interface Expr {
    ColumnType type();

    /// This tree with every parameter replaced by its constant.
    ///
    /// @param parameters one per parameter, already of the parameter's type
    default Expr bind(List<Literal> parameters) {
        return switch (this) {
            case Input input -> input;
            case Constant constant -> constant;
            case Parameter(int index, ColumnType type) -> new Constant(parameters.get(index), type);
            case Call(Operator operator, List<Expr> arguments, ColumnType type) ->
                new Call(
                        operator,
                        arguments.stream()
                                .map(argument -> argument.bind(parameters))
                                .toList(),
                        type);
        };
    }

    /// Has it, or a part of it, another value each time that it is computed?
    default boolean varies() {
        return this instanceof Call(Operator operator, List<Expr> arguments, var _)
                && (operator.varies() || arguments.stream().anyMatch(Expr::varies));
    }

    /// A column of the batch, by ordinal.
    record Input(int ordinal, ColumnType type) implements Expr {}

    /// A constant.
    record Constant(Literal value, ColumnType type) implements Expr {}

    /// A `?` of the statement, by 0-based index. Bound before execution; never part of a fragment.
    record Parameter(int index, ColumnType type) implements Expr {}

    /// An operator over arguments whose types it accepts; no implicit casts happen below the planner.
    record Call(Operator operator, List<Expr> arguments, ColumnType type) implements Expr {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }
}
