package io.elanus.storage.index.code;

import io.elanus.storage.kernel.BlockScan;
import io.elanus.storage.kernel.BlockScan.Planes;
import io.elanus.storage.kernel.LevelRounding;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.kernel.Rotation;
import io.elanus.storage.kernel.SignTable;
import io.elanus.storage.type.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A few bits a dimension (RaBitQ, Gao and Long 2024; with more bits as Gao et al. 2025).
///
/// A code stands for a vector y of levels: P (x - c) rounded to odd multiples of half a step, where c is the base,
/// x the vector and P a random [Rotation]; with one bit, the signs. With r = |x - c| the product of x - c with any
/// w is estimated as r² / (y · P (x - c)) × (y · P w), without bias; one bit is off by about r |w| / √d, each more
/// halves that. Near the query, where c is near, both factors are small: codes relative to a near base err less
/// where it matters. With w = q - c, L2 follows as `r² + |q - c|² - 2 r² / (y · P (x - c)) × (y · P q - y · P c)`:
/// the search knows |q - c|², the table of the query gives y · P q, and the rest stands in two numbers per code.
/// Cosine is half of L2 between vectors of length one. IP is -q·c - q·(x - c).
///
/// @param centre address of a float32 vector that is subtracted from vectors and queries: their mean, which keeps
///     the table's steps small; zeros for IP
/// @param planes bits a dimension, and groups of four dimensions
public record ResidualCodes(Metric metric, Rotation rotation, long centre, Planes planes) implements BlockCodes {
    /// The step of the best uniform quantiser of a normal distribution, in standard deviations, by bits.
    private static final double[] STEPS = {0, 1.6, 0.996, 0.586, 0.335};

    private static final LevelRounding ROUNDING = LevelRounding.preferred();

    private static final long ROTATION_SEED = 20_240_521;

    public static Planes planes(int dimension, int bits) {
        return new Planes(bits, SignTable.groups(Rotation.padded(dimension)));
    }

    public static MemorySegment drawSigns(int dimension, Arena file) {
        return Rotation.draw(dimension, ROTATION_SEED, file);
    }

    @Override
    public long transformedBytes() {
        return rotation.padded() * 4L;
    }

    @Override
    public void transform(long vector, long to) {
        center(vector, to + transformedBytes());
        rotation.apply(to + transformedBytes(), to);
    }

    private void center(long vector, long to) {
        for (int d = 0; d < rotation.dimension(); d++) {
            float x = NativeMemory.floatAt(vector + d * 4L) - NativeMemory.floatAt(centre + d * 4L);
            NativeMemory.putFloat(to + d * 4L, x);
        }
    }

    @Override
    public void encode(long base, long vector, long block, int lane) {
        int bits = planes.bits();
        double square = ROUNDING.square(base, vector, planes);
        float perStep = square > 0 ? (float) (1 / (STEPS[bits] * Math.sqrt(square / rotation.padded()))) : 0;
        float[] products = new float[2];
        ROUNDING.round(base, vector, perStep, planes, block, lane, products);
        double ratio = products[0] > 0 ? square / products[0] : 0;
        NativeMemory.putFloat(block + lane * 4L, BlockCodes.added(metric, square, ratio * products[1]));
        NativeMemory.putFloat(block + (BlockScan.LANES + lane) * 4L, BlockCodes.factor(metric, ratio));
    }

    /// Takes the number of each dimension.
    @FunctionalInterface
    interface Codes {
        void put(int d, int code);
    }

    /// The two numbers that stand with a code.
    ///
    /// @param total of the code's numbers
    record Encoded(float added, float factor, float total) {}

    /// What a dimension's number stands for, in half steps of the quantiser.
    static double level(int code, int half) {
        return (code - half + 0.5) / half * 2;
    }

    /// Rounds the step from base to vector, both transformed.
    Encoded levels(long base, long vector, Codes to) {
        int bits = planes.bits();
        int padded = rotation.padded();
        double square = 0;
        for (int d = 0; d < padded; d++) {
            double step = NativeMemory.floatAt(vector + d * 4L) - NativeMemory.floatAt(base + d * 4L);
            square += step * step;
        }
        // The code stands for levels: the odd multiples of half a step that are nearest.
        double perStep = square > 0 ? 1 / (STEPS[bits] * Math.sqrt(square / padded)) : 0;
        int half = 1 << (bits - 1);
        double product = 0;
        double baseProduct = 0;
        double total = 0;
        for (int d = 0; d < padded; d++) {
            float own = NativeMemory.floatAt(base + d * 4L);
            float step = NativeMemory.floatAt(vector + d * 4L) - own;
            int code = Math.clamp((int) Math.floor(step * perStep) + half, 0, 2 * half - 1);
            double level = level(code, half);
            product += level * step;
            baseProduct += level * own;
            total += code;
            to.put(d, code);
        }
        double ratio = product > 0 ? square / product : 0;
        return new Encoded(
                BlockCodes.added(metric, square, ratio * baseProduct), BlockCodes.factor(metric, ratio), (float) total);
    }

    @Override
    public long scratchBytes() {
        return 2 * transformedBytes();
    }

    @Override
    public void bind(long prepared, long scratch, long table) {
        transform(prepared, scratch);
        SignTable.fill(scratch, rotation.padded(), table);
    }
}
