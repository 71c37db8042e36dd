package io.elanus.cluster.indexcoord;

import io.elanus.proto.grpc.IndexInfo;
import io.elanus.proto.grpc.IndexTask;
import io.elanus.proto.grpc.IndexTaskState;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What the active index coordinator knows: the committed indexes and tasks, and the progress of running builds.
/// Lives on the loop.
final class IndexState {
    private final Map<Long, IndexInfo> indexes = new TreeMap<>();
    private final Map<Long, IndexStore.StoredTask> tasks = new TreeMap<>();
    private final Map<Long, Map<Long, Long>> buildBySegment = new HashMap<>();
    private final Map<Long, Double> progress = new HashMap<>();

    static IndexState of(IndexStore.Loaded loaded) {
        var state = new IndexState();
        loaded.indexes().forEach(state::put);
        loaded.tasks().forEach(stored -> state.put(stored.task(), stored.revision()));
        return state;
    }

    Collection<IndexInfo> indexes() {
        return List.copyOf(indexes.values());
    }

    @Nullable
    IndexInfo findIndex(long indexId) {
        return indexes.get(indexId);
    }

    /// Those that are not dropped.
    List<IndexInfo> indexesOf(long tableId) {
        return indexes.values().stream()
                .filter(info -> info.getIndex().getTableId() == tableId && !info.getDropped())
                .toList();
    }

    Collection<IndexStore.StoredTask> tasks() {
        return List.copyOf(tasks.values());
    }

    IndexStore.@Nullable StoredTask findTask(long buildId) {
        return tasks.get(buildId);
    }

    boolean hasTask(long indexId, long segmentId) {
        return buildBySegment.getOrDefault(indexId, Map.of()).containsKey(segmentId);
    }

    double progress(long buildId) {
        return progress.getOrDefault(buildId, 0.0);
    }

    void put(IndexInfo info) {
        indexes.put(info.getIndex().getIndexId(), info);
    }

    void removeIndex(long indexId) {
        indexes.remove(indexId);
        buildBySegment.remove(indexId);
    }

    /// False when a later form of the task is known already.
    boolean put(IndexTask task, long revision) {
        IndexStore.StoredTask known = tasks.get(task.getBuildId());
        if (known != null && known.revision() >= revision) {
            return false;
        }
        tasks.put(task.getBuildId(), new IndexStore.StoredTask(task, revision));
        if (task.getState() != IndexTaskState.IN_PROGRESS) {
            progress.remove(task.getBuildId());
        }
        buildBySegment
                .computeIfAbsent(task.getIndexId(), _ -> new HashMap<>())
                .put(task.getSegmentId(), task.getBuildId());
        return true;
    }

    void removeTask(IndexTask task) {
        tasks.remove(task.getBuildId());
        progress.remove(task.getBuildId());
        buildBySegment.getOrDefault(task.getIndexId(), new HashMap<>()).remove(task.getSegmentId());
    }

    void report(long buildId, double done) {
        progress.put(buildId, done);
    }
}
