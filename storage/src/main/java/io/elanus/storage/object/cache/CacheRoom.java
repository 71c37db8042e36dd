package io.elanus.storage.object.cache;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;

/// Bytes taken of disk and memory. Guarded by the cache's monitor.
final class CacheRoom {
    private final long high;
    private final long low;
    private final long memoryLimit;
    private long disk;
    private long memory;

    CacheRoom(long size, CacheConfig config) {
        this.high = percent(size, config.highWatermark());
        this.low = percent(size, config.lowWatermark());
        this.memoryLimit = config.memory().bytes();
    }

    private static long percent(long size, int share) {
        return size / 100 * share + size % 100 * share / 100;
    }

    /// How much must go before so much more fits: down to the low watermark at least. 0 when it fits.
    long toFree(long bytes) {
        return disk + bytes <= high ? 0 : disk + bytes - low;
    }

    /// False when there is no room.
    boolean takeDisk(long bytes) {
        if (disk + bytes > high) {
            return false;
        }
        disk += bytes;
        return true;
    }

    void giveDisk(long bytes) {
        disk -= bytes;
    }

    void takeMemory(String key, long bytes) {
        if (memory + bytes > memoryLimit) {
            throw new StorageException(
                    ErrorCode.DISK_FULL,
                    "There is no room for a part of object [%s]: the cache has [%d] of [%d] bytes on disk and [%d] of [%d] in memory, all in use, or the disk is full. Raise nodes.cache.size or nodes.cache.memory, or add query nodes."
                            .formatted(key, disk, high, memory, memoryLimit));
        }
        memory += bytes;
    }

    void giveMemory(long bytes) {
        memory -= bytes;
    }

    CacheFigures.Room figures() {
        return new CacheFigures.Room(disk, high, memory, memoryLimit);
    }
}
