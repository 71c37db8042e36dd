package io.elanus.storage.filter;

/// Pieces of bitmaps at any bit offset.
public final class Bitmaps {
    private Bitmaps() {}

    /// Copies `count` bits from `offset` on to the start of `target`, whose further bits in the last word become 0.
    /// Returns whether any is set.
    public static boolean read(long[] bitmap, int offset, int count, long[] target) {
        long any = 0;
        for (int i = 0; i < count; i += 64) {
            long word = word(bitmap, offset + i);
            int left = count - i;
            if (left < 64) {
                word &= (1L << left) - 1;
            }
            target[i >>> 6] = word;
            any |= word;
        }
        return any != 0;
    }

    /// Clears those of the `count` bits from `offset` on whose bit in `kept` is clear.
    public static void retain(long[] bitmap, int offset, int count, long[] kept) {
        for (int i = 0; i < count; i += 64) {
            long drop = ~kept[i >>> 6];
            int left = count - i;
            if (left < 64) {
                drop &= (1L << left) - 1;
            }
            int at = offset + i;
            int shift = at & 63;
            bitmap[at >>> 6] &= ~(drop << shift);
            if (shift != 0 && drop >>> (64 - shift) != 0) {
                bitmap[(at >>> 6) + 1] &= ~(drop >>> (64 - shift));
            }
        }
    }

    /// The 64 bits from `offset` on; 0 beyond the end.
    public static long word(long[] bitmap, int offset) {
        int index = offset >>> 6;
        int shift = offset & 63;
        long low = index < bitmap.length ? bitmap[index] >>> shift : 0;
        return shift == 0 || index + 1 >= bitmap.length ? low : low | bitmap[index + 1] << (64 - shift);
    }
}
