package io.elanus.storage.log.kafka;

import io.elanus.storage.setting.DataSize;
import io.elanus.storage.setting.Setting;
import io.elanus.storage.setting.Settings;
import java.time.Duration;

/// Where the log is.
public record KafkaConfig(
        @Setting(doc = "Brokers to begin with, host:port with commas between them", byDefault = "127.0.0.1:9092")
        String bootstrapServers,

        @Setting(
                doc = "Begin of every topic's name; clusters that share a Kafka have prefixes of their own",
                byDefault = "elanus.")
        String topicPrefix,

        @Setting(doc = "Copies of each record", byDefault = "1", min = "1")
        int replicas,

        @Setting(doc = "Most memory for records on their way", byDefault = "64 MB", min = "8 MB")
        DataSize sendBuffer,

        @Setting(
                doc = "Time after which an append that Kafka does not take is given up",
                byDefault = "30 s",
                min = "1 s")
        Duration deliveryTimeout) {
    public static KafkaConfig defaults() {
        return Settings.defaults(KafkaConfig.class);
    }
}
