package io.elanus.storage.testbed;

import io.elanus.storage.backend.Backend;
import io.elanus.storage.backend.KafkaBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// One Kafka node, broker and controller in one (KRaft).
public record Kafka(String bootstrapServers, BackendProcess process) {
    public static Kafka start() throws IOException {
        Path folder = Files.createTempDirectory("elanus-kafka");
        var ports = new KafkaBackend.Ports(BackendProcess.freePort(), BackendProcess.freePort());
        Backend kafka = KafkaBackend.at(folder, ClassPaths.of("kafka"), ports);
        return new Kafka(kafka.address(), BackendProcess.start(kafka, folder));
    }
}
