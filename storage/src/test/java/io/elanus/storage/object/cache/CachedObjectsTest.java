package io.elanus.storage.object.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.object.MappedObject;
import io.elanus.storage.object.local.LocalObjectStore;
import io.elanus.storage.setting.DataSize;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedObjectsTest {
    private static final int BLOCK = CachedObject.BLOCK;
    private static final long SEED = 20261122;

    @TempDir
    private Path folder;

    private CountingObjects remote;

    @BeforeEach
    void openRemote() {
        remote = new CountingObjects(LocalObjectStore.open(folder.resolve("remote")));
    }

    private CachedObjects open(long size, CacheConfig.WarmUp warmUp) {
        return CachedObjects.open(
                remote,
                folder.resolve("cache"),
                new CacheConfig(new DataSize(size), 100, 60, new DataSize(2L * BLOCK), warmUp));
    }

    private byte[] put(String key, int bytes) {
        byte[] content = new byte[bytes];
        new SplittableRandom(key.hashCode()).nextBytes(content);
        remote.put(key, content);
        return content;
    }

    private static byte[] read(MappedObject object, long offset, int length) {
        object.need(offset, length);
        return bytes(object.memory().asSlice(offset, length));
    }

    private static byte[] bytes(MemorySegment memory) {
        return memory.toArray(ValueLayout.JAVA_BYTE);
    }

    private static byte[] part(byte[] content, int offset, int length) {
        return java.util.Arrays.copyOfRange(content, offset, offset + length);
    }

    @Test
    void fetchesWhatIsNeededAndNothingElse() {
        byte[] content = put("a", 100 * BLOCK + 7);
        try (var cache = open(1 << 30, CacheConfig.WarmUp.NONE);
                Arena arena = Arena.ofShared()) {
            MappedObject object = cache.open("a", content.length, arena);
            assertThat(remote.bytes()).isZero();
            assertThat(read(object, 40L * BLOCK - 3, 6)).isEqualTo(part(content, 40 * BLOCK - 3, 6));
            assertThat(remote.bytes()).isEqualTo(2 * BLOCK);
            assertThat(read(object, 100L * BLOCK, 7)).isEqualTo(part(content, 100 * BLOCK, 7));
            assertThat(remote.bytes()).isEqualTo(2 * BLOCK + 7);
            assertThat(object.whole()).isFalse();
            object.need(0, content.length);
            assertThat(object.whole()).isTrue();
            assertThat(bytes(object.memory())).isEqualTo(content);
            assertThat(remote.bytes()).isEqualTo(content.length);
        }
    }

    @Test
    void readsFurtherAheadTheLongerItGoesOn() {
        byte[] content = put("a", 200 * BLOCK);
        try (var cache = open(1 << 30, CacheConfig.WarmUp.NONE);
                Arena arena = Arena.ofShared()) {
            MappedObject object = cache.open("a", -1, arena);
            for (int block = 0; block < 200; block++) {
                assertThat(read(object, (long) block * BLOCK, 10)).isEqualTo(part(content, block * BLOCK, 10));
            }
            assertThat(cache.figures().misses()).isLessThan(20);
        }
    }

    @Test
    void bringsInTheRestInTheBackground() {
        byte[] content = put("a", 300 * BLOCK);
        try (var cache = open(1 << 30, CacheConfig.WarmUp.ASYNC);
                Arena arena = Arena.ofShared()) {
            MappedObject object = cache.open("a", -1, arena);
            long end = System.nanoTime() + 20_000_000_000L;
            while (!object.whole() && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(bytes(object.memory())).isEqualTo(content);
        }
    }

    @Test
    void copiesOutliveTheProcessAndAreCheckedWhenTheyAreUsed() throws IOException {
        byte[] content = put("a", 10 * BLOCK);
        try (var cache = open(1 << 30, CacheConfig.WarmUp.NONE);
                Arena arena = Arena.ofShared()) {
            cache.map("a", arena);
        }
        long fetched = remote.bytes();
        try (var cache = open(1 << 30, CacheConfig.WarmUp.NONE);
                Arena arena = Arena.ofShared()) {
            assertThat(bytes(cache.map("a", arena))).isEqualTo(content);
            assertThat(remote.bytes()).isEqualTo(fetched);
        }
        Path copy = folder.resolve("cache")
                .resolve(CacheFolder.open(folder.resolve("cache")).file("a"));
        byte[] damaged = Files.readAllBytes(copy);
        damaged[3 * BLOCK + 5]++;
        Files.write(copy, damaged);
        Files.write(folder.resolve("cache").resolve("stray"), new byte[3]);
        try (var cache = open(1 << 30, CacheConfig.WarmUp.NONE);
                Arena arena = Arena.ofShared()) {
            assertThat(bytes(cache.map("a", arena))).isEqualTo(content);
            assertThat(remote.bytes()).isGreaterThan(fetched);
            assertThat(folder.resolve("cache").resolve("stray")).doesNotExist();
        }
    }

    @Test
    void goesOnInMemoryWhenTheDiskHasNoRoomAndSaysSoWhenThatIsFullToo() {
        byte[] content = put("a", 10 * BLOCK);
        try (var cache = open(4 * BLOCK, CacheConfig.WarmUp.NONE);
                Arena arena = Arena.ofShared()) {
            MappedObject object = cache.open("a", -1, arena);
            for (int block = 0; block < 6; block += 1) {
                int at = (block * 3) % 10 * BLOCK;
                assertThat(read(object, at, BLOCK)).isEqualTo(part(content, at, BLOCK));
            }
            assertThat(cache.figures().room().diskBytes()).isLessThanOrEqualTo(4 * BLOCK);
            assertThat(cache.figures().room().memoryBytes()).isEqualTo(2 * BLOCK);
            assertThatThrownBy(() -> object.need(8L * BLOCK, 1))
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DISK_FULL))
                    .hasMessageContaining("[a]");
            assertThat(read(object, 0, BLOCK)).isEqualTo(part(content, 0, BLOCK));
        }
    }

    @Test
    void aFolderThatTakesNoFilesDegradesToMemory() throws IOException {
        byte[] content = put("a", BLOCK + 1);
        try (var cache = open(1 << 30, CacheConfig.WarmUp.NONE);
                Arena arena = Arena.ofShared()) {
            Files.delete(folder.resolve("cache"));
            assertThat(bytes(cache.map("a", arena))).isEqualTo(content);
        }
    }

    /// Objects are opened, read and closed at random; the room is a third of what they need together.
    @Test
    void neverExceedsTheHighWatermarkNorEvictsWhatIsInUse() {
        var random = new SplittableRandom(SEED);
        var contents = new ArrayList<byte[]>();
        for (int i = 0; i < 12; i++) {
            contents.add(put("o" + i, random.nextInt(1, 6 * BLOCK)));
        }
        long limit = 12L * BLOCK;
        try (var cache = open(limit, CacheConfig.WarmUp.NONE)) {
            Map<Integer, Arena> arenas = new HashMap<>();
            Map<Integer, MappedObject> open = new HashMap<>();
            for (int step = 0; step < 4_000; step++) {
                int one = random.nextInt(contents.size());
                byte[] content = contents.get(one);
                if (!open.containsKey(one) && open.size() < 3) {
                    arenas.put(one, Arena.ofShared());
                    open.put(one, cache.open("o" + one, random.nextBoolean() ? content.length : -1, arenas.get(one)));
                } else if (open.containsKey(one) && random.nextInt(4) == 0) {
                    open.remove(one);
                    Objects.requireNonNull(arenas.remove(one)).close();
                }
                for (Map.Entry<Integer, MappedObject> used : open.entrySet()) {
                    byte[] expected = contents.get(used.getKey());
                    int offset = random.nextInt(expected.length);
                    int length = random.nextInt(expected.length - offset + 1);
                    try {
                        assertThat(read(used.getValue(), offset, length)).isEqualTo(part(expected, offset, length));
                    } catch (StorageException full) { // three large objects may need more than disk and memory have
                        assertThat(full.code()).isEqualTo(ErrorCode.DISK_FULL);
                    }
                }
                CacheFigures figures = cache.figures();
                assertThat(figures.room().diskBytes()).isBetween(0L, limit);
                assertThat(figures.room().memoryBytes()).isBetween(0L, 2L * BLOCK);
                assertThat(figures.mapped()).isEqualTo(open.size());
            }
            assertThat(cache.figures().evictedObjects()).isGreaterThan(50);
            arenas.values().forEach(Arena::close);
            assertThat(cache.figures().room().memoryBytes()).isZero();
        }
    }
}
