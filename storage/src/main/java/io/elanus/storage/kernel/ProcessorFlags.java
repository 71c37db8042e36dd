package io.elanus.storage.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What the processor says that it can do, where the operating system tells: the Vector API does not say which of
/// its operations are instructions.
final class ProcessorFlags {
    private static final Path LISTED = Path.of("/proc/cpuinfo");

    private ProcessorFlags() {}

    /// False also when nothing is known.
    static boolean has(String flag) {
        try (Stream<String> lines = Files.lines(LISTED)) {
            return lines.filter(line -> line.startsWith("flags"))
                    .findFirst()
                    .map(line -> List.of(line.split("\\s+")).contains(flag))
                    .orElse(false);
        } catch (IOException _) {
            return false;
        }
    }
}
