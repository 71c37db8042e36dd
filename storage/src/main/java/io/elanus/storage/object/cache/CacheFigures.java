package io.elanus.storage.object.cache;

/// What a cache holds and has done.
///
/// @param diskBytes of copies on disk, at most `diskLimit`
/// @param memoryBytes of parts that the disk had no room for
/// @param mapped objects in use, which stay
/// @param hits blocks that were needed and there
/// @param misses blocks that a caller waited for
/// @param fetchedBytes from the store, for callers and in the background
public record CacheFigures(
        Room room, int objects, int mapped, long hits, long misses, long fetchedBytes, long evictedObjects) {
    public record Room(long diskBytes, long diskLimit, long memoryBytes, long memoryLimit) {}
}
