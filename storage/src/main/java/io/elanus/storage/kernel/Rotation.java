package io.elanus.storage.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/// A random rotation of float32 vectors that costs d log d: three rounds of random signs, then the Walsh–Hadamard
/// transform of the longest leading run of a power of two dimensions and of the trailing run as long. It spreads
/// what a vector holds evenly over its dimensions, which is what codes of one bit a dimension need.
///
/// The rotated space has [#padded] dimensions, a multiple of 16 and at least 64; those beyond the vector's own are
/// zero before. The signs lie in an index file: bit d of round r is bit d of `signs + r × padded / 8`; set:
/// negative.
///
/// Immutable. The memory of the signs belongs to the caller. Both paths give the same bits.
///
/// @param dimension of the vectors
/// @param signs address of the sign bits
public record Rotation(int dimension, long signs) {
    private static final int ROUNDS = 3;
    private static final int STEP = 16;
    private static final int LEAST = 64;
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_256;
    private static final int WIDTH = 8;
    private static final boolean VECTORS = Distances.path() == KernelPath.VECTOR;
    private static final VectorShuffle<Float> SWAP_1 = VectorShuffle.fromValues(LANES, 1, 0, 3, 2, 5, 4, 7, 6);
    private static final VectorShuffle<Float> SWAP_2 = VectorShuffle.fromValues(LANES, 2, 3, 0, 1, 6, 7, 4, 5);
    private static final VectorShuffle<Float> SWAP_4 = VectorShuffle.fromValues(LANES, 4, 5, 6, 7, 0, 1, 2, 3);
    private static final FloatVector KEEP_1 = FloatVector.fromArray(LANES, new float[] {1, -1, 1, -1, 1, -1, 1, -1}, 0);
    private static final FloatVector KEEP_2 = FloatVector.fromArray(LANES, new float[] {1, 1, -1, -1, 1, 1, -1, -1}, 0);
    private static final FloatVector KEEP_4 = FloatVector.fromArray(LANES, new float[] {1, 1, 1, 1, -1, -1, -1, -1}, 0);

    /// Dimensions of the rotated space.
    public static int padded(int dimension) {
        return Math.max(LEAST, (dimension + STEP - 1) / STEP * STEP);
    }

    public static long signBytes(int dimension) {
        return ((long) ROUNDS * padded(dimension) + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
    }

    /// Random signs, drawn from the seed.
    public static MemorySegment draw(int dimension, long seed, Arena arena) {
        MemorySegment signs = arena.allocate(signBytes(dimension), 64);
        SplittableRandom random = new SplittableRandom(seed);
        for (long at = 0; at < signs.byteSize(); at += Long.BYTES) {
            NativeMemory.putLong(signs.address() + at, random.nextLong());
        }
        return signs;
    }

    public int padded() {
        return padded(dimension);
    }

    /// Rotates the first `dimension` elements at `from` into `padded` elements at `to`, which is elsewhere.
    public void apply(long from, long to) {
        int padded = padded();
        int run = Integer.highestOneBit(padded);
        NativeMemory.copy(from, to, dimension * 4L);
        for (int d = dimension; d < padded; d++) {
            NativeMemory.putFloat(to + d * 4L, 0);
        }
        for (int round = 0; round < ROUNDS; round++) {
            flip(to, padded, signs + (long) round * padded / Byte.SIZE);
            transform(to, run);
            if (run < padded) {
                transform(to + (padded - run) * 4L, run);
            }
        }
    }

    private static void flip(long at, int count, long signs) {
        for (int d = 0; d < count; d++) {
            int bit = NativeMemory.byteAt(signs + (d >> 3)) >> (d & 7) & 1;
            NativeMemory.putInt(at + d * 4L, NativeMemory.intAt(at + d * 4L) ^ bit << 31);
        }
    }

    /// The orthonormal Walsh–Hadamard transform of `count` elements, a power of two from 64 up.
    private static void transform(long at, int count) {
        if (VECTORS) {
            withinLanes(at, count, (float) (1 / Math.sqrt(count)));
        } else {
            scaled(at, count, (float) (1 / Math.sqrt(count)));
            for (int half = 1; half < WIDTH; half *= 2) {
                butterflies(at, count, half);
            }
        }
        for (int half = WIDTH; half < count; half *= 2) {
            if (VECTORS) {
                wideButterflies(at, count, half);
            } else {
                butterflies(at, count, half);
            }
        }
    }

    private static void scaled(long at, int count, float scale) {
        for (int d = 0; d < count; d++) {
            NativeMemory.putFloat(at + d * 4L, NativeMemory.floatAt(at + d * 4L) * scale);
        }
    }

    private static void butterflies(long at, int count, int half) {
        for (int block = 0; block < count; block += 2 * half) {
            for (int i = block; i < block + half; i++) {
                float a = NativeMemory.floatAt(at + i * 4L);
                float b = NativeMemory.floatAt(at + (i + half) * 4L);
                NativeMemory.putFloat(at + i * 4L, a + b);
                NativeMemory.putFloat(at + (i + half) * 4L, a - b);
            }
        }
    }

    /// Scales, then the three steps whose partners are in the same eight lanes.
    private static void withinLanes(long at, int count, float scale) {
        for (int d = 0; d < count; d += WIDTH) {
            FloatVector x = load(at + d * 4L).mul(scale);
            x = x.fma(KEEP_1, x.rearrange(SWAP_1));
            x = x.fma(KEEP_2, x.rearrange(SWAP_2));
            x = x.fma(KEEP_4, x.rearrange(SWAP_4));
            store(x, at + d * 4L);
        }
    }

    private static void wideButterflies(long at, int count, int half) {
        for (int block = 0; block < count; block += 2 * half) {
            for (int i = block; i < block + half; i += WIDTH) {
                FloatVector a = load(at + i * 4L);
                FloatVector b = load(at + (i + half) * 4L);
                store(a.add(b), at + i * 4L);
                store(a.sub(b), at + (i + half) * 4L);
            }
        }
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(LANES, NativeMemory.ALL, address, NativeMemory.ORDER);
    }

    private static void store(FloatVector vector, long address) {
        vector.intoMemorySegment(NativeMemory.ALL, address, NativeMemory.ORDER);
    }
}
