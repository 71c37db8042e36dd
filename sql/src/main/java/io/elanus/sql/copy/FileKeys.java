package io.elanus.sql.copy;

import io.elanus.storage.segment.KeyReader;
import io.elanus.storage.visibility.Keys;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/// The keys of a load so far: a hash table off the heap. Numbers are kept as they are, other keys as 128 bits of
/// their SHA-256, which no two keys share. Belongs to one thread, which closes it.
final class FileKeys implements AutoCloseable {
    private static final int FIRST_SLOTS = 1 << 16;

    private final BufferAllocator allocator;
    private final boolean numbers;
    private final int slotBytes;
    private final MessageDigest sha;
    private ArrowBuf slots;
    private long mask = FIRST_SLOTS - 1;
    private long count;
    private boolean hasZero;

    /// @param numbers are the keys integers?
    FileKeys(boolean numbers, BufferAllocator allocator) {
        this.numbers = numbers;
        this.allocator = allocator;
        this.slotBytes = numbers ? Long.BYTES : 2 * Long.BYTES;
        try {
            this.sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
        this.slots = empty(FIRST_SLOTS);
    }

    private ArrowBuf empty(long size) {
        ArrowBuf made = allocator.buffer(size * slotBytes);
        made.setZero(0, size * slotBytes);
        return made;
    }

    /// Adds the key of a row; false if it is there.
    boolean add(KeyReader keys, int row) {
        byte[] key = keys.key(row);
        long first;
        long second = 0;
        if (numbers) {
            first = Keys.toLong(key);
        } else {
            ByteBuffer digest = ByteBuffer.wrap(sha.digest(key));
            first = digest.getLong();
            second = digest.getLong();
        }
        if (first == 0 && second == 0) {
            boolean fresh = !hasZero;
            hasZero = true;
            return fresh;
        }
        if (2 * count > mask) {
            grow();
        }
        boolean added = put(slots, mask, first, second);
        count += added ? 1 : 0;
        return added;
    }

    private boolean put(ArrowBuf target, long lastSlot, long first, long second) {
        long slot = mixed(first) & lastSlot;
        while (true) {
            long at = slot * slotBytes;
            long there = target.getLong(at);
            long thereToo = numbers ? 0 : target.getLong(at + Long.BYTES);
            if (there == 0 && thereToo == 0) {
                target.setLong(at, first);
                if (!numbers) {
                    target.setLong(at + Long.BYTES, second);
                }
                return true;
            }
            if (there == first && thereToo == second) {
                return false;
            }
            slot = slot + 1 & lastSlot;
        }
    }

    private void grow() {
        long size = (mask + 1) * 4;
        ArrowBuf larger = empty(size);
        for (long slot = 0; slot <= mask; slot++) {
            long first = slots.getLong(slot * slotBytes);
            long second = numbers ? 0 : slots.getLong(slot * slotBytes + Long.BYTES);
            if (first != 0 || second != 0) {
                put(larger, size - 1, first, second);
            }
        }
        slots.close();
        slots = larger;
        mask = size - 1;
    }

    /// The last step of murmur3.
    private static long mixed(long key) {
        long x = key;
        x ^= x >>> 33;
        x *= 0xff51afd7ed558ccdL;
        x ^= x >>> 33;
        x *= 0xc4ceb9fe1a85ec53L;
        return x ^ x >>> 33;
    }

    @Override
    public void close() {
        slots.close();
    }
}
