package io.elanus.storage.segment;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// XXH64 with seed 0 of a canonical key. Stored key filters depend on it, so it never changes.
final class KeyHash {
    private static final long PRIME1 = 0x9E3779B185EBCA87L;
    private static final long PRIME2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME3 = 0x165667B19E3779F9L;
    private static final long PRIME4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME5 = 0x27D4EB2F165667C5L;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private KeyHash() {}

    static long of(byte[] key) {
        return of(key, key.length);
    }

    /// Of the first bytes of an array.
    @SuppressWarnings("ConstantOverflow")
    static long of(byte[] key, int length) {
        int at = 0;
        long hash;
        if (length >= 32) {
            long a = PRIME1 + PRIME2;
            long b = PRIME2;
            long c = 0;
            long d = -PRIME1;
            for (; at <= length - 32; at += 32) {
                a = round(a, (long) LONG.get(key, at));
                b = round(b, (long) LONG.get(key, at + 8));
                c = round(c, (long) LONG.get(key, at + 16));
                d = round(d, (long) LONG.get(key, at + 24));
            }
            hash = Long.rotateLeft(a, 1) + Long.rotateLeft(b, 7) + Long.rotateLeft(c, 12) + Long.rotateLeft(d, 18);
            hash = merge(merge(merge(merge(hash, a), b), c), d);
        } else {
            hash = PRIME5;
        }
        return tail(key, at, length, hash + length);
    }

    private static long tail(byte[] key, int from, int length, long start) {
        long hash = start;
        int at = from;
        for (; at <= length - 8; at += 8) {
            hash ^= round(0, (long) LONG.get(key, at));
            hash = Long.rotateLeft(hash, 27) * PRIME1 + PRIME4;
        }
        if (at <= length - 4) {
            hash ^= ((int) INT.get(key, at) & 0xFFFFFFFFL) * PRIME1;
            hash = Long.rotateLeft(hash, 23) * PRIME2 + PRIME3;
            at += 4;
        }
        for (; at < length; at++) {
            hash ^= (key[at] & 0xFF) * PRIME5;
            hash = Long.rotateLeft(hash, 11) * PRIME1;
        }
        hash = (hash ^ (hash >>> 33)) * PRIME2;
        hash = (hash ^ (hash >>> 29)) * PRIME3;
        return hash ^ (hash >>> 32);
    }

    private static long round(long lane, long input) {
        return Long.rotateLeft(lane + input * PRIME2, 31) * PRIME1;
    }

    private static long merge(long hash, long lane) {
        return (hash ^ round(0, lane)) * PRIME1 + PRIME4;
    }
}
