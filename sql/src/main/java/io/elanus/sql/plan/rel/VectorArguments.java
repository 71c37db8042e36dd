package io.elanus.sql.plan.rel;

import static io.elanus.storage.filter.Operator.ARRAY_VALUE;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.type.Types;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The types of what vector functions are given: a text or a list is a vector as its neighbour is.
final class VectorArguments {
    private VectorArguments() {}

    /// An argument of a vector function as a vector of the type that its neighbour has, or that its text spells.
    static Expr of(Expr argument, List<Expr> all) {
        ColumnType.Vector type = null;
        for (Expr other : all) {
            if (other.type() instanceof ColumnType.Vector vector && (type == null || other instanceof Expr.Input)) {
                type = vector;
            }
        }
        if (type == null) {
            type = spelled(argument);
        }
        if (type == null) {
            throw new QueryException(
                    ErrorCode.DATATYPE_MISMATCH,
                    "The dimension of a vector is not known here.",
                    "Write CAST(… AS VECTOR(n)).");
        }
        if (argument.type() instanceof ColumnType.Vector given && given.dimension() != type.dimension()) {
            throw new QueryException(
                    ErrorCode.DIMENSION_MISMATCH,
                    "Vectors of [%d] and [%d] dimensions cannot be compared."
                            .formatted(given.dimension(), type.dimension()),
                    "Use vectors of one dimension on both sides.");
        }
        return Coercion.cast(argument, type);
    }

    private static ColumnType.@Nullable Vector spelled(Expr argument) {
        if (argument instanceof Expr.Constant constant
                && constant.type() instanceof ColumnType.Varchar
                && !constant.value().hasNull()) {
            String text = constant.value().getText();
            OptionalInt sparse = Types.sparseDimension(text);
            if (sparse.isPresent()) {
                return new ColumnType.Vector(sparse.getAsInt(), VectorElement.SPARSE);
            }
            int dimension = text.split(",", -1).length;
            return new ColumnType.Vector(dimension, VectorElement.FLOAT32);
        }
        if (argument instanceof Expr.Call call
                && call.operator() == ARRAY_VALUE
                && !call.arguments().isEmpty()) {
            return new ColumnType.Vector(call.arguments().size(), VectorElement.FLOAT32);
        }
        return null;
    }
}
