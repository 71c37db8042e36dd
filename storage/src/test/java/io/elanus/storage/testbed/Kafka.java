package io.elanus.storage.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One Kafka node, broker and controller in one (KRaft).
public record Kafka(String bootstrapServers, BackendProcess process) {
    private static final String CLUSTER_ID = "ZWxhbnVzLXRlc3RiZWQtMQ";

    public static Kafka start() throws IOException {
        Path folder = Files.createTempDirectory("elanus-kafka");
        int port = BackendProcess.freePort();
        int controller = BackendProcess.freePort();
        Path properties = Files.writeString(
                folder.resolve("server.properties"), """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
                controller.listener.names=CONTROLLER
                inter.broker.listener.name=PLAINTEXT
                log.dirs=%3$s
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
                """.formatted(port, controller, folder.resolve("data")));
        format(properties, folder);
        List<String> command = new ArrayList<>(java("-Xms128m", "-Xmx512m"));
        command.addAll(List.of("kafka.Kafka", properties.toString()));
        return new Kafka("127.0.0.1:" + port, BackendProcess.start("kafka", command, port, folder));
    }

    private static List<String> java(String... flags) throws IOException {
        var command = new ArrayList<String>();
        command.add(ClassPaths.java());
        command.addAll(List.of(flags));
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                ClassPaths.of("kafka")));
        return command;
    }

    private static void format(Path properties, Path folder) throws IOException {
        var command = new ArrayList<>(java());
        command.addAll(List.of("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", properties.toString()));
        Process format = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("format.log").toFile())
                .start();
        if (format.onExit().join().exitValue() != 0) {
            throw new IllegalStateException(
                    "Kafka's storage could not be formatted: " + Files.readString(folder.resolve("format.log")));
        }
    }
}
