package io.elanus.storage.segment;

import io.elanus.storage.kernel.NativeMemory;

/// A split-block Bloom filter over key hashes, in its stored form; see the file package. 16 bits a key make a wrong
/// "maybe" rarer than one in a thousand.
final class KeyFilter {
    private static final int BITS_PER_KEY = 16;
    /// Words of a block.
    static final int WORDS = 8;
    private static final int BLOCK_BYTES = 32;
    private static final int[] SALTS = {
        0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31
    };

    private KeyFilter() {}

    /// Bytes of a filter for this many keys.
    static long bytes(int keys) {
        return Math.max(1, (keys * (long) BITS_PER_KEY + 255) / 256) * BLOCK_BYTES;
    }

    static void add(long address, long bytes, long hash) {
        long block = block(address, bytes, hash);
        for (int i = 0; i < WORDS; i++) {
            long at = block + 4L * i;
            NativeMemory.putInt(at, NativeMemory.intAt(at) | mask(hash, i));
        }
    }

    static boolean mayContain(long address, long bytes, long hash) {
        long block = block(address, bytes, hash);
        for (int i = 0; i < WORDS; i++) {
            if ((NativeMemory.intAt(block + 4L * i) & mask(hash, i)) == 0) {
                return false;
            }
        }
        return true;
    }

    private static long block(long address, long bytes, long hash) {
        return address + blockIndex(bytes / BLOCK_BYTES, hash) * BLOCK_BYTES;
    }

    /// Which of the blocks a key is in.
    static long blockIndex(long blocks, long hash) {
        return ((hash >>> 32) * blocks) >>> 32;
    }

    /// The bit of a key in a word of its block.
    static int mask(long hash, int word) {
        return 1 << (((int) hash * SALTS[word]) >>> 27);
    }
}
