package io.elanus.storage.segment;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.object.ObjectStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// Objects in a map. Mapping copies into the arena, aligned as a page would be.
final class MemoryObjectStore implements ObjectStore {
    private final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();

    @Override
    public void put(String key, List<ByteBuffer> content) {
        int bytes = content.stream().mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer all = ByteBuffer.allocate(bytes);
        content.forEach(part -> all.put(part.duplicate()));
        if (objects.putIfAbsent(key, all.array()) != null) {
            throw new StorageException(ErrorCode.OBJECT_EXISTS, "Object [%s] exists".formatted(key));
        }
    }

    /// Puts other content in place of an object: what a broken disk does.
    void damage(String key, byte[] content) {
        objects.put(key, content);
    }

    @Override
    public byte[] read(String key) {
        byte[] content = objects.get(key);
        if (content == null) {
            throw new StorageException(ErrorCode.OBJECT_NOT_FOUND, "Object [%s] does not exist".formatted(key));
        }
        return content.clone();
    }

    @Override
    public byte[] read(String key, long offset, int length) {
        return Arrays.copyOfRange(read(key), (int) offset, (int) offset + length);
    }

    @Override
    public MemorySegment map(String key, Arena arena) {
        byte[] content = read(key);
        MemorySegment memory = arena.allocate(content.length, 4096);
        memory.copyFrom(MemorySegment.ofArray(content));
        return memory.asReadOnly();
    }

    @Override
    public Optional<ObjectInfo> find(String key) {
        byte[] content = objects.get(key);
        return content == null ? Optional.empty() : Optional.of(new ObjectInfo(key, content.length, 0));
    }

    @Override
    public List<ObjectInfo> list(String prefix) {
        return objects.tailMap(prefix).entrySet().stream()
                .takeWhile(entry -> entry.getKey().startsWith(prefix))
                .map(entry -> new ObjectInfo(entry.getKey(), entry.getValue().length, 0))
                .toList();
    }

    @Override
    public void delete(String key) {
        objects.remove(key);
    }

    @Override
    public void close() {
        objects.clear();
    }
}
