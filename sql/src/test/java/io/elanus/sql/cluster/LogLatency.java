package io.elanus.sql.cluster;

import io.elanus.sql.cluster.BenchTable.Latency;
import io.elanus.storage.log.Durability;
import io.elanus.storage.log.LogReader;
import io.elanus.storage.log.kafka.KafkaConfig;
import io.elanus.storage.log.kafka.KafkaLogBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the log alone takes, in a channel of its own beside those of the cluster: a small record until it is
/// acknowledged, and until a reader that waits for it has it.
///
/// @param acknowledged from the call of the writer
/// @param read from the same moment
record LogLatency(Latency acknowledged, Latency read) {
    private static final int RECORDS = 300;
    private static final Pattern SERVERS = Pattern.compile("stores.kafka.bootstrap-servers: \"(.*)\"");
    private static final String CHANNEL = "latency";

    /// The first half of the records warms up.
    static LogLatency measure(Path clusterFolder) throws IOException {
        KafkaConfig defaults = KafkaConfig.defaults();
        var config = new KafkaConfig(
                servers(clusterFolder),
                "bench.",
                defaults.replicas(),
                defaults.sendBuffer(),
                defaults.deliveryTimeout());
        long[] acknowledged = new long[RECORDS];
        long[] read = new long[RECORDS];
        try (KafkaLogBroker log = KafkaLogBroker.open(config);
                LogReader reader = log.read(CHANNEL, log.endPosition(CHANNEL).join())) {
            for (int i = -RECORDS; i < RECORDS; i++) {
                var got = reader.next(1);
                long start = System.nanoTime();
                var took = got.thenApply(_ -> System.nanoTime() - start);
                long append = log.append(CHANNEL, new byte[100], Durability.SOFT)
                        .thenApply(_ -> System.nanoTime() - start)
                        .join();
                if (i >= 0) {
                    acknowledged[i] = append;
                    read[i] = took.join();
                } else {
                    took.join();
                }
            }
        }
        return new LogLatency(latency(acknowledged), latency(read));
    }

    private static Latency latency(long[] nanos) {
        Arrays.sort(nanos);
        return Latency.of(nanos);
    }

    private static String servers(Path clusterFolder) throws IOException {
        List<String> lines = Files.readAllLines(clusterFolder.resolve("elanus.yaml"));
        return lines.stream()
                .map(SERVERS::matcher)
                .filter(Matcher::matches)
                .map(found -> found.group(1))
                .findFirst()
                .orElseThrow(() -> new IOException("No line of elanus.yaml names Kafka's servers"));
    }
}
