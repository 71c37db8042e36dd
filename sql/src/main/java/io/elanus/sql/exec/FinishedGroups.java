package io.elanus.sql.exec;

import io.elanus.storage.compute.GroupResults;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// The groups of the only shard that has any: each comes once, so its state becomes its result and nothing is held.
record FinishedGroups(RowSource states, GroupResults results, QueryContext context) implements RowSource {
    FinishedGroups(RowSource states, AggregateSource.Grouping grouping, QueryContext context) {
        this(states, new GroupResults(grouping.keys(), grouping.calls(), grouping.names()), context);
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        context.check();
        try (VectorSchemaRoot batch = states.next()) {
            return batch == null ? null : results.of(batch, context.allocator());
        }
    }

    @Override
    public void close() {
        states.close();
    }
}
