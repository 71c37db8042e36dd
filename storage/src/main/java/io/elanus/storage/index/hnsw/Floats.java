package io.elanus.storage.index.hnsw;

import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.Distances;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;

/// Vectors as float32, whatever they are stored as. One thread; closing frees the scratch vector.
final class Floats implements AutoCloseable {
    private final Nodes nodes;
    private final DistanceKernel kernel;
    private final Arena arena = Arena.ofConfined();
    private final long scratch;

    Floats(Nodes nodes) {
        ColumnType.Vector type = nodes.source().type();
        this.nodes = nodes;
        this.kernel = Distances.kernel(Metric.L2, type);
        this.scratch = type.element() == VectorElement.FLOAT32
                ? 0
                : arena.allocate(kernel.queryBytes(), 64).address();
    }

    /// Address of the node's elements, valid until the next call.
    long of(int node) {
        if (scratch == 0) {
            return nodes.vector(node);
        }
        kernel.prepareStored(nodes.vector(node), scratch);
        return scratch;
    }

    @Override
    public void close() {
        arena.close();
    }
}
