package io.elanus.storage.backend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// One Kafka node, broker and controller in one (KRaft).
public final class KafkaBackend {
    private static final String CLUSTER_ID = "ZWxhbnVzLXRlc3RiZWQtMQ";

    private KafkaBackend() {}

    /// @param advertised where clients reach the first one, which may be through something between them
    public record Ports(int clients, int controller, int advertised) {
        public Ports(int clients, int controller) {
            this(clients, controller, clients);
        }
    }

    public static Backend at(Path folder, Backend.JavaPath java, Ports ports) throws IOException {
        Files.createDirectories(folder);
        Path data = folder.resolve("data").toAbsolutePath();
        Path properties = Files.writeString(folder.resolve("server.properties"), """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@%1$s:%3$d
                listeners=PLAINTEXT://%1$s:%2$d,CONTROLLER://%1$s:%3$d
                advertised.listeners=PLAINTEXT://%1$s:%5$d
                controller.listener.names=CONTROLLER
                inter.broker.listener.name=PLAINTEXT
                log.dirs=%4$s
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=1
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                auto.create.topics.enable=false
                message.max.bytes=67108864
                log.flush.start.offset.checkpoint.interval.ms=1000
                """.formatted(
                        Backend.HOST, ports.clients(), ports.controller(), data, ports.advertised()));
        String file = properties.toAbsolutePath().toString();
        return new Backend(
                "kafka",
                Files.exists(data.resolve("meta.properties"))
                        ? List.of()
                        : java.command(
                                List.of("-Xmx128m"), "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", file),
                java.command(List.of("-Xms128m", "-Xmx512m"), "kafka.Kafka", file),
                Backend.HOST + ":" + ports.advertised(),
                ports.clients());
    }
}
