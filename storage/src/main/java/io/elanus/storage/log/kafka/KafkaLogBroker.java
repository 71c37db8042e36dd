package io.elanus.storage.log.kafka;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.log.Durability;
import io.elanus.storage.log.LogBroker;
import io.elanus.storage.log.LogErrors;
import io.elanus.storage.log.LogReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// [LogBroker] on Kafka. See the package.
public final class KafkaLogBroker implements LogBroker {
    /// Greatest record that a topic takes.
    static final int MAX_RECORD = 64 << 20;
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    private final KafkaConfig config;
    private final Admin admin;
    private final Topics topics;
    private final KafkaProducer<byte[], byte[]> producer;
    private final ExecutorService sender = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("kafka-sender").factory());
    /// The newest append of each pchannel: the end is known when it has completed.
    private final Map<String, CompletableFuture<Long>> newest = new ConcurrentHashMap<>();
    private final Set<KafkaLogReader> readers = ConcurrentHashMap.newKeySet();

    /// Connects when it is first used.
    public static KafkaLogBroker open(KafkaConfig config) {
        return new KafkaLogBroker(config);
    }

    private KafkaLogBroker(KafkaConfig config) {
        this.config = config;
        this.admin = Admin.create(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers()));
        this.topics = new Topics(admin, config);
        int timeout = (int) config.deliveryTimeout().toMillis();
        this.producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        config.bootstrapServers(),
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        ProducerConfig.LINGER_MS_CONFIG,
                        0,
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        MAX_RECORD,
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        config.sendBuffer().bytes(),
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        timeout,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        timeout / 2,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        timeout),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public CompletableFuture<Long> append(String pchannel, byte[] record, Durability durability) {
        var position = new CompletableFuture<Long>();
        // The map entry and the place in the queue are taken together, so that the newest is the last in both.
        newest.compute(pchannel, (_, _) -> {
            try {
                sender.execute(() -> send(pchannel, record, position));
            } catch (RejectedExecutionException e) {
                position.completeExceptionally(LogErrors.closed());
            }
            return position;
        });
        return position;
    }

    private void send(String pchannel, byte[] record, CompletableFuture<Long> position) {
        try {
            topics.ensure(pchannel).join();
            producer.send(
                    new ProducerRecord<>(topics.partition(pchannel).topic(), 0, null, record), (written, error) -> {
                        if (error == null) {
                            position.complete(written.offset());
                        } else {
                            position.completeExceptionally(failure("append to", pchannel, error));
                        }
                    });
        } catch (RuntimeException e) { // Kafka's own, or the producer is closed
            position.completeExceptionally(failure("append to", pchannel, e));
        }
    }

    @Override
    public LogReader read(String pchannel, long position) {
        var reader = new KafkaLogReader(this, pchannel, position, readers::remove);
        readers.add(reader);
        return reader;
    }

    /// For one reader; blocks until the topic is there.
    KafkaConsumer<byte[], byte[]> consumer(String pchannel, long position) {
        topics.ensure(pchannel).join();
        var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        config.bootstrapServers(),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "none",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        100,
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        8 << 20,
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        5_000),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        TopicPartition partition = topics.partition(pchannel);
        consumer.assign(List.of(partition));
        consumer.seek(partition, position);
        return consumer;
    }

    @Override
    public CompletableFuture<Long> endPosition(String pchannel) {
        CompletableFuture<Long> last = newest.get(pchannel);
        CompletableFuture<?> settled =
                last == null ? CompletableFuture.completedFuture(null) : last.handle((_, _) -> null);
        return named(
                "find the end of", pchannel, settled.thenCompose(_ -> topics.offset(pchannel, OffsetSpec.latest())));
    }

    @Override
    public CompletableFuture<Long> startPosition(String pchannel) {
        return named("find the start of", pchannel, topics.offset(pchannel, OffsetSpec.earliest()));
    }

    @Override
    public CompletableFuture<Void> truncate(String pchannel, long position) {
        return startPosition(pchannel)
                .thenCompose(start -> position <= start
                        ? CompletableFuture.completedFuture(null)
                        : named("truncate", pchannel, topics.deleteBefore(pchannel, position)));
    }

    private static <T> CompletableFuture<T> named(String doing, String pchannel, CompletableFuture<T> answer) {
        return answer.exceptionallyCompose(
                error -> CompletableFuture.failedFuture(failure(doing, pchannel, Topics.cause(error))));
    }

    static StorageException failure(String doing, String pchannel, Throwable error) {
        Throwable cause = Topics.cause(error);
        return cause instanceof StorageException known
                ? known
                : new StorageException(
                        cause instanceof KafkaException ? ErrorCode.UNAVAILABLE : ErrorCode.INTERNAL,
                        "Could not %s log channel [%s]: Kafka answered [%s]. Check that its brokers are up and reachable."
                                .formatted(doing, pchannel, cause.getMessage()),
                        cause);
    }

    /// What was appended before is sent first, as far as Kafka takes it in time.
    @Override
    public void close() {
        Set.copyOf(readers).forEach(KafkaLogReader::close);
        sender.close();
        producer.close(CLOSE_LIMIT);
        admin.close(CLOSE_LIMIT);
    }
}
