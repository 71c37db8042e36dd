package io.elanus.storage.filter;

import io.elanus.storage.type.ArrowTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Expressions that make the columns of a new batch. Belongs to one thread at a time.
public final class Projection {
    private final List<Expr> exprs;
    /// Empty: a plain column.
    private final List<Optional<Evaluator>> evaluators;
    private final List<String> names;

    public Projection(List<Expr> exprs, List<String> names) {
        if (exprs.size() != names.size()) {
            throw new IllegalArgumentException("[%d] expressions, [%d] names".formatted(exprs.size(), names.size()));
        }
        this.exprs = List.copyOf(exprs);
        this.evaluators = exprs.stream().map(Projection::evaluator).toList();
        this.names = List.copyOf(names);
    }

    private static Optional<Evaluator> evaluator(Expr expr) {
        return expr instanceof Expr.Input ? Optional.empty() : Optional.of(Evaluator.compile(expr));
    }

    /// A new batch owned by the caller; plain columns share the buffers of `batch`, which stays with its owner.
    public VectorSchemaRoot project(VectorSchemaRoot batch, BufferAllocator allocator) {
        return project(batch, null, 0, allocator);
    }

    /// As above, where expressions are computed only for the rows whose bits are set; row i is bit `bitOffset + i`.
    /// The new batch has all rows; the values of the others mean nothing.
    public VectorSchemaRoot project(
            VectorSchemaRoot batch, long @Nullable [] bitmap, int bitOffset, BufferAllocator allocator) {
        var columns = new ArrayList<FieldVector>();
        try {
            for (int i = 0; i < exprs.size(); i++) {
                columns.add(
                        exprs.get(i) instanceof Expr.Input input
                                ? share(batch.getVector(input.ordinal()), input, names.get(i), allocator)
                                : evaluators
                                        .get(i)
                                        .orElseThrow()
                                        .evaluate(batch, bitmap, bitOffset, names.get(i), allocator));
            }
            return new VectorSchemaRoot(
                    columns.stream().map(FieldVector::getField).toList(), columns, batch.getRowCount());
        } catch (Throwable e) {
            columns.forEach(FieldVector::close);
            throw e;
        }
    }

    private static FieldVector share(FieldVector column, Expr.Input input, String name, BufferAllocator allocator) {
        var pair = column.getTransferPair(ArrowTypes.field(name, input.type()), allocator);
        pair.splitAndTransfer(0, column.getValueCount());
        return (FieldVector) pair.getTo();
    }
}
