package io.elanus.storage.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// One member of etcd, as the operating system's package installs it.
public record Etcd(String url, BackendProcess process) {
    private static final Path DEFAULT_FOLDER = Path.of("/usr/bin");

    /// Where etcd is, if it is installed. The continuous build installs it.
    public static Optional<Path> binary() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of(path.split(":")).map(Path::of), Stream.of(DEFAULT_FOLDER))
                .map(folder -> folder.resolve("etcd"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public static Etcd start() throws IOException {
        Path folder = Files.createTempDirectory("elanus-etcd");
        int clients = BackendProcess.freePort();
        String url = "http://127.0.0.1:" + clients;
        String peers = "http://127.0.0.1:" + BackendProcess.freePort();
        List<String> command = List.of(
                binary().orElseThrow().toString(),
                "--name=n1",
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=" + url,
                "--advertise-client-urls=" + url,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=n1=" + peers,
                "--log-level=warn");
        return new Etcd(url, BackendProcess.start("etcd", command, clients, folder));
    }
}
