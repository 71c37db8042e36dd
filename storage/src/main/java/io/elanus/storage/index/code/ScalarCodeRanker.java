package io.elanus.storage.index.code;

import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.Distances;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.util.Objects;

/// Ranks by [ScalarCodes]. The ranks order as the metric's do, up to the codes' error, but are not its values: what
/// a search returns is ranked again by the vectors.
public final class ScalarCodeRanker implements CodeRanker {
    private static final int BATCH = 16;

    private final ScalarCodes codes;
    private final int count;
    private final DistanceKernel products;
    private final Arena arena = Arena.ofShared();
    private final long query;
    private final long[] entries = new long[BATCH];
    private final float[] negatedDots = new float[BATCH];
    /// Part of the inner product that does not depend on the codes.
    private float constant;
    /// Keeps the compiler from dropping the loads that bring codes into the cache.
    @SuppressWarnings("UnusedVariable")
    private float touched;

    public ScalarCodeRanker(ScalarCodes codes, int count) {
        this.codes = codes;
        this.count = count;
        ColumnType.Vector type = new ColumnType.Vector(codes.dimension(), VectorElement.INT8);
        this.products = Distances.kernel(Metric.IP, type);
        this.query = arena.allocate(products.queryBytes(), 64).address();
    }

    @Override
    public void bind(long prepared) {
        double sum = 0;
        for (int d = 0; d < codes.dimension(); d++) {
            float x = NativeMemory.floatAt(prepared + d * 4L);
            float middle = codes.middle(d);
            float factor = codes.metric() == Metric.L2 ? x - middle : x;
            float scaled = factor * codes.step(d);
            NativeMemory.putFloat(query + d * 4L, scaled);
            sum += 0.5 * scaled + (codes.metric() == Metric.L2 ? 0 : (double) x * middle);
        }
        constant = (float) sum;
    }

    @Override
    public float rank(int number) {
        long entry = codes.entry(Objects.checkIndex(number, count));
        return rank(products.rank(query, entry + 4), NativeMemory.floatAt(entry));
    }

    @Override
    public void rank(int[] batch, int size, float[] ranks) {
        for (int from = 0; from < size; from += BATCH) {
            int run = Math.min(BATCH, size - from);
            float sum = 0;
            for (int i = 0; i < run; i++) {
                long entry = codes.entry(Objects.checkIndex(batch[from + i], count));
                entries[i] = entry + 4;
                sum += NativeMemory.floatAt(entry);
            }
            touched = sum;
            products.rankAll(query, entries, run, negatedDots);
            for (int i = 0; i < run; i++) {
                ranks[from + i] = rank(negatedDots[i], NativeMemory.floatAt(entries[i] - 4));
            }
        }
    }

    private float rank(float negatedDot, float term) {
        float dot = constant - negatedDot;
        return switch (codes.metric()) {
            case L2 -> term - 2 * dot;
            case IP -> -dot;
            case COSINE -> -dot * term;
            case L1, HAMMING, JACCARD, BM25 -> throw new IllegalStateException("No codes for " + codes.metric());
        };
    }

    @Override
    public void close() {
        arena.close();
    }
}
