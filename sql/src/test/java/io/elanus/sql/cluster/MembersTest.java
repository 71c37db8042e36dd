package io.elanus.sql.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.sql.server.ProgramCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MembersTest {
    /// A JVM refuses flags that do not go together, such as a heap that is larger at its start than at its end.
    @ParameterizedTest
    @EnumSource(Member.Phase.class)
    void aJvmTakesTheFlagsWithASmallHeapToo(Member.Phase phase) throws IOException, InterruptedException {
        var command = new ArrayList<>(
                List.of(ProgramCommand.javaHome().resolve("bin/java").toString()));
        command.addAll(Members.flags(phase, "48m"));
        command.add("-version");
        Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(java.waitFor()).as(said).isZero();
    }
}
