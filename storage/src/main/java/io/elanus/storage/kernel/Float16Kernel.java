package io.elanus.storage.kernel;

import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// FLOAT16 vectors, by the Vector API.
///
/// A half widened to 32 bits and shifted left by 13 has its fields where a float has them, its exponent 112 too
/// low; a product with 2^112 puts that right, for subnormal halves too. Infinities and NaN are never stored.
final class Float16Kernel extends FloatQueryKernel {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
    private static final int WIDTH = LANES.length();
    private static final VectorSpecies<Short> PACKED = FloatQueryKernel.narrower(short.class, LANES);
    private static final VectorSpecies<Integer> WIDE = IntVector.SPECIES_PREFERRED;
    /// Sign, exponent and fraction after the shift; the copies of the sign between them are cleared.
    private static final int FIELDS = 0x8FFF_E000;
    private static final float EXPONENT = 0x1p112f;

    Float16Kernel(Metric metric, int dimension) {
        super(metric, VectorElement.FLOAT16, dimension);
    }

    @Override
    public float rank(long query, long vector) {
        int n = dimension;
        return switch (metric) {
            case L2 -> squared(query, vector, n);
            case IP -> -dot(query, vector, n);
            case COSINE -> cosine(query, vector, n);
            case L1 -> absolute(query, vector, n);
            case HAMMING, JACCARD, BM25 -> throw new IllegalStateException("Not a float metric: " + metric);
        };
    }

    @Override
    public void rankFour(long query, long v0, long v1, long v2, long v3, float[] ranks, int at) {
        switch (metric) {
            case L2 -> squaredFour(query, v0, v1, v2, v3, ranks, at);
            case IP -> dotFour(query, v0, v1, v2, v3, ranks, at);
            case COSINE -> cosineFour(query, v0, v1, v2, v3, ranks, at);
            case L1 -> absoluteFour(query, v0, v1, v2, v3, ranks, at);
            case HAMMING, JACCARD, BM25 -> throw new IllegalStateException("Not a float metric: " + metric);
        }
    }

    private static FloatVector stored(long v, int i) {
        return ShortVector.fromMemorySegment(PACKED, NativeMemory.ALL, v + i * 2L, NativeMemory.ORDER)
                .convertShape(VectorOperators.S2I, WIDE, 0)
                .reinterpretAsInts()
                .lanewise(VectorOperators.LSHL, 13)
                .and(FIELDS)
                .reinterpretAsFloats()
                .mul(EXPONENT);
    }

    private static float component(long v, int i) {
        return Float.float16ToFloat(NativeMemory.shortAt(v + i * 2L));
    }

    private static float squared(long q, long v, int n) {
        NativeMemory.expectFaults(v);
        FloatVector s0 = FloatVector.zero(LANES);
        FloatVector s1 = FloatVector.zero(LANES);
        int i = 0;
        for (; i <= n - 2 * WIDTH; i += 2 * WIDTH) {
            FloatVector d = query(q, i).sub(stored(v, i));
            s0 = d.fma(d, s0);
            FloatVector d1 = query(q, (i + WIDTH)).sub(stored(v, (i + WIDTH)));
            s1 = d1.fma(d1, s1);
        }
        for (; i <= n - WIDTH; i += WIDTH) {
            FloatVector d = query(q, i).sub(stored(v, i));
            s0 = d.fma(d, s0);
        }
        float sum = s0.add(s1).reduceLanes(VectorOperators.ADD);
        for (; i < n; i++) {
            sum = squareStep(sum, q, v, i);
        }
        return sum;
    }

    private static float dot(long q, long v, int n) {
        NativeMemory.expectFaults(v);
        FloatVector s0 = FloatVector.zero(LANES);
        FloatVector s1 = FloatVector.zero(LANES);
        int i = 0;
        for (; i <= n - 2 * WIDTH; i += 2 * WIDTH) {
            s0 = query(q, i).fma(stored(v, i), s0);
            s1 = query(q, (i + WIDTH)).fma(stored(v, (i + WIDTH)), s1);
        }
        for (; i <= n - WIDTH; i += WIDTH) {
            s0 = query(q, i).fma(stored(v, i), s0);
        }
        float sum = s0.add(s1).reduceLanes(VectorOperators.ADD);
        for (; i < n; i++) {
            sum = Math.fma(element(q, i), component(v, i), sum);
        }
        return sum;
    }

    private static float absolute(long q, long v, int n) {
        NativeMemory.expectFaults(v);
        FloatVector s0 = FloatVector.zero(LANES);
        FloatVector s1 = FloatVector.zero(LANES);
        int i = 0;
        for (; i <= n - 2 * WIDTH; i += 2 * WIDTH) {
            s0 = query(q, i).sub(stored(v, i)).abs().add(s0);
            s1 = query(q, (i + WIDTH)).sub(stored(v, (i + WIDTH))).abs().add(s1);
        }
        for (; i <= n - WIDTH; i += WIDTH) {
            s0 = query(q, i).sub(stored(v, i)).abs().add(s0);
        }
        float sum = s0.add(s1).reduceLanes(VectorOperators.ADD);
        for (; i < n; i++) {
            sum += Math.abs(element(q, i) - component(v, i));
        }
        return sum;
    }

    private static float cosine(long q, long v, int n) {
        NativeMemory.expectFaults(v);
        FloatVector dots = FloatVector.zero(LANES);
        FloatVector squares = FloatVector.zero(LANES);
        int i = 0;
        for (; i <= n - WIDTH; i += WIDTH) {
            FloatVector x = stored(v, i);
            dots = query(q, i).fma(x, dots);
            squares = x.fma(x, squares);
        }
        float dot = dots.reduceLanes(VectorOperators.ADD);
        float square = squares.reduceLanes(VectorOperators.ADD);
        for (; i < n; i++) {
            float x = component(v, i);
            dot = Math.fma(element(q, i), x, dot);
            square = Math.fma(x, x, square);
        }
        return cosineRank(dot, square);
    }

    private void squaredFour(long q, long v0, long v1, long v2, long v3, float[] ranks, int at) {
        NativeMemory.expectFaults(v0);
        int n = dimension;
        FloatVector s0 = FloatVector.zero(LANES);
        FloatVector s1 = FloatVector.zero(LANES);
        FloatVector s2 = FloatVector.zero(LANES);
        FloatVector s3 = FloatVector.zero(LANES);
        int i = 0;
        for (; i <= n - WIDTH; i += WIDTH) {
            FloatVector x = query(q, i);
            FloatVector d0 = x.sub(stored(v0, i));
            s0 = d0.fma(d0, s0);
            FloatVector d1 = x.sub(stored(v1, i));
            s1 = d1.fma(d1, s1);
            FloatVector d2 = x.sub(stored(v2, i));
            s2 = d2.fma(d2, s2);
            FloatVector d3 = x.sub(stored(v3, i));
            s3 = d3.fma(d3, s3);
        }
        float f0 = s0.reduceLanes(VectorOperators.ADD);
        float f1 = s1.reduceLanes(VectorOperators.ADD);
        float f2 = s2.reduceLanes(VectorOperators.ADD);
        float f3 = s3.reduceLanes(VectorOperators.ADD);
        for (; i < n; i++) {
            f0 = squareStep(f0, q, v0, i);
            f1 = squareStep(f1, q, v1, i);
            f2 = squareStep(f2, q, v2, i);
            f3 = squareStep(f3, q, v3, i);
        }
        ranks[at] = f0;
        ranks[at + 1] = f1;
        ranks[at + 2] = f2;
        ranks[at + 3] = f3;
    }

    private void dotFour(long q, long v0, long v1, long v2, long v3, float[] ranks, int at) {
        NativeMemory.expectFaults(v0);
        int n = dimension;
        FloatVector s0 = FloatVector.zero(LANES);
        FloatVector s1 = FloatVector.zero(LANES);
        FloatVector s2 = FloatVector.zero(LANES);
        FloatVector s3 = FloatVector.zero(LANES);
        int i = 0;
        for (; i <= n - WIDTH; i += WIDTH) {
            FloatVector x = query(q, i);
            s0 = x.fma(stored(v0, i), s0);
            s1 = x.fma(stored(v1, i), s1);
            s2 = x.fma(stored(v2, i), s2);
            s3 = x.fma(stored(v3, i), s3);
        }
        float f0 = s0.reduceLanes(VectorOperators.ADD);
        float f1 = s1.reduceLanes(VectorOperators.ADD);
        float f2 = s2.reduceLanes(VectorOperators.ADD);
        float f3 = s3.reduceLanes(VectorOperators.ADD);
        for (; i < n; i++) {
            f0 = Math.fma(element(q, i), component(v0, i), f0);
            f1 = Math.fma(element(q, i), component(v1, i), f1);
            f2 = Math.fma(element(q, i), component(v2, i), f2);
            f3 = Math.fma(element(q, i), component(v3, i), f3);
        }
        ranks[at] = -f0;
        ranks[at + 1] = -f1;
        ranks[at + 2] = -f2;
        ranks[at + 3] = -f3;
    }

    private void absoluteFour(long q, long v0, long v1, long v2, long v3, float[] ranks, int at) {
        NativeMemory.expectFaults(v0);
        int n = dimension;
        FloatVector s0 = FloatVector.zero(LANES);
        FloatVector s1 = FloatVector.zero(LANES);
        FloatVector s2 = FloatVector.zero(LANES);
        FloatVector s3 = FloatVector.zero(LANES);
        int i = 0;
        for (; i <= n - WIDTH; i += WIDTH) {
            FloatVector x = query(q, i);
            s0 = x.sub(stored(v0, i)).abs().add(s0);
            s1 = x.sub(stored(v1, i)).abs().add(s1);
            s2 = x.sub(stored(v2, i)).abs().add(s2);
            s3 = x.sub(stored(v3, i)).abs().add(s3);
        }
        float f0 = s0.reduceLanes(VectorOperators.ADD);
        float f1 = s1.reduceLanes(VectorOperators.ADD);
        float f2 = s2.reduceLanes(VectorOperators.ADD);
        float f3 = s3.reduceLanes(VectorOperators.ADD);
        for (; i < n; i++) {
            f0 += Math.abs(element(q, i) - component(v0, i));
            f1 += Math.abs(element(q, i) - component(v1, i));
            f2 += Math.abs(element(q, i) - component(v2, i));
            f3 += Math.abs(element(q, i) - component(v3, i));
        }
        ranks[at] = f0;
        ranks[at + 1] = f1;
        ranks[at + 2] = f2;
        ranks[at + 3] = f3;
    }

    private void cosineFour(long q, long v0, long v1, long v2, long v3, float[] ranks, int at) {
        NativeMemory.expectFaults(v0);
        ranks[at] = cosine(q, v0, dimension);
        ranks[at + 1] = cosine(q, v1, dimension);
        ranks[at + 2] = cosine(q, v2, dimension);
        ranks[at + 3] = cosine(q, v3, dimension);
    }

    private static FloatVector query(long q, int i) {
        return FloatVector.fromMemorySegment(LANES, NativeMemory.ALL, q + i * 4L, NativeMemory.ORDER);
    }

    private static float squareStep(float sum, long q, long v, int i) {
        float d = element(q, i) - component(v, i);
        return Math.fma(d, d, sum);
    }
}
