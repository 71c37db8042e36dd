package io.elanus.storage.log.kafka;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// The topics of the pchannels. Thread safe; nothing blocks.
final class Topics {
    private static final Map<String, String> SETTINGS = Map.of(
            "cleanup.policy", "delete",
            "retention.ms", "-1",
            "retention.bytes", "-1",
            "message.timestamp.type", "LogAppendTime",
            "max.message.bytes", Integer.toString(KafkaLogBroker.MAX_RECORD));

    private final Admin admin;
    private final String prefix;
    private final short replicas;
    private final Map<String, CompletableFuture<Void>> known = new ConcurrentHashMap<>();

    Topics(Admin admin, KafkaConfig config) {
        this.admin = admin;
        this.prefix = config.topicPrefix();
        this.replicas = (short) config.replicas();
    }

    TopicPartition partition(String pchannel) {
        return new TopicPartition(prefix + pchannel, 0);
    }

    /// Completes when the topic is there.
    CompletableFuture<Void> ensure(String pchannel) {
        CompletableFuture<Void> created = known.computeIfAbsent(pchannel, this::create);
        if (created.isCompletedExceptionally()) {
            known.remove(pchannel, created); // the next caller tries again
        }
        return created;
    }

    private CompletableFuture<Void> create(String pchannel) {
        var topic = new NewTopic(partition(pchannel).topic(), Optional.of(1), Optional.of(replicas)).configs(SETTINGS);
        return future(admin.createTopics(List.of(topic)).all())
                .exceptionallyCompose(error -> cause(error) instanceof TopicExistsException
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(error));
    }

    /// The first offset that can be read, or the next to be written; 0 for a topic that is not there.
    CompletableFuture<Long> offset(String pchannel, OffsetSpec which) {
        TopicPartition partition = partition(pchannel);
        return future(admin.listOffsets(Map.of(partition, which)).partitionResult(partition))
                .thenApply(ListOffsetsResultInfo::offset)
                .exceptionallyCompose(error -> cause(error) instanceof UnknownTopicOrPartitionException
                        ? CompletableFuture.completedFuture(0L)
                        : CompletableFuture.failedFuture(error));
    }

    CompletableFuture<Void> deleteBefore(String pchannel, long position) {
        return future(admin.deleteRecords(Map.of(partition(pchannel), RecordsToDelete.beforeOffset(position)))
                .all());
    }

    private static <T> CompletableFuture<T> future(KafkaFuture<T> answer) {
        return answer.toCompletionStage().toCompletableFuture();
    }

    static Throwable cause(Throwable error) {
        Throwable cause = error.getCause();
        return error instanceof CompletionException && cause != null ? cause : error;
    }
}
