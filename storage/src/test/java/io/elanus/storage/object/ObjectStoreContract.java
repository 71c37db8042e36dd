package io.elanus.storage.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [ObjectStore] does.
public abstract class ObjectStoreContract {
    protected abstract ObjectStore open() throws Exception;

    private ObjectStore objects;

    @BeforeEach
    void openStore() throws Exception {
        objects = open();
    }

    @AfterEach
    void closeStore() {
        objects.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertCode(Runnable call, ErrorCode code, String name) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(name);
    }

    @Test
    void readsWhatWasPut() {
        objects.put("a/b/c.bin", List.of(ByteBuffer.wrap(bytes("hel")), ByteBuffer.wrap(bytes("lo"))));
        assertThat(objects.read("a/b/c.bin")).isEqualTo(bytes("hello"));
        assertThat(objects.read("a/b/c.bin", 1, 3)).isEqualTo(bytes("ell"));
        assertThat(objects.find("a/b/c.bin").orElseThrow().bytes()).isEqualTo(5);
    }

    @Test
    void survivesReopening() throws Exception {
        objects.put("a", bytes("kept"));
        objects.close();
        objects = open();
        assertThat(objects.read("a")).isEqualTo(bytes("kept"));
    }

    @Test
    void refusesASecondPutAndKeepsTheFirst() {
        objects.put("a", bytes("first"));
        assertCode(() -> objects.put("a", bytes("second")), ErrorCode.OBJECT_EXISTS, "[a]");
        assertThat(objects.read("a")).isEqualTo(bytes("first"));
    }

    @Test
    void ofRacingPutsExactlyOneWins() throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            List<Callable<Boolean>> puts = IntStream.range(0, 16)
                    .<Callable<Boolean>>mapToObj(i -> () -> {
                        try {
                            objects.put("race/one", bytes("value " + i));
                            return true;
                        } catch (StorageException e) {
                            assertThat(e.code()).isEqualTo(ErrorCode.OBJECT_EXISTS);
                            return false;
                        }
                    })
                    .toList();
            int winners = 0;
            for (var outcome : threads.invokeAll(puts)) {
                winners += outcome.get() ? 1 : 0;
            }
            assertThat(winners).isOne();
        }
    }

    @Test
    void namesWhatIsMissing() {
        assertCode(() -> objects.read("no/such"), ErrorCode.OBJECT_NOT_FOUND, "[no/such]");
        assertCode(() -> objects.read("no/such", 0, 1), ErrorCode.OBJECT_NOT_FOUND, "[no/such]");
        try (Arena arena = Arena.ofConfined()) {
            assertCode(() -> objects.map("no/such", arena), ErrorCode.OBJECT_NOT_FOUND, "[no/such]");
        }
        assertThat(objects.find("no/such")).isEmpty();
    }

    @Test
    void refusesARangeBeyondTheEnd() {
        objects.put("a", bytes("12345"));
        assertCode(() -> objects.read("a", 3, 3), ErrorCode.IO_ERROR, "[a]");
    }

    @Test
    void mapsTheWholeObjectAndOutlivesItsDeletion() {
        objects.put("m", bytes("mapped"));
        objects.put("empty", new byte[0]);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment segment = objects.map("m", arena);
            objects.delete("m");
            assertThat(segment.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes("mapped"));
            assertThat(objects.map("empty", arena).byteSize()).isZero();
        }
        assertThat(objects.find("m")).isEmpty();
    }

    @Test
    void listsByPrefixInOrder() {
        objects.put("t/2/b", bytes("b"));
        objects.put("t/2/a", bytes("a"));
        objects.put("t/21", bytes("c"));
        objects.put("u", bytes("d"));
        assertThat(objects.list("t/2"))
                .extracting(ObjectStore.ObjectInfo::key)
                .containsExactly("t/2/a", "t/2/b", "t/21");
        assertThat(objects.list("t/2/")).extracting(ObjectStore.ObjectInfo::key).containsExactly("t/2/a", "t/2/b");
        assertThat(objects.list("")).hasSize(4);
        assertThat(objects.list("none/")).isEmpty();
    }

    @Test
    void deletingWhatIsNotThereIsFine() {
        objects.delete("never");
        objects.put("a", bytes("1"));
        objects.delete("a");
        objects.put("a", bytes("2"));
        assertThat(objects.read("a")).isEqualTo(bytes("2"));
    }

    /// As other programs name files: by partition, with spaces.
    @Test
    void keysMayHaveAnyCharactersButThoseThatAreDangerous() {
        String key = "year=1990/month=2/part 1 (copy), [a]+b&c%20.csv";
        objects.put(key, bytes("1"));
        assertThat(objects.read(key)).isEqualTo(bytes("1"));
        assertThat(objects.list("year=1990/"))
                .extracting(ObjectStore.ObjectInfo::key)
                .containsExactly(key);
        objects.delete(key);
        assertThat(objects.find(key)).isEmpty();
    }

    @Test
    void refusesKeysThatLeaveTheStore() {
        for (String key : List.of("../x", "/abs", "a//b", "a/./b", "", "a\nb", "a\\b", "x".repeat(513))) {
            assertThatThrownBy(() -> objects.put(key, bytes("x"))).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
