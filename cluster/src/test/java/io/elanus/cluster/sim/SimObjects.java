package io.elanus.cluster.sim;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.object.ObjectStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The object store of a world. Calls return at once; what they would have taken is added to the time of the worker
/// that made them.
final class SimObjects {
    @SuppressWarnings("ArrayRecordComponent")
    private record Stored(byte[] content, long atMillis) {}

    private final SimWorld world;
    private final TreeMap<String, Stored> objects = new TreeMap<>();

    SimObjects(SimWorld world) {
        this.world = world;
    }

    boolean holds(String key) {
        return objects.containsKey(key);
    }

    ObjectStore facade(SimProcess process) {
        return new Facade(process);
    }

    private final class Facade implements ObjectStore {
        private final SimProcess process;

        Facade(SimProcess process) {
            this.process = process;
        }

        @Override
        public void put(String key, List<ByteBuffer> content) {
            work();
            int bytes = content.stream().mapToInt(ByteBuffer::remaining).sum();
            ByteBuffer whole = ByteBuffer.allocate(bytes);
            content.forEach(part -> whole.put(part.duplicate()));
            long now = process.clock().wallMillis();
            if (objects.putIfAbsent(key, new Stored(whole.array(), now)) != null) {
                throw new StorageException(ErrorCode.OBJECT_EXISTS, "Object [%s] exists already.".formatted(key));
            }
            if (world.scheduler().chance(world.faults().stores().failAfter())) {
                throw failed(key);
            }
        }

        @Override
        public byte[] read(String key) {
            work();
            return load(key).clone();
        }

        @Override
        public byte[] read(String key, long offset, int length) {
            work();
            byte[] content = load(key);
            if (offset < 0 || offset + length > content.length) {
                throw new StorageException(
                        ErrorCode.IO_ERROR, "Object [%s] has no range [%d, +%d).".formatted(key, offset, length));
            }
            return Arrays.copyOfRange(content, (int) offset, (int) offset + length);
        }

        @Override
        public MemorySegment map(String key, Arena arena) {
            work();
            byte[] content = load(key);
            MemorySegment mapped = arena.allocate(Math.max(1, content.length), 64);
            MemorySegment.copy(content, 0, mapped, ValueLayout.JAVA_BYTE, 0, content.length);
            return mapped.asSlice(0, content.length).asReadOnly();
        }

        @Override
        public Optional<ObjectInfo> find(String key) {
            work();
            return Optional.ofNullable(objects.get(key)).map(stored -> info(key, stored));
        }

        @Override
        public List<ObjectInfo> list(String prefix) {
            work();
            return objects.subMap(prefix, prefix + Character.MAX_VALUE).entrySet().stream()
                    .map(entry -> info(entry.getKey(), entry.getValue()))
                    .toList();
        }

        @Override
        public void delete(String key) {
            work();
            objects.remove(key);
        }

        @Override
        public void close() {}

        private void work() {
            process.linger(
                    world.scheduler().delay(10_000, world.faults().stores().slowest()));
            if (world.scheduler().chance(world.faults().stores().failBefore())) {
                throw new StorageException(ErrorCode.IO_ERROR, "The object store failed an operation.");
            }
        }

        private byte[] load(String key) {
            Stored stored = objects.get(key);
            if (stored == null) {
                throw new StorageException(ErrorCode.OBJECT_NOT_FOUND, "Object [%s] does not exist.".formatted(key));
            }
            return stored.content;
        }
    }

    private static ObjectStore.ObjectInfo info(String key, Stored stored) {
        return new ObjectStore.ObjectInfo(key, stored.content.length, stored.atMillis);
    }

    private static StorageException failed(String key) {
        return new StorageException(ErrorCode.IO_ERROR, "The object store failed after writing [%s].".formatted(key));
    }
}
