package io.elanus.sql.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetachedTest {
    @TempDir
    private Path folder;

    /// See proc(5), stat: the process, and behind its name in parentheses state, parent, group and session.
    @Test
    void aProcessHasASessionOfItsOwnAndAppendsToItsLog() throws Exception {
        assumeThat(Path.of("/usr/bin/setsid")).exists();
        assumeThat(Path.of("/proc/self/stat")).exists();
        Path log = folder.resolve("logs").resolve("member.log");
        for (int start = 1; start <= 2; start++) {
            Process process = Detached.start(List.of("/bin/sh", "-c", "cat /proc/$$/stat; exit 7"), log);
            assertThat(process.waitFor()).isEqualTo(7);
            List<String> lines = Files.readAllLines(log);
            assertThat(lines).hasSize(start);
            String[] fields = lines.getLast().replaceFirst(".*\\) ", "").split(" ");
            assertThat(fields[3]).as("session in " + lines.getLast()).isEqualTo(String.valueOf(process.pid()));
        }
    }
}
