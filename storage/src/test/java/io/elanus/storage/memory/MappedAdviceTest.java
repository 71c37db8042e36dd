package io.elanus.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What Linux notes of a mapping: `rr` for random reads, `sr` for reads in order.
@EnabledOnOs(OS.LINUX)
class MappedAdviceTest {
    private static final int BYTES = 1 << 16;

    @Test
    void theSystemKnowsHowAMappingWillBeRead(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("mapped"), new byte[BYTES]);
        try (FileChannel channel = FileChannel.open(file);
                Arena arena = Arena.ofConfined()) {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, BYTES, arena);
            assumeThat(flags(mapped)).as("the system shows flags").isNotEmpty();
            MappedAdvice.random(mapped);
            assertThat(flags(mapped)).contains("rr").doesNotContain("sr");
            MappedAdvice.sequential(mapped);
            assertThat(flags(mapped)).contains("sr").doesNotContain("rr");
        }
    }

    @Test
    void memoryOfNoFileIsLeftAlone() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(BYTES);
            MappedAdvice.random(memory);
            MappedAdvice.random(MemorySegment.ofArray(new byte[8]));
            assertThat(memory.isMapped()).isFalse();
        }
    }

    private static List<String> flags(MemorySegment mapped) throws IOException {
        String start = "%x-".formatted(mapped.address());
        return Files.readAllLines(Path.of("/proc/self/smaps")).stream()
                .map(String::strip)
                .dropWhile(line -> !line.startsWith(start))
                .filter(line -> line.startsWith("VmFlags:"))
                .limit(1)
                .flatMap(line -> List.of(line.split(" +")).stream())
                .toList();
    }
}
