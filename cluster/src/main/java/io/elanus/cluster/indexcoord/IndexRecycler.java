package io.elanus.cluster.indexcoord;

import io.elanus.cluster.indexcoord.IndexStore.StoredTask;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.TaskChain;
import io.elanus.proto.grpc.IndexInfo;
import io.elanus.proto.grpc.IndexTask;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.object.ObjectStore.ObjectInfo;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes what indexes leave behind: first the files, then the task, then, once it has no task left, the key of a
/// dropped index. A crash in between only repeats work.
final class IndexRecycler {
    private static final Logger LOG = LoggerFactory.getLogger(IndexRecycler.class);

    private final RoleContext context;
    private final IndexCoordConfig config;
    private final IndexStore store;
    private final IndexState state;
    private final TaskChain chain;
    private boolean running;

    IndexRecycler(RoleContext context, IndexCoordConfig config, IndexStore store, IndexState state, TaskChain chain) {
        this.context = context;
        this.config = config;
        this.store = store;
        this.state = state;
        this.chain = chain;
    }

    /// Deletes recycled tasks and dropped indexes without tasks. Nothing while it runs already.
    CompletableFuture<Void> recycle() {
        if (running) {
            return CompletableFuture.completedFuture(null);
        }
        running = true;
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        for (StoredTask stored : state.tasks()) {
            if (stored.task().getRecycled()) {
                done = done.thenComposeAsync(_ -> recycle(stored.task()), context.loop());
            }
        }
        return done.thenComposeAsync(_ -> deleteEmptyIndexes(), context.loop())
                .whenCompleteAsync(
                        (_, error) -> {
                            running = false;
                            if (error != null) {
                                LOG.warn("Index files not deleted, will try again", error);
                            }
                        },
                        context.loop());
    }

    private CompletableFuture<Void> recycle(IndexTask task) {
        return deleteFiles(IndexFiles.prefix(task.getBuildId()), "")
                .thenComposeAsync(
                        _ -> chain.run(() -> store.deleteTask(task.getBuildId())
                                .thenAcceptAsync(_ -> state.removeTask(task), context.loop())),
                        context.loop());
    }

    private CompletableFuture<Void> deleteEmptyIndexes() {
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        for (IndexInfo info : state.indexes()) {
            long id = info.getIndex().getIndexId();
            boolean empty =
                    state.tasks().stream().noneMatch(stored -> stored.task().getIndexId() == id);
            if (info.getDropped() && empty) {
                done = done.thenComposeAsync(
                        _ -> chain.run(() -> store.deleteIndex(id)
                                .thenAcceptAsync(
                                        _ -> {
                                            state.removeIndex(id);
                                            LOG.info("Index deleted: index={}", id);
                                        },
                                        context.loop())),
                        context.loop());
            }
        }
        return done;
    }

    /// Files of assignments before the one that finished.
    void deleteOldVersions(IndexTask finished) {
        var _ = deleteFiles(IndexFiles.prefix(finished.getBuildId()), finished.getFile())
                .whenComplete((_, error) -> {
                    if (error != null) {
                        LOG.warn("Old index files not deleted: build={}", finished.getBuildId(), error);
                    }
                });
    }

    /// A file that no task lists any more.
    void deleteFile(String file) {
        ObjectStore objects = context.stores().objects();
        var _ = context.workers()
                .io(() -> {
                    objects.delete(file);
                    return true;
                })
                .whenComplete((_, error) -> {
                    if (error != null) {
                        LOG.warn("Index file not deleted: file={}", file, error);
                    }
                });
    }

    private CompletableFuture<Integer> deleteFiles(String prefix, String but) {
        ObjectStore objects = context.stores().objects();
        return context.workers().io(() -> {
            List<String> files = objects.list(prefix).stream()
                    .map(ObjectInfo::key)
                    .filter(key -> !key.equals(but))
                    .toList();
            files.forEach(objects::delete);
            return files.size();
        });
    }

    /// Files of tasks that are gone: a node finished after its index was dropped.
    void deleteOrphans() {
        ObjectStore objects = context.stores().objects();
        long before = context.clock().wallMillis() - config.orphanTolerance().toMillis();
        var _ = context.workers()
                .io(() -> objects.list(IndexFiles.PREFIX).stream()
                        .filter(file -> file.modifiedMillis() <= before)
                        .map(ObjectInfo::key)
                        .toList())
                .thenComposeAsync(
                        keys -> {
                            List<String> orphans = keys.stream()
                                    .filter(key -> state.findTask(IndexFiles.buildId(key)) == null)
                                    .toList();
                            return context.workers().io(() -> {
                                orphans.forEach(objects::delete);
                                return orphans.size();
                            });
                        },
                        context.loop())
                .whenComplete((_, error) -> {
                    if (error != null) {
                        LOG.warn("Orphaned index files not looked for", error);
                    }
                });
    }
}
