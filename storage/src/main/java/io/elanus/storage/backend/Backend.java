package io.elanus.storage.backend;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How to start a service.
///
/// @param name also of its log
/// @param preparation a command to run to its end before the first start; empty: none is needed (any more)
/// @param address for clients: host:port or a URL
/// @param port answers when the service can be used
public record Backend(String name, List<String> preparation, List<String> command, String address, int port) {
    static final String HOST = "127.0.0.1";
    private static final Path JAVA = Path.of("bin", "java");

    public Backend {
        preparation = List.copyOf(preparation);
        command = List.copyOf(command);
    }

    /// What a service that runs on Java needs.
    ///
    /// @param home of the JDK
    /// @param classPath as the modules under `storage/testbed` write it
    public record JavaPath(Path home, String classPath) {
        /// @param folder of such a module's output
        public static JavaPath read(Path home, Path folder) throws IOException {
            return new JavaPath(home, Files.readString(folder.resolve("classpath")));
        }

        List<String> command(List<String> flags, String... mainClassAndArguments) {
            var command = new ArrayList<String>();
            command.add(home.resolve(JAVA).toString());
            command.addAll(flags);
            command.addAll(List.of(
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-cp",
                    classPath));
            command.addAll(List.of(mainClassAndArguments));
            return command;
        }

        JavaPath before(Path folder) {
            return new JavaPath(home, folder + File.pathSeparator + classPath);
        }
    }
}
