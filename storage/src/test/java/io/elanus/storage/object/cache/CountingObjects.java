package io.elanus.storage.object.cache;

import io.elanus.storage.object.ObjectStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Counts the bytes that are read of another store.
public final class CountingObjects implements ObjectStore {
    private final ObjectStore store;
    private final AtomicLong bytes = new AtomicLong();

    public CountingObjects(ObjectStore store) {
        this.store = store;
    }

    public long bytes() {
        return bytes.get();
    }

    @Override
    public void put(String key, List<ByteBuffer> content) {
        store.put(key, content);
    }

    @Override
    public byte[] read(String key) {
        return counted(store.read(key));
    }

    @Override
    public byte[] read(String key, long offset, int length) {
        return counted(store.read(key, offset, length));
    }

    private byte[] counted(byte[] content) {
        bytes.addAndGet(content.length);
        return content;
    }

    @Override
    public MemorySegment map(String key, Arena arena) {
        MemorySegment mapped = store.map(key, arena);
        bytes.addAndGet(mapped.byteSize());
        return mapped;
    }

    @Override
    public Optional<ObjectInfo> find(String key) {
        return store.find(key);
    }

    @Override
    public List<ObjectInfo> list(String prefix) {
        return store.list(prefix);
    }

    @Override
    public void delete(String key) {
        store.delete(key);
    }

    @Override
    public void close() {
        store.close();
    }
}
