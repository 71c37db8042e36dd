package io.elanus.sql.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Processes that write to a log and have no terminal. Each has a session of its own where the system can do that: it
/// outlives the terminal, and Linux shares the processors fairly among sessions, not among threads, so that a member
/// which starts is not held up by the many threads of those that run.
final class Detached {
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private Detached() {}

    /// @param log to append to
    static Process start(List<String> command, Path log) throws IOException {
        Files.createDirectories(log.getParent());
        var whole = new ArrayList<String>();
        if (Files.isExecutable(SETSID)) {
            whole.add(SETSID.toString());
        }
        whole.addAll(command);
        return new ProcessBuilder(whole)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }
}
