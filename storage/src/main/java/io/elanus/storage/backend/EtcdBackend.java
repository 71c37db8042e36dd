package io.elanus.storage.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// One member of etcd, as the operating system's package installs it.
public final class EtcdBackend {
    private static final Path DEFAULT_FOLDER = Path.of("/usr/bin");

    private EtcdBackend() {}

    /// Where etcd is, if it is installed.
    ///
    /// @param searchPath folders with colons between them
    public static Optional<Path> binary(String searchPath) {
        return Stream.concat(Stream.of(searchPath.split(":")).map(Path::of), Stream.of(DEFAULT_FOLDER))
                .map(folder -> folder.resolve("etcd"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public static Backend at(Path folder, Path binary, int clientPort, int peerPort) throws IOException {
        Files.createDirectories(folder);
        String url = "http://" + Backend.HOST + ":" + clientPort;
        String peers = "http://" + Backend.HOST + ":" + peerPort;
        List<String> command = List.of(
                binary.toString(),
                "--name=n1",
                "--data-dir=" + folder.resolve("data").toAbsolutePath(),
                "--listen-client-urls=" + url,
                "--advertise-client-urls=" + url,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=n1=" + peers,
                "--log-level=warn");
        return new Backend("etcd", List.of(), command, url, clientPort);
    }
}
