package io.elanus.cluster.querynode.fragment;

import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// The batches of several producers, one after the other. Owns them.
final class JoinedRows implements RowProducer {
    private final List<RowProducer> parts;
    private int at;

    JoinedRows(List<RowProducer> parts) {
        this.parts = List.copyOf(parts);
    }

    @Override
    public @Nullable VectorSchemaRoot produce() {
        while (at < parts.size()) {
            VectorSchemaRoot batch = parts.get(at).produce();
            if (batch != null) {
                return batch;
            }
            at++;
        }
        return null;
    }

    @Override
    public void close() {
        parts.forEach(RowProducer::close);
    }
}
