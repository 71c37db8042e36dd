package io.elanus.storage.filter;

import io.elanus.storage.type.ColumnType;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// An expression made ready to run: compiled once, then called per batch. Belongs to one thread at a time; holds no
/// off-heap memory between calls.
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class Evaluator {
    private final Expr expr;

    private Evaluator(Expr expr) {
        this.expr = expr;
    }

    /// Refuses an operator over arguments it does not take, and an expression with unbound parameters.
    public static Evaluator compile(Expr expr) {
        return new Evaluator(expr);
    }

    public ColumnType type() {
        return expr.type();
    }

    /// The expression's value for every row, as a column of this name; owned by the caller.
    public FieldVector evaluate(VectorSchemaRoot batch, String name, BufferAllocator allocator) {
        throw new UnsupportedOperationException("evaluate");
    }

    /// For a BOOLEAN expression: clears the bits of the rows for which it is not TRUE. Row i of the batch is bit
    /// `bitOffset + i`. Rows whose bit is already clear are not looked at and raise no error.
    public void select(VectorSchemaRoot batch, long[] bitmap, int bitOffset) {
        throw new UnsupportedOperationException("select");
    }
}
