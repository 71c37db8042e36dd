package io.elanus.cluster.querynode.fragment;

import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Makes the batches of an answer, one after the other. One thread at a time.
interface RowProducer extends AutoCloseable {
    /// The next batch, in the fragment's memory and owned by the caller, or null at the end.
    @Nullable
    VectorSchemaRoot produce();

    /// Does it know that [#produce] has nothing more?
    default boolean isDrained() {
        return false;
    }

    @Override
    void close();
}
