package io.elanus.storage.compute;

import io.elanus.storage.filter.Expr;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Groups rows by keys and computes aggregates per group. Rows ([#add]) and partial states ([#merge]) may be mixed;
/// then the groups come out once, as partial states ([#nextPartial]) or as results ([#nextResult]). Without keys
/// there is exactly one group, also over no rows. NULL keys are equal to each other.
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class HashAggregator implements AutoCloseable {
    private final List<Expr> keys;
    private final List<AggregateCall> calls;
    private final BufferAllocator allocator;

    public HashAggregator(List<Expr> keys, List<AggregateCall> calls, BufferAllocator allocator) {
        this.keys = List.copyOf(keys);
        this.calls = List.copyOf(calls);
        this.allocator = allocator;
    }

    /// Keys as `k0…`, then the state columns of each call as `s0…`.
    public static Schema partialSchema(List<Expr> keys, List<AggregateCall> calls) {
        throw new UnsupportedOperationException("partialSchema");
    }

    /// Takes all rows of the batch, which stays with its owner.
    public void add(VectorSchemaRoot batch) {
        throw new UnsupportedOperationException("add");
    }

    /// Takes the rows whose bits are set; row i is bit `bitOffset + i`.
    public void add(VectorSchemaRoot batch, long[] bitmap, int bitOffset) {
        throw new UnsupportedOperationException("add");
    }

    /// Takes groups in the form of [#partialSchema].
    public void merge(VectorSchemaRoot partial) {
        throw new UnsupportedOperationException("merge");
    }

    /// The next groups as partial states, owned by the caller; null after the last.
    public @Nullable VectorSchemaRoot nextPartial(int maxRows) {
        throw new UnsupportedOperationException("nextPartial");
    }

    /// The next groups as keys and results named as given, owned by the caller; null after the last.
    public @Nullable VectorSchemaRoot nextResult(List<String> names, int maxRows) {
        throw new UnsupportedOperationException("nextResult");
    }

    @Override
    public void close() {}
}
