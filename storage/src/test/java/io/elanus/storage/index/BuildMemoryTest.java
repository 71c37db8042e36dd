package io.elanus.storage.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.index.VectorIndexFormat.BuiltIndex;
import io.elanus.storage.memory.AccountedArena;
import io.elanus.storage.memory.TemporaryFileArena;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Where builds take their memory.
class BuildMemoryTest {
    private static final int ROWS = 5_000;
    private static final int DIMENSION = 16;

    @TempDir
    private Path folder;

    static List<String> formats() {
        return List.of("hnsw", "ivf_pq", "diskann");
    }

    /// @param content of the files
    private record Memory(BufferAllocator account, Path content) implements BuildMonitor {
        @Override
        public Arena newScratch() {
            return new AccountedArena(account);
        }

        @Override
        public Arena newContent() {
            return new TemporaryFileArena(content, new AccountedArena(account));
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void aBuildIsTheSameInCountedMemoryAndFilesAndGivesAllBack(String name) throws IOException {
        try (TestVectors source = source();
                BufferAllocator account = new RootAllocator(64 << 20);
                BuiltIndex plain = build(name, source, BuildMonitor.NONE);
                BuiltIndex counted = build(name, source, new Memory(account, folder))) {
            assertThat(counted.bytes()).isEqualTo(plain.bytes());
            assertThat(bytes(counted)).isEqualTo(bytes(plain));
            try (Stream<Path> left = Files.list(folder)) {
                assertThat(left).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void aBuildThatDoesNotFitFailsWithTheSettingAndGivesAllBack(String name) {
        try (TestVectors source = source();
                BufferAllocator account = new RootAllocator(64 << 10)) {
            assertThatThrownBy(() -> build(name, source, new Memory(account, folder)))
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY))
                    .hasMessageContaining("memory.off-heap");
            assertThat(account.getAllocatedMemory()).isZero();
        }
    }

    private static TestVectors source() {
        return new TestVectors(
                new ColumnType.Vector(DIMENSION, VectorElement.FLOAT32), TestVectors.clustered(ROWS, DIMENSION, 1));
    }

    private static BuiltIndex build(String name, TestVectors source, BuildMonitor monitor) {
        var spec = new IndexSpec(name, source.type(), Metric.L2, Map.of());
        return new IndexFormats(BuildPool.CALLER).check(spec).build(spec, source, monitor);
    }

    private static byte[] bytes(BuiltIndex built) {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(built.bytes()));
        built.parts().forEach(part -> all.put(part.duplicate()));
        return all.array();
    }
}
