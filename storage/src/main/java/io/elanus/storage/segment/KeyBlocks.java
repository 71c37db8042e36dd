package io.elanus.storage.segment;

import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A [KeyFilter] on the heap.
///
/// @param words eight a block
record KeyBlocks(int[] words) {
    static KeyBlocks forKeys(int keys) {
        return new KeyBlocks(new int[(int) (KeyFilter.bytes(keys) / Integer.BYTES)]);
    }

    /// Copies a stored filter.
    static KeyBlocks copyOf(long address, long bytes) {
        var words = new int[(int) (bytes / Integer.BYTES)];
        MemorySegment.copy(NativeMemory.ALL, ValueLayout.JAVA_INT_UNALIGNED, address, words, 0, words.length);
        return new KeyBlocks(words);
    }

    void add(long hash) {
        int block = block(hash);
        for (int i = 0; i < KeyFilter.WORDS; i++) {
            words[block + i] |= KeyFilter.mask(hash, i);
        }
    }

    boolean mayContain(long hash) {
        int block = block(hash);
        for (int i = 0; i < KeyFilter.WORDS; i++) {
            if ((words[block + i] & KeyFilter.mask(hash, i)) == 0) {
                return false;
            }
        }
        return true;
    }

    long bytes() {
        return (long) words.length * Integer.BYTES;
    }

    private int block(long hash) {
        return (int) KeyFilter.blockIndex(words.length / KeyFilter.WORDS, hash) * KeyFilter.WORDS;
    }
}
