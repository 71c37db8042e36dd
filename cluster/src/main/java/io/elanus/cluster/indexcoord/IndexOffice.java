package io.elanus.cluster.indexcoord;

import io.elanus.cluster.client.Registration;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.client.Sequences;
import io.elanus.cluster.indexcoord.IndexStore.StoredTask;
import io.elanus.cluster.indexcoord.TaskMachine.Effect;
import io.elanus.cluster.indexcoord.TaskMachine.Event;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.TaskChain;
import io.elanus.proto.grpc.BuildIndexRequest;
import io.elanus.proto.grpc.CancelBuildRequest;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.FlushRequest;
import io.elanus.proto.grpc.IndexInfo;
import io.elanus.proto.grpc.IndexNodeGrpc;
import io.elanus.proto.grpc.IndexNodeLoad;
import io.elanus.proto.grpc.IndexNodeLoadRequest;
import io.elanus.proto.grpc.IndexProgress;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.IndexTask;
import io.elanus.proto.grpc.IndexTaskState;
import io.elanus.proto.grpc.ListSegmentIndexesReply;
import io.elanus.proto.grpc.ListSegmentsReply;
import io.elanus.proto.grpc.ListSegmentsRequest;
import io.elanus.proto.grpc.QueryCoordGrpc;
import io.elanus.proto.grpc.RefreshTableRequest;
import io.elanus.proto.grpc.SegmentIndex;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.meta.MetaStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The index coordinator while it is in office: carries out what [TaskMachine] decides.
final class IndexOffice {
    private static final Logger LOG = LoggerFactory.getLogger(IndexOffice.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FLUSH_TIMEOUT = Duration.ofMinutes(5);

    private final RoleContext context;
    private final IndexCoordConfig config;
    private final IndexStore store;
    private final IndexState state;
    private final Sequences sequences;
    private final TaskChain chain;
    private final IndexRecycler recycler;
    private final Set<Long> settling = new HashSet<>();
    private SortedMap<String, Registration> nodes = new TreeMap<>();
    private boolean assigning;
    private boolean assignAgain;

    IndexOffice(RoleContext context, IndexCoordConfig config, IndexStore store, IndexState state, Sequences sequences) {
        this.context = context;
        this.config = config;
        this.store = store;
        this.state = state;
        this.sequences = sequences;
        this.chain = new TaskChain(context.loop());
        this.recycler = new IndexRecycler(context, config, store, state, chain);
    }

    CompletableFuture<Void> addIndex(IndexSchema index) {
        return chain.run(() -> {
                    if (state.findIndex(index.getIndexId()) != null) {
                        return CompletableFuture.completedFuture(false);
                    }
                    IndexInfo info = IndexInfo.newBuilder().setIndex(index).build();
                    return store.putIndex(info)
                            .thenApplyAsync(
                                    _ -> {
                                        state.put(info);
                                        return true;
                                    },
                                    context.loop());
                })
                .thenAcceptAsync(
                        fresh -> {
                            if (fresh) {
                                settle(index);
                            }
                        },
                        context.loop());
    }

    /// Rows that are still growing get their index too: has them flushed, then makes the tasks.
    private void settle(IndexSchema index) {
        settling.add(index.getIndexId());
        check(index.getTableId());
        var request = FlushRequest.newBuilder()
                .setTableId(index.getTableId())
                .setWait(true)
                .build();
        var _ = context.rpc()
                .call(RoleNames.DATA_COORD, DataCoordGrpc.getFlushMethod(), request, FLUSH_TIMEOUT)
                .handleAsync((_, _) -> check(index.getTableId()), context.loop())
                .thenCompose(checked -> checked)
                .whenCompleteAsync((_, _) -> settling.remove(index.getIndexId()), context.loop());
    }

    /// Answers once the index is marked; the rest happens in the background.
    CompletableFuture<Void> removeIndex(long indexId) {
        return chain.run(() -> {
                    IndexInfo known = state.findIndex(indexId);
                    if (known == null || known.getDropped()) {
                        return CompletableFuture.completedFuture(null);
                    }
                    IndexInfo dropped = known.toBuilder().setDropped(true).build();
                    return store.putIndex(dropped).thenAcceptAsync(_ -> state.put(dropped), context.loop());
                })
                .thenRunAsync(() -> context.loop().execute(this::recycle), context.loop());
    }

    ListSegmentIndexesReply list(long tableId) {
        var reply = ListSegmentIndexesReply.newBuilder();
        for (StoredTask stored : state.tasks()) {
            IndexTask task = stored.task();
            IndexInfo info = state.findIndex(task.getIndexId());
            boolean listed = (tableId == 0 || task.getTableId() == tableId)
                    && !task.getRecycled()
                    && info != null
                    && !info.getDropped();
            if (listed && info != null) {
                reply.addTasks(task.toBuilder()
                        .setProgress(
                                task.getState() == IndexTaskState.FINISHED ? 1 : state.progress(task.getBuildId())));
                if (task.getState() == IndexTaskState.FINISHED
                        && !task.getFile().isEmpty()) {
                    reply.addIndexes(SegmentIndex.newBuilder()
                            .setSegmentId(task.getSegmentId())
                            .setIndex(info.getIndex())
                            .setBuildId(task.getBuildId())
                            .setFile(task.getFile())
                            .setSize(task.getSize()));
                }
            }
        }
        return reply.build();
    }

    IndexProgress progress(long indexId) {
        var progress = IndexProgress.newBuilder();
        int pending = settling.contains(indexId) ? 1 : 0;
        for (StoredTask stored : state.tasks()) {
            IndexTask task = stored.task();
            if (task.getIndexId() != indexId || task.getRecycled()) {
                continue;
            }
            progress.setRowsTotal(progress.getRowsTotal() + task.getRows());
            switch (task.getState()) {
                case FINISHED -> progress.setRowsIndexed(progress.getRowsIndexed() + task.getRows());
                case FAILED ->
                    progress.setTasksFailed(progress.getTasksFailed() + 1).setLastFailure(task.getFailure());
                case UNISSUED, IN_PROGRESS, RETRY, INDEX_TASK_NONE, UNRECOGNIZED -> {
                    pending++;
                    long done = (long) (task.getRows() * state.progress(task.getBuildId()));
                    progress.setRowsIndexed(progress.getRowsIndexed() + done);
                }
            }
        }
        return progress.setTasksPending(pending).build();
    }

    /// The index nodes that live now.
    void onNodes(SortedMap<String, Registration> alive) {
        SortedMap<String, Registration> before = nodes;
        nodes = alive;
        for (StoredTask stored : state.tasks()) {
            String node = stored.task().getNode();
            Registration now = alive.get(node);
            Registration then = before.get(node);
            boolean lost = now == null || (then != null && then.leaseId() != now.leaseId());
            if (stored.task().getState() == IndexTaskState.IN_PROGRESS && lost) {
                on(stored.task().getBuildId(), new Event.NodeLost(node));
            }
        }
        assign();
    }

    /// What index nodes wrote, and the echo of our own writes.
    void onChanges(List<MetaStore.Change> changes) {
        for (MetaStore.Change change : changes) {
            if (change instanceof MetaStore.Change.Put(MetaStore.Entry entry)) {
                IndexTask written = IndexStore.parseTask(entry);
                StoredTask known = state.findTask(written.getBuildId());
                if (known != null && state.put(written, entry.modRevision())) {
                    onOutcome(written);
                }
            }
        }
    }

    private void onOutcome(IndexTask task) {
        switch (task.getState()) {
            case FINISHED -> {
                LOG.info(
                        "Index built: index={} segment={} node={} rows={} bytes={}",
                        task.getIndexId(),
                        task.getSegmentId(),
                        task.getNode(),
                        task.getRows(),
                        task.getSize());
                recycler.deleteOldVersions(task);
                tellReaders(task.getTableId());
            }
            case FAILED ->
                LOG.error(
                        "Index not built: index={} segment={} reason={}",
                        task.getIndexId(),
                        task.getSegmentId(),
                        task.getFailure());
            // What did not work is tried again with the timer, not at once.
            case RETRY, UNISSUED, IN_PROGRESS, INDEX_TASK_NONE, UNRECOGNIZED -> {
                return;
            }
        }
        assign();
    }

    /// An index can be used now; the query coordinator would find it a little later by itself.
    private void tellReaders(long tableId) {
        var request = RefreshTableRequest.newBuilder().setTableId(tableId).build();
        var _ = context.rpc()
                .call(RoleNames.QUERY_COORD, QueryCoordGrpc.getRefreshTableMethod(), request, TIMEOUT)
                .whenComplete((_, error) -> {
                    if (error != null) {
                        LOG.debug("Query coordinator not told of an index, it will look: {}", error.getMessage());
                    }
                });
    }

    /// Looks over every table.
    void sweep() {
        var tables = new HashSet<Long>();
        state.indexes().forEach(info -> tables.add(info.getIndex().getTableId()));
        tables.forEach(this::check);
        recycle();
        recycler.deleteOrphans();
    }

    /// Makes the tasks that a table lacks, and gives up those whose segment is gone.
    CompletableFuture<Void> check(long tableId) {
        return segments(tableId)
                .thenComposeAsync(reply -> chain.run(() -> reconcile(tableId, reply)), context.loop())
                .handleAsync(
                        (_, error) -> {
                            if (error != null && Failures.hasCode(error, ErrorCode.UNDEFINED_TABLE)) {
                                LOG.debug("Table is gone: table={}", tableId);
                            } else if (error != null) {
                                LOG.warn("Segments not looked over, will try again: table={}", tableId, error);
                            }
                            assign();
                            return null;
                        },
                        context.loop());
    }

    private CompletableFuture<ListSegmentsReply> segments(long tableId) {
        return context.rpc()
                .call(
                        RoleNames.DATA_COORD,
                        DataCoordGrpc.getListSegmentsMethod(),
                        ListSegmentsRequest.newBuilder().setTableId(tableId).build(),
                        TIMEOUT);
    }

    private CompletableFuture<Void> reconcile(long tableId, ListSegmentsReply reply) {
        var present = new HashSet<Long>();
        var missing = new ArrayList<IndexTask.Builder>();
        for (SegmentInfo segment : reply.getSegmentsList()) {
            present.add(segment.getSegmentId());
            if (segment.getState() != SegmentState.FLUSHED
                    || segment.getLevel() == SegmentLevel.L0
                    || segment.getRows() == 0) {
                continue;
            }
            for (IndexInfo info : state.indexesOf(tableId)) {
                if (!state.hasTask(info.getIndex().getIndexId(), segment.getSegmentId())) {
                    missing.add(IndexTask.newBuilder()
                            .setIndexId(info.getIndex().getIndexId())
                            .setSegmentId(segment.getSegmentId())
                            .setTableId(tableId)
                            .setRows(segment.getRows())
                            .setState(IndexTaskState.UNISSUED));
                }
            }
        }
        for (StoredTask stored : state.tasks()) {
            if (stored.task().getTableId() == tableId
                    && !present.contains(stored.task().getSegmentId())) {
                on(stored.task().getBuildId(), new Event.IndexDropped());
            }
        }
        return missing.isEmpty() ? CompletableFuture.completedFuture(null) : create(missing);
    }

    private CompletableFuture<Void> create(List<IndexTask.Builder> missing) {
        return sequences
                .ids(missing.size())
                .thenComposeAsync(
                        first -> {
                            var tasks = new ArrayList<IndexTask>();
                            long id = first;
                            for (IndexTask.Builder task : missing) {
                                tasks.add(task.setBuildId(id++).build());
                            }
                            return store.addTasks(tasks)
                                    .thenAcceptAsync(
                                            revision -> tasks.forEach(task -> state.put(task, revision)),
                                            context.loop());
                        },
                        context.loop());
    }

    /// Gives what did not work another try, and hands out what waits.
    void onTimer() {
        for (StoredTask stored : state.tasks()) {
            if (stored.task().getState() == IndexTaskState.RETRY) {
                on(stored.task().getBuildId(), new Event.TimerFired());
            }
        }
        assign();
    }

    /// Hands out what waits, one round at a time.
    void assign() {
        if (assigning) {
            assignAgain = true;
            return;
        }
        assigning = true;
        var _ = chain.run(() -> CompletableFuture.completedFuture(waiting()))
                .thenComposeAsync(this::assignAll, context.loop())
                .whenCompleteAsync(
                        (_, error) -> {
                            assigning = false;
                            if (error != null) {
                                LOG.warn("Index tasks not handed out, will try again", error);
                            } else if (assignAgain) {
                                assignAgain = false;
                                assign();
                            }
                        },
                        context.loop());
    }

    /// Unissued tasks by table.
    private Map<Long, List<IndexTask>> waiting() {
        var waiting = new TreeMap<Long, List<IndexTask>>();
        for (StoredTask stored : state.tasks()) {
            IndexTask task = stored.task();
            if (task.getState() == IndexTaskState.UNISSUED && !task.getRecycled()) {
                waiting.computeIfAbsent(task.getTableId(), _ -> new ArrayList<>())
                        .add(task);
            }
        }
        return waiting;
    }

    private CompletableFuture<Void> assignAll(Map<Long, List<IndexTask>> waiting) {
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        for (Map.Entry<Long, List<IndexTask>> table : waiting.entrySet()) {
            done = done.thenComposeAsync(_ -> segments(table.getKey()), context.loop())
                    .thenComposeAsync(reply -> assignTable(table.getValue(), reply), context.loop());
        }
        return done;
    }

    private CompletableFuture<Void> assignTable(List<IndexTask> tasks, ListSegmentsReply reply) {
        var segments = new HashMap<Long, SegmentInfo>();
        reply.getSegmentsList().forEach(segment -> segments.put(segment.getSegmentId(), segment));
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        for (IndexTask task : tasks) {
            done = done.thenComposeAsync(_ -> assign(task, segments.get(task.getSegmentId()), reply), context.loop());
        }
        return done;
    }

    private CompletableFuture<Void> assign(IndexTask task, @Nullable SegmentInfo segment, ListSegmentsReply reply) {
        IndexInfo info = state.findIndex(task.getIndexId());
        if (segment == null || segment.getState() != SegmentState.FLUSHED || info == null || info.getDropped()) {
            return step(task.getBuildId(), new Event.IndexDropped(), null);
        }
        boolean flat = info.getIndex().getType().toLowerCase(Locale.ROOT).endsWith("flat");
        if (flat || segment.getRows() < config.minRows()) {
            return step(task.getBuildId(), new Event.NotNeeded(), null);
        }
        String node = loads().leastLoaded(task.getNode()).orElse(null);
        if (node == null) {
            return CompletableFuture.completedFuture(null);
        }
        BuildIndexRequest build = BuildIndexRequest.newBuilder()
                .setIndex(info.getIndex())
                .setSegment(segment)
                .setSchema(reply.getSchema())
                .build();
        return step(task.getBuildId(), new Event.Assigned(node), build);
    }

    private NodeLoads loads() {
        var slots = new HashMap<String, Integer>();
        nodes.forEach((node, registration) -> slots.put(node, slots(registration)));
        var loads = new NodeLoads(slots);
        for (StoredTask stored : state.tasks()) {
            if (stored.task().getState() == IndexTaskState.IN_PROGRESS) {
                loads.take(stored.task().getNode());
            }
        }
        return loads;
    }

    private static int slots(Registration registration) {
        try {
            return Math.max(1, IndexNodeLoad.parseFrom(registration.info()).getSlots());
        } catch (com.google.protobuf.InvalidProtocolBufferException _) {
            // A node that says nothing of itself takes one build.
            return 1;
        }
    }

    private void on(long buildId, Event event) {
        var _ = step(buildId, event, null);
    }

    /// Commits the task's next state, then carries out what follows. A step that lost a race with an index node's
    /// outcome is passed over: the outcome arrives by the watch.
    private CompletableFuture<Void> step(long buildId, Event event, @Nullable BuildIndexRequest build) {
        return chain.run(() -> {
                    StoredTask stored = state.findTask(buildId);
                    if (stored == null) {
                        return CompletableFuture.completedFuture(null);
                    }
                    TaskMachine.Step step = TaskMachine.on(stored.task(), event);
                    if (step.next().equals(stored.task())) {
                        return CompletableFuture.completedFuture(null);
                    }
                    return store.putTask(step.next(), stored.revision())
                            .thenAcceptAsync(
                                    revision -> {
                                        state.put(step.next(), revision);
                                        step.effects().forEach(effect -> carryOut(effect, build));
                                    },
                                    context.loop());
                })
                .exceptionally(error -> {
                    LOG.debug("Index task step not taken: build={} event={}", buildId, event, error);
                    return null;
                });
    }

    private void carryOut(Effect effect, @Nullable BuildIndexRequest build) {
        switch (effect) {
            case Effect.SendBuild(IndexTask task) -> {
                if (build == null) {
                    throw new IllegalStateException(
                            "Task [%d] was assigned without its request".formatted(task.getBuildId()));
                }
                var _ = context.rpc()
                        .call(
                                task.getNode(),
                                IndexNodeGrpc.getBuildMethod(),
                                build.toBuilder().setTask(task).build(),
                                TIMEOUT)
                        .whenCompleteAsync(
                                (reply, error) -> {
                                    if (error != null || !reply.getAccepted()) {
                                        String why = error == null
                                                ? "Index node [%s] has no slot free".formatted(task.getNode())
                                                : "Index node [%s] gave no answer".formatted(task.getNode());
                                        on(task.getBuildId(), new Event.Refused(task.getVersion(), why));
                                    }
                                },
                                context.loop());
            }
            case Effect.SendCancel(String node, long buildId) -> {
                var _ = context.rpc()
                        .call(
                                node,
                                IndexNodeGrpc.getCancelMethod(),
                                CancelBuildRequest.newBuilder()
                                        .setBuildId(buildId)
                                        .build(),
                                TIMEOUT)
                        .whenComplete((_, error) -> {
                            if (error != null) {
                                LOG.debug("Build not cancelled, its outcome is void: build={}", buildId);
                            }
                        });
            }
        }
    }

    /// Asks the nodes how far their builds are.
    void pollProgress() {
        for (String node : nodes.keySet()) {
            var _ = context.rpc()
                    .call(node, IndexNodeGrpc.getGetLoadMethod(), IndexNodeLoadRequest.getDefaultInstance(), TIMEOUT)
                    .whenCompleteAsync(
                            (load, error) -> {
                                if (error == null) {
                                    load.getRunningList()
                                            .forEach(task -> state.report(task.getBuildId(), task.getProgress()));
                                }
                            },
                            context.loop());
        }
    }

    /// Has dropped indexes and their tasks deleted.
    private void recycle() {
        for (StoredTask stored : state.tasks()) {
            IndexInfo info = state.findIndex(stored.task().getIndexId());
            if (info == null || info.getDropped()) {
                on(stored.task().getBuildId(), new Event.IndexDropped());
            }
        }
        var _ = chain.run(() -> CompletableFuture.completedFuture(null))
                .thenComposeAsync(_ -> recycler.recycle(), context.loop());
    }
}
