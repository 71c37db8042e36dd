package io.elanus.storage.index.code;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.kernel.BlockScan;
import io.elanus.storage.kernel.BlockScan.Planes;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.Metric;
import java.lang.foreign.Arena;

/// Product quantisation with 4 bits (Jégou et al. 2011): the residual x - c is cut into m parts, and each part is
/// named by the nearest of its 16 words. With y the words put together, L2 is `|q - c|² + |y|² + 2 c·y - 2 q·y`:
/// only the last product depends on the query, and it is a sum over the parts, so one table serves all bases.
/// Cosine is half of that, IP is -q·c - q·y.
///
/// @param dimension of the vectors; the last part is filled up with zeros
/// @param planes one, with a group for each of the m parts
/// @param words address of the words, float32: 16 for each part, [#partDimension] elements each
public record ProductCodes(Metric metric, int dimension, Planes planes, long words) implements BlockCodes {
    private static final int WORDS = 16;

    public static int partDimension(int dimension, int m) {
        return (dimension + m - 1) / m;
    }

    public static long wordBytes(int dimension, int m) {
        return 4L * WORDS * m * partDimension(dimension, m);
    }

    public ProductCodes(Metric metric, int dimension, int m, long words) {
        this(metric, dimension, new Planes(1, m), words);
    }

    private int m() {
        return planes.groups();
    }

    private int partDimension() {
        return partDimension(dimension, m());
    }

    @Override
    public long transformedBytes() {
        return 4L * m() * partDimension();
    }

    @Override
    public void transform(long vector, long to) {
        NativeMemory.copy(vector, to, dimension * 4L);
        for (int d = dimension; d < m() * partDimension(); d++) {
            NativeMemory.putFloat(to + d * 4L, 0);
        }
    }

    /// Learns the words from residuals in transformed form.
    public void train(long residuals, int count, long seed, BuildPool pool, BuildMonitor monitor) {
        int part = partDimension();
        pool.forEachBlock(m(), 1, monitor, (_, from, to) -> {
            try (Arena arena = Arena.ofConfined()) {
                long points =
                        arena.allocate(Math.max(64, 4L * count * part), 64).address();
                for (int p = from; p < to; p++) {
                    for (int i = 0; i < count; i++) {
                        NativeMemory.copy(
                                residuals + i * transformedBytes() + 4L * p * part, points + 4L * i * part, 4L * part);
                    }
                    new KMeans(points, count, part)
                            .train(WORDS, seed + p, words + 4L * p * WORDS * part, BuildPool.CALLER, monitor);
                }
            }
        });
    }

    @Override
    public void encode(long base, long vector, long block, int lane) {
        int part = partDimension();
        double square = 0;
        double baseProduct = 0;
        for (int p = 0; p < m(); p++) {
            int word = nearestWord(base, vector, p);
            for (int d = 0; d < part; d++) {
                double y = NativeMemory.floatAt(word(p, word) + d * 4L);
                square += y * y;
                baseProduct += y * NativeMemory.floatAt(base + 4L * (p * part + d));
            }
            BlockScan.putCode(block + BlockScan.TERM_BYTES, p, lane, word);
        }
        NativeMemory.putFloat(block + lane * 4L, BlockCodes.added(metric, square, baseProduct));
        NativeMemory.putFloat(block + (BlockScan.LANES + lane) * 4L, BlockCodes.factor(metric, 1));
    }

    private long word(int part, int word) {
        return words + 4L * (part * WORDS + word) * partDimension();
    }

    private int nearestWord(long base, long vector, int p) {
        int part = partDimension();
        int nearest = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int word = 0; word < WORDS; word++) {
            double square = 0;
            for (int d = 0; d < part; d++) {
                long at = 4L * (p * part + d);
                double off = NativeMemory.floatAt(vector + at)
                        - NativeMemory.floatAt(base + at)
                        - NativeMemory.floatAt(word(p, word) + d * 4L);
                square += off * off;
            }
            if (square < least) {
                least = square;
                nearest = word;
            }
        }
        return nearest;
    }

    /// The transformed query, then 16 products for each part.
    @Override
    public long scratchBytes() {
        return 2 * transformedBytes() + 4L * WORDS * m();
    }

    @Override
    public void bind(long prepared, long scratch, long table) {
        transform(prepared, scratch);
        long products = scratch + 2 * transformedBytes();
        float widest = 0;
        float bias = 0;
        for (int p = 0; p < m(); p++) {
            float least = Float.POSITIVE_INFINITY;
            float most = Float.NEGATIVE_INFINITY;
            for (int word = 0; word < WORDS; word++) {
                float product = product(scratch, p, word);
                NativeMemory.putFloat(products + 4L * (p * WORDS + word), product);
                least = Math.min(least, product);
                most = Math.max(most, product);
            }
            widest = Math.max(widest, most - least);
            bias += least;
        }
        float scale = widest > 0 ? widest / 255 : 1;
        NativeMemory.putFloat(table, scale);
        NativeMemory.putFloat(table + 4, bias);
        for (int p = 0; p < m(); p++) {
            putEntries(products + 4L * p * WORDS, scale, table + BlockScan.TABLE_ENTRIES + (long) p * WORDS);
        }
    }

    private float product(long query, int p, int word) {
        int part = partDimension();
        float sum = 0;
        for (int d = 0; d < part; d++) {
            sum += NativeMemory.floatAt(query + 4L * (p * part + d)) * NativeMemory.floatAt(word(p, word) + d * 4L);
        }
        return sum;
    }

    private static void putEntries(long products, float scale, long entries) {
        float least = Float.POSITIVE_INFINITY;
        for (int word = 0; word < WORDS; word++) {
            least = Math.min(least, NativeMemory.floatAt(products + word * 4L));
        }
        for (int word = 0; word < WORDS; word++) {
            float above = (NativeMemory.floatAt(products + word * 4L) - least) / scale;
            NativeMemory.putByte(entries + word, (byte) (int) (above + 0.5f));
        }
    }
}
