package io.elanus.cluster.indexcoord;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.client.Leadership;
import io.elanus.cluster.client.StoredMessages;
import io.elanus.proto.grpc.IndexInfo;
import io.elanus.proto.grpc.IndexTask;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.meta.Txn;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// The index coordinator's part of the metadata store. Index nodes use [#taskKey] too.
public final class IndexStore {
    private static final String PREFIX = "/index/";
    private static final String INDEXES = PREFIX + "indexes/";
    static final String TASKS = PREFIX + "tasks/";
    private static final int TASKS_PER_TXN = 100;

    record StoredTask(IndexTask task, long revision) {}

    record Loaded(List<IndexInfo> indexes, List<StoredTask> tasks, long revision) {}

    private final MetaStore meta;
    private final Leadership leadership;

    IndexStore(MetaStore meta, Leadership leadership) {
        this.meta = meta;
        this.leadership = leadership;
    }

    public static String taskKey(long buildId) {
        return TASKS + buildId;
    }

    public static IndexTask parseTask(MetaStore.Entry entry) {
        return StoredMessages.parse(entry, IndexTask.parser());
    }

    CompletableFuture<Loaded> load() {
        return meta.range(PREFIX).thenApply(range -> {
            var indexes = new ArrayList<IndexInfo>();
            var tasks = new ArrayList<StoredTask>();
            for (MetaStore.Entry entry : range.entries()) {
                if (entry.key().startsWith(TASKS)) {
                    tasks.add(new StoredTask(parseTask(entry), entry.modRevision()));
                } else {
                    indexes.add(StoredMessages.parse(entry, IndexInfo.parser()));
                }
            }
            return new Loaded(indexes, tasks, range.revision());
        });
    }

    MetaStore.Watch watchTasks(long afterRevision, MetaStore.WatchListener listener) {
        return meta.watch(TASKS, afterRevision, listener);
    }

    CompletableFuture<Long> putIndex(IndexInfo info) {
        return commit(fenced().put(INDEXES + info.getIndex().getIndexId(), info.toByteString()));
    }

    CompletableFuture<Long> deleteIndex(long indexId) {
        return commit(fenced().delete(INDEXES + indexId));
    }

    /// Writes new tasks, in as many transactions as it takes.
    CompletableFuture<Long> addTasks(List<IndexTask> tasks) {
        CompletableFuture<Long> done = CompletableFuture.completedFuture(0L);
        for (int i = 0; i < tasks.size(); i += TASKS_PER_TXN) {
            Txn.Builder txn = fenced();
            tasks.subList(i, Math.min(tasks.size(), i + TASKS_PER_TXN))
                    .forEach(task -> txn.put(taskKey(task.getBuildId()), task.toByteString()));
            done = done.thenCompose(_ -> commit(txn));
        }
        return done;
    }

    /// Refused when an index node has written the task since.
    CompletableFuture<Long> putTask(IndexTask task, long revision) {
        String key = taskKey(task.getBuildId());
        return commit(fenced().and(new Txn.Condition.ModRevision(key, revision)).put(key, task.toByteString()));
    }

    CompletableFuture<Long> deleteTask(long buildId) {
        return commit(fenced().delete(taskKey(buildId)));
    }

    private Txn.Builder fenced() {
        return Txn.when(leadership.fence());
    }

    private CompletableFuture<Long> commit(Txn.Builder txn) {
        return meta.commit(txn.build()).thenApply(result -> {
            if (!result.succeeded()) {
                throw new ClusterException(
                        ErrorCode.CONFLICT,
                        "An index task changed meanwhile, or another index coordinator is active. Try again.");
            }
            return result.revision();
        });
    }
}
