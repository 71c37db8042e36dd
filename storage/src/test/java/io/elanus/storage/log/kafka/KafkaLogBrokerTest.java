package io.elanus.storage.log.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.storage.log.Durability;
import io.elanus.storage.log.LogBroker;
import io.elanus.storage.log.LogBrokerContract;
import io.elanus.storage.setting.DataSize;
import io.elanus.storage.testbed.Kafka;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The contract against a real Kafka, and what only a server in another process can do.
class KafkaLogBrokerTest extends LogBrokerContract {
    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static Kafka kafka;

    private final String prefix = "test" + PREFIXES.incrementAndGet() + ".";

    @BeforeAll
    static void startKafka() throws IOException {
        kafka = Kafka.start();
    }

    @AfterAll
    static void stopKafka() {
        kafka.process().kill();
    }

    @Override
    protected LogBroker open() {
        return KafkaLogBroker.open(
                new KafkaConfig(kafka.bootstrapServers(), prefix, 1, new DataSize(32 << 20), Duration.ofSeconds(60)));
    }

    @Test
    void appendsGoOnOverARestartOfTheServerNoneLostOrDoubled() throws Exception {
        try (LogBroker log = open()) {
            var appends = new ArrayList<CompletableFuture<Long>>();
            for (int i = 0; i < 300; i++) {
                appends.add(log.append("restart", new byte[] {(byte) i}, Durability.DURABLE));
                if (i == 100) {
                    appends.getFirst().get(20, TimeUnit.SECONDS);
                    kafka.process().kill();
                }
            }
            kafka.process().restart();
            for (int i = 0; i < 300; i++) {
                assertThat(appends.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(i);
            }
        }
    }
}
