package io.elanus.storage.testbed;

import io.elanus.storage.backend.Backend;
import io.elanus.storage.backend.EtcdBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// One member of etcd, as the operating system's package installs it.
public record Etcd(String url, BackendProcess process) {
    /// Where etcd is, if it is installed. The continuous build installs it.
    public static Optional<Path> binary() {
        return EtcdBackend.binary(Optional.ofNullable(System.getenv("PATH")).orElse(""));
    }

    public static Etcd start() throws IOException {
        Path folder = Files.createTempDirectory("elanus-etcd");
        Backend etcd =
                EtcdBackend.at(folder, binary().orElseThrow(), BackendProcess.freePort(), BackendProcess.freePort());
        return new Etcd(etcd.address(), BackendProcess.start(etcd, folder));
    }
}
