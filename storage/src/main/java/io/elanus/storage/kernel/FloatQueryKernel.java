package io.elanus.storage.kernel;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// What the kernels of all numeric element types share: the query is float32, for cosine of length one.
abstract sealed class FloatQueryKernel implements DistanceKernel
        permits Float32Kernel, Float16Kernel, BFloat16Kernel, Int8Kernel, ScalarKernel {
    final Metric metric;
    final VectorElement element;
    final int dimension;

    FloatQueryKernel(Metric metric, VectorElement element, int dimension) {
        this.metric = metric;
        this.element = element;
        this.dimension = dimension;
    }

    @Override
    public final int queryBytes() {
        return dimension * Float.BYTES;
    }

    @Override
    public final void prepare(float[] elements, long query) {
        if (elements.length != dimension) {
            throw new StorageException(
                    ErrorCode.DIMENSION_MISMATCH,
                    "The query vector has [%d] dimensions, the column has [%d]. Send a vector of the column's dimension."
                            .formatted(elements.length, dimension));
        }
        NativeMemory.putFloats(query, elements);
        if (metric == Metric.COSINE && !scaleToUnit(query)) {
            throw new StorageException(
                    ErrorCode.ZERO_VECTOR,
                    "The query is a zero vector, which has no direction, so no cosine distance. Use another metric.");
        }
    }

    @Override
    public final void prepareStored(long vector, long query) {
        switch (element) {
            case FLOAT32 -> NativeMemory.copy(vector, query, queryBytes());
            case FLOAT16, BFLOAT16, INT8 -> {
                for (int i = 0; i < dimension; i++) {
                    NativeMemory.putFloat(query + i * 4L, ScalarKernel.component(element, vector, i));
                }
            }
            case BINARY, SPARSE -> throw new IllegalStateException(element + " has its own distance");
        }
        if (metric == Metric.COSINE) {
            scaleToUnit(query);
        }
    }

    @Override
    public final float distance(float rank) {
        return metric == Metric.L2 ? (float) Math.sqrt(rank) : rank;
    }

    @Override
    public final float rankOf(float distance) {
        return metric == Metric.L2 ? distance < 0 ? -1 : distance * distance : distance;
    }

    /// False when there is nothing to scale. Sums in double: the square of a large float32 is no float32.
    private boolean scaleToUnit(long query) {
        double square = 0;
        for (int i = 0; i < dimension; i++) {
            double x = element(query, i);
            square = Math.fma(x, x, square);
        }
        if (square == 0) {
            return false;
        }
        double scale = 1 / Math.sqrt(square);
        for (int i = 0; i < dimension; i++) {
            NativeMemory.putFloat(query + i * 4L, (float) (element(query, i) * scale));
        }
        return true;
    }

    /// One minus the cosine, from the product with a query of length one and the square of the vector's own length.
    /// A stored zero vector counts as perpendicular to everything. Rounding never takes it below 0.
    static float cosineRank(float dot, float square) {
        return square > 0 ? Math.max(0, 1 - (float) (dot / Math.sqrt(square))) : 1;
    }

    static float element(long query, int i) {
        return NativeMemory.floatAt(query + i * 4L);
    }

    /// The species of a narrower type with as many lanes.
    static <E> VectorSpecies<E> narrower(Class<E> type, VectorSpecies<Float> lanes) {
        int bits = lanes.length() * (type == byte.class ? Byte.SIZE : Short.SIZE);
        return VectorSpecies.of(type, VectorShape.forBitSize(bits));
    }
}
