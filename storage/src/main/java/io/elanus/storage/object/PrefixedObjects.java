package io.elanus.storage.object;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// The objects of another store below a prefix, under what follows it. Closing it leaves the other open.
public final class PrefixedObjects implements ObjectStore {
    private final ObjectStore whole;
    private final String prefix;

    /// @param prefix ends with a slash
    public PrefixedObjects(ObjectStore whole, String prefix) {
        this.whole = whole;
        this.prefix = prefix;
    }

    @Override
    public void put(String key, List<ByteBuffer> content) {
        whole.put(prefix + key, content);
    }

    @Override
    public byte[] read(String key) {
        return whole.read(prefix + key);
    }

    @Override
    public byte[] read(String key, long offset, int length) {
        return whole.read(prefix + key, offset, length);
    }

    @Override
    public MemorySegment map(String key, Arena arena) {
        return whole.map(prefix + key, arena);
    }

    @Override
    public MappedObject open(String key, long bytes, Arena arena) {
        return whole.open(prefix + key, bytes, arena);
    }

    @Override
    public Optional<ObjectInfo> find(String key) {
        return whole.find(prefix + key).map(this::below);
    }

    @Override
    public List<ObjectInfo> list(String begin) {
        return whole.list(prefix + begin).stream().map(this::below).toList();
    }

    private ObjectInfo below(ObjectInfo info) {
        return new ObjectInfo(info.key().substring(prefix.length()), info.bytes(), info.modifiedMillis());
    }

    @Override
    public void delete(String key) {
        whole.delete(prefix + key);
    }

    @Override
    public void close() {
        // The other store is its owner's.
    }
}
