package io.elanus.storage.kernel;

import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import jdk.incubator.vector.FloatVector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The entrance to the kernels. Which twin runs is decided once, when this class is first used.
public final class Distances {
    private static final Logger LOG = LoggerFactory.getLogger(Distances.class);

    /// Vectors of fewer bits have no lanes for the widening loads.
    private static final int LEAST_VECTOR_BITS = 256;

    private static final KernelPath PATH = probe();

    private Distances() {}

    /// The path that this machine runs.
    public static KernelPath path() {
        return PATH;
    }

    /// The kernel for vectors of this type under this metric, on this machine's path.
    public static DistanceKernel kernel(Metric metric, ColumnType.Vector type) {
        return kernel(PATH, metric, type);
    }

    /// The kernel of a chosen path, for tests and benchmarks.
    public static DistanceKernel kernel(KernelPath path, Metric metric, ColumnType.Vector type) {
        VectorElement element = type.element();
        int dimension = type.dimension();
        if (!metric.supports(element)) {
            throw new IllegalArgumentException("Metric " + metric + " has no distance for " + element);
        }
        if (element == VectorElement.SPARSE) {
            throw new IllegalArgumentException("Sparse vectors are compared by SparseDistance");
        }
        if (element == VectorElement.BINARY) {
            return new BinaryKernel(metric, dimension);
        }
        return switch (path) {
            case SCALAR -> new ScalarKernel(metric, element, dimension);
            case VECTOR ->
                switch (element) {
                    case FLOAT32 -> new Float32Kernel(metric, dimension);
                    case FLOAT16 -> new Float16Kernel(metric, dimension);
                    case BFLOAT16 -> new BFloat16Kernel(metric, dimension);
                    case INT8 -> new Int8Kernel(metric, dimension);
                    case BINARY, SPARSE -> throw new IllegalStateException(element + " was handled above");
                };
        };
    }

    private static KernelPath probe() {
        int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
        KernelPath path = bits >= LEAST_VECTOR_BITS ? KernelPath.VECTOR : KernelPath.SCALAR;
        LOG.info("Distance kernels: path={} vectorBits={}", path, bits);
        return path;
    }
}
