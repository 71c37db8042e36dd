package io.elanus.storage.index.code;

import io.elanus.storage.kernel.BlockScan;
import io.elanus.storage.kernel.BlockScan.Planes;
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
        int padded = rotation.padded();
        int bits = planes.bits();
        double square = square(base, vector, padded);
        float perStep = square > 0 ? (float) (1 / (STEPS[bits] * Math.sqrt(square / padded))) : 0;
        int half = 1 << (bits - 1);
        int most = 2 * half - 1;
        float unit = 2f / half;
        float product = 0;
        float baseProduct = 0;
        for (int d = 0; d < padded; d += SignTable.GROUP) {
            // The codes of the group, a byte each.
            int codes = 0;
            for (int i = 0; i < SignTable.GROUP; i++) {
                float own = NativeMemory.floatAt(base + (d + i) * 4L);
                float step = NativeMemory.floatAt(vector + (d + i) * 4L) - own;
                int code = Math.clamp((int) (step * perStep + half), 0, most);
                float level = (code - half + 0.5f) * unit;
                product = Math.fma(level, step, product);
                baseProduct = Math.fma(level, own, baseProduct);
                codes |= code << Byte.SIZE * i;
            }
            putCodes(block, d / SignTable.GROUP, lane, codes);
        }
        double ratio = product > 0 ? square / product : 0;
        NativeMemory.putFloat(block + lane * 4L, BlockCodes.added(metric, square, ratio * baseProduct));
        NativeMemory.putFloat(block + (BlockScan.LANES + lane) * 4L, BlockCodes.factor(metric, ratio));
    }

    /// Square of the step from base to vector, in four sums that do not wait for each other.
    private static double square(long base, long vector, int padded) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        for (long at = 0; at < padded * 4L; at += 16) {
            float d0 = NativeMemory.floatAt(vector + at) - NativeMemory.floatAt(base + at);
            float d1 = NativeMemory.floatAt(vector + at + 4) - NativeMemory.floatAt(base + at + 4);
            float d2 = NativeMemory.floatAt(vector + at + 8) - NativeMemory.floatAt(base + at + 8);
            float d3 = NativeMemory.floatAt(vector + at + 12) - NativeMemory.floatAt(base + at + 12);
            s0 = Math.fma(d0, d0, s0);
            s1 = Math.fma(d1, d1, s1);
            s2 = Math.fma(d2, d2, s2);
            s3 = Math.fma(d3, d3, s3);
        }
        return (double) s0 + s1 + s2 + s3;
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

    /// Writes the codes of a group, a byte each, a bit of all of them to each plane.
    private void putCodes(long block, int group, int lane, int codes) {
        for (int plane = 0; plane < planes.bits(); plane++) {
            int bit = codes >>> (planes.bits() - 1 - plane) & 0x01010101;
            long at = block + BlockScan.TERM_BYTES + plane * BlockScan.codeBytes(planes.groups());
            BlockScan.putCode(at, group, lane, (bit | bit >>> 7 | bit >>> 14 | bit >>> 21) & 15);
        }
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
