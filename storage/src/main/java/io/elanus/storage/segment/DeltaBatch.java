package io.elanus.storage.segment;

import io.elanus.storage.type.HybridTime;
import java.util.Arrays;

/// Later writes, as (canonical key, timestamp) pairs: what an L0 segment holds. For one thread at a time.
public final class DeltaBatch {
    private static final int INITIAL = 64;

    private byte[][] keys = new byte[INITIAL][];
    private long[] timestamps = new long[INITIAL];
    private int size;
    private long keyBytes;
    private long minTs = HybridTime.MAX;
    private long maxTs = HybridTime.MIN;

    /// Adds a pair. The array is kept.
    public void add(byte[] key, long ts) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, 2 * size);
            timestamps = Arrays.copyOf(timestamps, 2 * size);
        }
        keys[size] = key;
        timestamps[size] = ts;
        size++;
        keyBytes += key.length;
        minTs = Math.min(minTs, ts);
        maxTs = Math.max(maxTs, ts);
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /// The canonical key of pair i; not to be changed.
    public byte[] key(int i) {
        return keys[i];
    }

    public long ts(int i) {
        return timestamps[i];
    }

    /// Bytes of all keys together.
    public long keyBytes() {
        return keyBytes;
    }

    /// [HybridTime#MAX] when empty.
    public long minTs() {
        return minTs;
    }

    /// 0 when empty.
    public long maxTs() {
        return maxTs;
    }

    /// Heap it takes, roughly.
    public long memoryBytes() {
        return keyBytes + size * 32L;
    }
}
