package io.elanus.cluster.exchange;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A batch on its way. Owns it until somebody takes it; [#release] frees it if nobody has. Any thread.
final class BatchMessage {
    private final AtomicReference<@Nullable VectorSchemaRoot> rows;

    BatchMessage(VectorSchemaRoot rows) {
        this.rows = new AtomicReference<>(rows);
    }

    /// The batch, or null if it is gone already.
    @Nullable
    VectorSchemaRoot take() {
        return rows.getAndSet(null);
    }

    void release() {
        VectorSchemaRoot left = take();
        if (left != null) {
            left.close();
        }
    }

    boolean taken() {
        return rows.get() == null;
    }
}
