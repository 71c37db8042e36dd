package io.elanus.sql.server;

import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The command line that runs this program again, in a process of its own, with the flags of this one.
public final class ProgramCommand {
    private ProgramCommand() {}

    /// @param jvmFlags come after the flags of this JVM, and win
    public static List<String> of(List<String> jvmFlags, List<String> arguments) {
        RuntimeMXBean self = ManagementFactory.getRuntimeMXBean();
        var command = new ArrayList<String>();
        command.add(java().toString());
        command.addAll(self.getInputArguments());
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", self.getClassPath(), Main.class.getName()));
        command.addAll(arguments);
        return command;
    }

    private static Path java() {
        return javaHome().resolve("bin").resolve("java");
    }

    /// The JDK that this program runs on.
    public static Path javaHome() {
        return Path.of(System.getProperty("java.home"));
    }
}
