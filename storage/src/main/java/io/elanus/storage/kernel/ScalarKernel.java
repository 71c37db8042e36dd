package io.elanus.storage.kernel;

import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;

/// Every numeric element type and metric in plain Java: the twin that the others are tested against, and what runs
/// where vectors have no hardware.
final class ScalarKernel extends FloatQueryKernel {
    ScalarKernel(Metric metric, VectorElement element, int dimension) {
        super(metric, element, dimension);
    }

    @Override
    public float rank(long query, long vector) {
        return switch (metric) {
            case L2 -> squared(query, vector);
            case IP -> -dot(query, vector);
            case COSINE -> cosineRank(dot(query, vector), square(vector));
            case L1 -> absolute(query, vector);
            case HAMMING, JACCARD, BM25 -> throw new IllegalStateException("Not a float metric: " + metric);
        };
    }

    @Override
    public void rankFour(long query, long v0, long v1, long v2, long v3, float[] ranks, int at) {
        ranks[at] = rank(query, v0);
        ranks[at + 1] = rank(query, v1);
        ranks[at + 2] = rank(query, v2);
        ranks[at + 3] = rank(query, v3);
    }

    private float squared(long query, long vector) {
        float sum = 0;
        for (int i = 0; i < dimension; i++) {
            float d = element(query, i) - component(element, vector, i);
            sum += d * d;
        }
        return sum;
    }

    private float dot(long query, long vector) {
        float sum = 0;
        for (int i = 0; i < dimension; i++) {
            sum += element(query, i) * component(element, vector, i);
        }
        return sum;
    }

    private float square(long vector) {
        float sum = 0;
        for (int i = 0; i < dimension; i++) {
            float x = component(element, vector, i);
            sum += x * x;
        }
        return sum;
    }

    private float absolute(long query, long vector) {
        float sum = 0;
        for (int i = 0; i < dimension; i++) {
            sum += Math.abs(element(query, i) - component(element, vector, i));
        }
        return sum;
    }

    /// Component i of a packed vector.
    static float component(VectorElement element, long vector, int i) {
        return switch (element) {
            case FLOAT32 -> NativeMemory.floatAt(vector + i * 4L);
            case FLOAT16 -> Float.float16ToFloat(NativeMemory.shortAt(vector + i * 2L));
            case BFLOAT16 -> Float.intBitsToFloat(NativeMemory.shortAt(vector + i * 2L) << 16);
            case INT8 -> NativeMemory.byteAt(vector + i);
            case BINARY -> NativeMemory.byteAt(vector + (i >>> 3)) >>> (i & 7) & 1;
            case SPARSE -> throw new IllegalStateException("SPARSE has its own distance");
        };
    }
}
