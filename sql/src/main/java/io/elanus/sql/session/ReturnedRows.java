package io.elanus.sql.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A change that is done, and what it tells of the rows it changed. Owns the batches that were not taken yet.
public final class ReturnedRows implements Running {
    private final String queryId;
    private final long updateCount;
    private final Deque<VectorSchemaRoot> batches;

    public ReturnedRows(String queryId, long updateCount, List<VectorSchemaRoot> batches) {
        this.queryId = queryId;
        this.updateCount = updateCount;
        this.batches = new ArrayDeque<>(batches);
    }

    @Override
    public String queryId() {
        return queryId;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        return batches.poll();
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public long updateCount() {
        return updateCount;
    }

    @Override
    public void cancel() {
        // It is done.
    }

    @Override
    public void close() {
        batches.forEach(VectorSchemaRoot::close);
        batches.clear();
    }
}
