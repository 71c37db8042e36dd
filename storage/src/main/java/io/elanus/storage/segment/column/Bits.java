package io.elanus.storage.segment.column;

import io.elanus.storage.kernel.NativeMemory;

/// Bitmaps in native memory, lowest bit of the first byte first, as Arrow has them. Never touches a byte that holds
/// none of the bits asked for.
public final class Bits {
    private Bits() {}

    /// Bytes of a bitmap of this many bits.
    public static int bytes(int bits) {
        return (bits + 7) >>> 3;
    }

    public static boolean at(long address, int bit) {
        return (NativeMemory.byteAt(address + (bit >>> 3)) >>> (bit & 7) & 1) != 0;
    }

    public static void put(long address, int bit, boolean value) {
        long at = address + (bit >>> 3);
        int mask = 1 << (bit & 7);
        int old = NativeMemory.byteAt(at);
        NativeMemory.putByte(at, (byte) (value ? old | mask : old & ~mask));
    }

    /// Sets a range of bits to one value.
    public static void fill(long address, int from, int count, boolean value) {
        int bit = from;
        int end = from + count;
        while (bit < end && (bit & 7) != 0) {
            put(address, bit++, value);
        }
        int whole = (end - bit) >>> 3;
        if (whole > 0) {
            NativeMemory.ALL.asSlice(address + (bit >>> 3), whole).fill((byte) (value ? -1 : 0));
            bit += whole << 3;
        }
        while (bit < end) {
            put(address, bit++, value);
        }
    }

    /// Copies a range of bits to any place.
    public static void copy(long from, int fromBit, long to, int toBit, int count) {
        int done = 0;
        while (done < count && ((toBit + done) & 7) != 0) {
            put(to, toBit + done, at(from, fromBit + done));
            done++;
        }
        int whole = (count - done) >>> 3;
        long source = from + ((fromBit + done) >>> 3);
        long target = to + ((toBit + done) >>> 3);
        int shift = (fromBit + done) & 7;
        if (shift == 0) {
            NativeMemory.copy(source, target, whole);
        } else {
            for (int i = 0; i < whole; i++) {
                int low = (NativeMemory.byteAt(source + i) & 0xFF) >>> shift;
                int high = NativeMemory.byteAt(source + i + 1) << (8 - shift);
                NativeMemory.putByte(target + i, (byte) (low | high));
            }
        }
        done += whole << 3;
        while (done < count) {
            put(to, toBit + done, at(from, fromBit + done));
            done++;
        }
    }

    /// How many of the first `count` bits are set.
    public static int cardinality(long address, int count) {
        int set = 0;
        int words = count >>> 6;
        for (int i = 0; i < words; i++) {
            set += Long.bitCount(NativeMemory.longAt(address + ((long) i << 3)));
        }
        for (int bit = words << 6; bit < count; bit++) {
            set += at(address, bit) ? 1 : 0;
        }
        return set;
    }
}
