package io.elanus.storage.filter;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Expressions that make the columns of a new batch. Belongs to one thread at a time.
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class Projection {
    private final List<Evaluator> evaluators;
    private final List<String> names;

    public Projection(List<Expr> exprs, List<String> names) {
        this.evaluators = exprs.stream().map(Evaluator::compile).toList();
        this.names = List.copyOf(names);
    }

    /// A new batch owned by the caller; plain columns share the buffers of `batch`, which stays with its owner.
    public VectorSchemaRoot project(VectorSchemaRoot batch, BufferAllocator allocator) {
        throw new UnsupportedOperationException("project");
    }
}
