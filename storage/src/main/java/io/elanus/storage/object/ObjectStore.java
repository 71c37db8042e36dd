package io.elanus.storage.object;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// Immutable blobs by key. Contract, checked for every implementation by `ObjectStoreContract`: a put is atomic (a
/// reader sees the whole object or none) and durable when it returns; of several puts of one key exactly one wins
/// and the others fail with `OBJECT_EXISTS`; a missing object fails with `OBJECT_NOT_FOUND`; errors name the key.
public interface ObjectStore extends AutoCloseable {
    /// Writes the buffers, one after the other, as a new object.
    void put(String key, List<ByteBuffer> content);

    default void put(String key, byte[] content) {
        put(key, List.of(ByteBuffer.wrap(content)));
    }

    byte[] read(String key);

    /// Reads exactly `length` bytes from `offset`; a range beyond the end is an error.
    byte[] read(String key, long offset, int length);

    /// The whole object as read-only memory that lives as long as `arena` (mapped from a local file or a local
    /// copy).
    MemorySegment map(String key, Arena arena);

    /// As [#map], of an object whose bytes may be fetched when they are needed.
    ///
    /// @param bytes its length where the caller knows it; negative: not known
    default MappedObject open(String key, long bytes, Arena arena) {
        return MappedObject.whole(map(key, arena));
    }

    Optional<ObjectInfo> find(String key);

    /// Objects whose keys start with `prefix`, in key order.
    List<ObjectInfo> list(String prefix);

    /// Deletes the object if it is there. Memory mapped from it stays valid.
    void delete(String key);

    @Override
    void close();

    record ObjectInfo(String key, long bytes, long modifiedMillis) {}
}
