package io.elanus.storage.index.code;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A byte per dimension: x ≈ middle + step × code, with a middle and a step for each dimension that span its range.
/// A search then reads a quarter of the bytes of float32 vectors.
///
/// Every metric comes down to one inner product of signed bytes with a query that has the steps multiplied in, and
/// one number per vector, its *term*: L2 the square of its distance to the middle, cosine one over its length, IP
/// none (0). The product is the INT8 kernel's.
///
/// @param scales address of the middles, then the steps, float32
/// @param codes address of the entries: the term, float32, then the codes, filled up to a multiple of 4 bytes
public record ScalarCodes(Metric metric, int dimension, long scales, long codes) {
    private static final int BLOCK = 1024;
    private static final float HALF_RANGE = 127.5f;

    public static long scaleBytes(int dimension) {
        return dimension * 8L;
    }

    public static int entryBytes(int dimension) {
        return 4 + (dimension + 3) / 4 * 4;
    }

    long entry(int number) {
        return codes + (long) number * entryBytes(dimension);
    }

    float middle(int d) {
        return NativeMemory.floatAt(scales + d * 4L);
    }

    float step(int d) {
        return NativeMemory.floatAt(scales + (dimension + d) * 4L);
    }

    /// Finds the range of every dimension and writes it.
    public static MemorySegment measure(PreparedVectors vectors, BuildPool pool, BuildMonitor monitor, Arena file) {
        int dimension = vectors.dimension();
        float[] least = new float[dimension];
        float[] most = new float[dimension];
        Arrays.fill(least, Float.POSITIVE_INFINITY);
        Arrays.fill(most, Float.NEGATIVE_INFINITY);
        Object together = new Object();
        pool.forEachBlock(vectors.count(), BLOCK, monitor, (_, from, to) -> {
            float[] low = new float[dimension];
            float[] high = new float[dimension];
            Arrays.fill(low, Float.POSITIVE_INFINITY);
            Arrays.fill(high, Float.NEGATIVE_INFINITY);
            try (Arena arena = Arena.ofConfined()) {
                long vector = arena.allocate(dimension * 4L, 64).address();
                for (int number = from; number < to; number++) {
                    vectors.prepare(number, vector);
                    for (int d = 0; d < dimension; d++) {
                        float x = NativeMemory.floatAt(vector + d * 4L);
                        low[d] = Math.min(low[d], x);
                        high[d] = Math.max(high[d], x);
                    }
                }
            }
            synchronized (together) {
                for (int d = 0; d < dimension; d++) {
                    least[d] = Math.min(least[d], low[d]);
                    most[d] = Math.max(most[d], high[d]);
                }
            }
        });
        MemorySegment scales = file.allocate(scaleBytes(dimension), 64);
        for (int d = 0; d < dimension; d++) {
            boolean any = least[d] <= most[d];
            // Halved before they are added or subtracted: the sum of two large float32 is no float32.
            float middle = any ? least[d] / 2 + most[d] / 2 : 0;
            float step = any ? (most[d] / 2 - least[d] / 2) / HALF_RANGE : 0;
            NativeMemory.putFloat(scales.address() + d * 4L, middle);
            NativeMemory.putFloat(scales.address() + (dimension + d) * 4L, step);
        }
        return scales;
    }

    /// Writes the entries of all vectors.
    public static MemorySegment encode(
            Metric metric,
            PreparedVectors vectors,
            MemorySegment scales,
            BuildPool pool,
            BuildMonitor monitor,
            Arena file) {
        int dimension = vectors.dimension();
        long bytes = (long) vectors.count() * entryBytes(dimension);
        MemorySegment section = file.allocate(Math.max(64, bytes), 64).asSlice(0, bytes);
        ScalarCodes codes = new ScalarCodes(metric, dimension, scales.address(), section.address());
        pool.forEachBlock(vectors.count(), BLOCK, monitor, (_, from, to) -> {
            try (Arena arena = Arena.ofConfined()) {
                long vector = arena.allocate(dimension * 4L, 64).address();
                for (int number = from; number < to; number++) {
                    vectors.prepare(number, vector);
                    codes.encode(vector, codes.entry(number));
                }
            }
        });
        return section;
    }

    private void encode(long vector, long entry) {
        double square = 0;
        double centered = 0;
        for (int d = 0; d < dimension; d++) {
            float x = NativeMemory.floatAt(vector + d * 4L);
            float step = step(d);
            // Codes from -128 to 127 stand half a step above their number.
            int code = step == 0 ? 0 : (int) Math.floor((x - middle(d)) / step);
            byte stored = (byte) Math.clamp(code, Byte.MIN_VALUE, Byte.MAX_VALUE);
            double decoded = step == 0 ? 0 : (stored + 0.5) * step;
            NativeMemory.putByte(entry + 4 + d, stored);
            centered += decoded * decoded;
            square += (decoded + middle(d)) * (decoded + middle(d));
        }
        double term = switch (metric) {
            case L2 -> centered;
            case COSINE -> square > 0 ? 1 / Math.sqrt(square) : 0;
            case IP -> 0;
            case L1, HAMMING, JACCARD, BM25 -> throw new IllegalStateException("No codes for " + metric);
        };
        NativeMemory.putFloat(entry, (float) term);
    }
}
