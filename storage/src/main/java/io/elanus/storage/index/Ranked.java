package io.elanus.storage.index;

/// A rank and a row (or a node) in one long that sorts by rank, then row: the rank's bits, turned so that they
/// order as signed integers do, above the row's.
public final class Ranked {
    private Ranked() {}

    public static long of(float rank, int row) {
        // A negative zero equals zero: adding zero makes it one.
        int bits = Float.floatToRawIntBits(rank + 0f);
        return ((long) ordered(bits) << 32) | (row & 0xFFFF_FFFFL);
    }

    public static float rank(long ranked) {
        return Float.intBitsToFloat(ordered((int) (ranked >> 32)));
    }

    public static int row(long ranked) {
        return (int) ranked;
    }

    /// Negative floats order backwards by their bits; their other bits are flipped. Its own inverse.
    private static int ordered(int bits) {
        return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    }
}
