package io.elanus.sql.bench;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Another library in a process of its own, which has built its index and waits for requests; see the sources
/// beside `peers/Peer.java`. One thread. Closing ends the process.
final class Partner implements AutoCloseable {
    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final Writer requests;
    private final Path hits;
    private final Built built;

    /// What its index took.
    ///
    /// @param memoryBytes that searches read all over, vectors included
    record Built(double cpuSeconds, long memoryBytes, long diskBytes) {}

    /// What a partner measured.
    record Measured(double recall, double qps, double cpuMicros) {}

    /// @param arguments of the partner: files, metric and parameters
    private Partner(String name, List<String> command, List<String> arguments, Path folder) throws IOException {
        this.name = name;
        this.hits = folder.resolve(name + ".ivecs");
        List<String> whole = new ArrayList<>(command);
        whole.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(whole)
                .redirectError(folder.resolve(name + ".log").toFile());
        builder.environment().put("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
        this.process = builder.start();
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.requests = process.outputWriter(StandardCharsets.UTF_8);
        String[] words = answer("built").split(" ", -1);
        this.built = new Built(Double.parseDouble(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
    }

    /// hnswlib, compiled now from its headers.
    static Partner hnswlib(Path headers, List<String> arguments, Path folder) throws IOException, InterruptedException {
        if (!Files.exists(headers.resolve("hnswlib/hnswlib.h"))) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER,
                    "There is no [hnswlib/hnswlib.h] under [%s]. Install libhnswlib-dev, or name the folder by --hnswlib."
                            .formatted(headers));
        }
        Path program = folder.resolve("hnswlib_peer");
        Path source = SourceTree.copy("peers/hnswlib_peer.cpp", folder);
        SourceTree.run(
                folder,
                "g++",
                "-O3",
                "-march=native",
                "-std=c++17",
                "-pthread",
                "-I" + headers,
                "-o",
                program.toString(),
                source.toString());
        return new Partner("hnswlib", List.of(program.toString()), arguments, folder);
    }

    /// A library of Maven Central, run from source on a class path that Maven resolves now.
    ///
    /// @param name lucene or jvector
    static Partner java(String name, List<String> arguments, Path folder) throws IOException, InterruptedException {
        String classPath = SourceTree.classPath("peers/pom.xml", folder);
        SourceTree.copy("peers/Peer.java", folder);
        Path source =
                SourceTree.copy(name.equals("lucene") ? "peers/LucenePeer.java" : "peers/JVectorPeer.java", folder);
        List<String> command = List.of(
                SourceTree.tool("java"),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseTransparentHugePages",
                "-Xmx4g",
                "-cp",
                classPath,
                source.toString());
        return new Partner(name, command, arguments, folder);
    }

    String name() {
        return name;
    }

    Built built() {
        return built;
    }

    Measured search(int effort, int k, int threads, double seconds, Truth truth) throws IOException {
        requests.write("search %d %d %d %s %s%n"
                .formatted(effort, k, threads, String.format(Locale.ROOT, "%.3f", seconds), hits));
        requests.flush();
        String[] words = answer("an answer").split(" ", -1);
        return new Measured(truth.recall(hits), Double.parseDouble(words[0]), Double.parseDouble(words[3]));
    }

    private String answer(String expected) throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER,
                    "The partner [%s] ended without [%s]. Its log is [%s]."
                            .formatted(name, expected, hits.resolveSibling(name + ".log")));
        }
        return line;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
