package io.elanus.storage.index.code;

import io.elanus.storage.kernel.BitProducts;
import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.Arena;
import java.util.Objects;

/// Ranks by [BitCodes].
public final class BitCodeRanker implements CodeRanker {
    private static final int BATCH = 16;

    private final BitCodes codes;
    private final int count;
    private final int bits;
    private final long planeBytes;
    private final double half;
    private final Arena arena = Arena.ofShared();
    private final long transformed;
    private final long query;
    /// The product of the query with a code whose numbers are all 0, in levels.
    private float constant;
    /// Keeps the compiler from dropping the loads that bring codes into the cache.
    @SuppressWarnings("UnusedVariable")
    private float touched;

    public BitCodeRanker(BitCodes codes, int count) {
        this.codes = codes;
        this.count = count;
        this.bits = codes.bits();
        this.planeBytes = BitProducts.planeBytes(codes.padded());
        this.half = 1 << (bits - 1);
        this.transformed =
                arena.allocate(2 * codes.codes().transformedBytes(), 64).address();
        this.query = arena.allocate(BitProducts.queryBytes(codes.padded()), 64).address();
    }

    @Override
    public void bind(long prepared) {
        codes.codes().transform(prepared, transformed);
        BitProducts.prepare(transformed, codes.padded(), query);
        double sum = 0;
        for (int d = 0; d < codes.padded(); d++) {
            sum += NativeMemory.floatAt(transformed + d * 4L);
        }
        constant = (float) (sum * ResidualCodes.level(0, (int) half));
    }

    @Override
    public float rank(int number) {
        return rankEntry(codes.entry(Objects.checkIndex(number, count)));
    }

    @Override
    public void rank(int[] batch, int size, float[] ranks) {
        for (int from = 0; from < size; from += BATCH) {
            int end = Math.min(size, from + BATCH);
            float sum = 0;
            for (int i = from; i < end; i++) {
                sum += NativeMemory.floatAt(codes.entry(Objects.checkIndex(batch[i], count)));
            }
            touched = sum;
            for (int i = from; i < end; i++) {
                ranks[i] = rankEntry(codes.entry(batch[i]));
            }
        }
    }

    /// The query's own distance to the centre is the same for all and left out.
    private float rankEntry(long entry) {
        float sum = BitProducts.product(
                query, planeBytes, entry + BitCodes.HEAD_BYTES, bits, NativeMemory.floatAt(entry + 8));
        float product = constant + (float) (2 / half) * sum;
        return Math.fma(NativeMemory.floatAt(entry + 4), product, NativeMemory.floatAt(entry));
    }

    @Override
    public void close() {
        arena.close();
    }
}
