package io.elanus.sql.bench;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Sources that are no part of the program, but are compiled and run by some benchmarks, and the tools for that.
final class SourceTree {
    private SourceTree() {}

    /// Copies a source into a folder.
    static Path copy(String source, Path folder) throws IOException {
        try (InputStream content = SourceTree.class.getResourceAsStream(source)) {
            if (content == null) {
                throw new IllegalStateException("Not in the program: " + source);
            }
            Path copy = folder.resolve(source.substring(source.lastIndexOf('/') + 1));
            Files.write(copy, content.readAllBytes());
            return copy;
        }
    }

    /// The class path that Maven finds for the dependencies of a pom; resolved once a folder.
    static String classPath(String pom, Path folder) throws IOException, InterruptedException {
        Path classPath = folder.resolve("class.path");
        if (!Files.exists(classPath)) {
            Path copy = copy(pom, folder);
            String output = "-Dmdep.outputFile=" + classPath;
            run(folder, "mvn", "-q", "-B", "-f", copy.toString(), "dependency:build-classpath", output);
        }
        return Files.readString(classPath).strip();
    }

    /// A program of the running JDK.
    static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /// Runs a command to its end; fails with what it printed.
    static void run(Path folder, String... command) throws IOException, InterruptedException {
        Path log = folder.resolve("command.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER,
                    "The command [%s] failed: %s"
                            .formatted(
                                    String.join(" ", command),
                                    Files.readString(log).strip()));
        }
    }
}
