package io.elanus.cluster.indexcoord;

import io.elanus.cluster.client.Registration;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.client.Sequences;
import io.elanus.cluster.indexcoord.IndexStore.StoredTask;
import io.elanus.cluster.indexcoord.TaskMachine.Event;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.TaskChain;
import io.elanus.proto.grpc.DamagedIndexRequest;
import io.elanus.proto.grpc.DataCoordGrpc;
import io.elanus.proto.grpc.FlushRequest;
import io.elanus.proto.grpc.IndexInfo;
import io.elanus.proto.grpc.IndexProgress;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.IndexTask;
import io.elanus.proto.grpc.IndexTaskState;
import io.elanus.proto.grpc.ListSegmentIndexesReply;
import io.elanus.proto.grpc.ListSegmentsReply;
import io.elanus.proto.grpc.ListSegmentsRequest;
import io.elanus.proto.grpc.QueryCoordGrpc;
import io.elanus.proto.grpc.RefreshTableRequest;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.meta.MetaStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The index coordinator while it is in office: indexes come and go, tasks are made for the segments of their
/// tables, and what became of them is passed on. [TaskSteps] changes tasks, [BuildAssignment] hands them out.
final class IndexOffice {
    private static final Logger LOG = LoggerFactory.getLogger(IndexOffice.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FLUSH_TIMEOUT = Duration.ofMinutes(5);

    private final RoleContext context;
    private final IndexStore store;
    private final IndexState state;
    private final Sequences sequences;
    private final TaskChain chain;
    private final IndexRecycler recycler;
    private final IndexReports reports;
    private final TaskSteps steps;
    private final BuildAssignment assignment;
    private final RetryPauses pauses = new RetryPauses();
    private final Set<Long> settling = new HashSet<>();

    IndexOffice(RoleContext context, IndexCoordConfig config, IndexStore store, IndexState state, Sequences sequences) {
        this.context = context;
        this.store = store;
        this.state = state;
        this.sequences = sequences;
        this.chain = new TaskChain(context.loop());
        this.recycler = new IndexRecycler(context, config, store, state, chain);
        this.reports = new IndexReports(state);
        this.steps = new TaskSteps(context, new TaskMachine(config.maxTries()), store, state, chain, recycler);
        this.assignment = new BuildAssignment(context, config, state, chain, steps, this::segments);
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
        return reports.list(tableId);
    }

    IndexProgress progress(long indexId) {
        return reports.progress(indexId, settling.contains(indexId));
    }

    /// The index nodes that live now.
    void onNodes(SortedMap<String, Registration> alive) {
        assignment.onNodes(alive);
    }

    /// Asks the nodes how far their builds are.
    void pollProgress() {
        assignment.pollProgress();
    }

    /// A query node cannot use a file. Answers once it is known to be dropped, so that a report that was not
    /// answered is sent again.
    CompletableFuture<Void> onDamaged(DamagedIndexRequest report) {
        StoredTask stored = state.findTask(report.getBuildId());
        if (stored == null || !stored.task().getFile().equals(report.getFile())) {
            return CompletableFuture.completedFuture(null);
        }
        LOG.warn(
                "Index file damaged, will be built again: index={} segment={} file={} tries={} reason={}",
                stored.task().getIndexId(),
                stored.task().getSegmentId(),
                report.getFile(),
                stored.task().getTries(),
                report.getReason());
        return steps.take(report.getBuildId(), new Event.FileDamaged(report.getFile(), report.getReason()), null)
                .thenRunAsync(
                        () -> {
                            tellReaders(stored.task().getTableId());
                            assignment.assign();
                        },
                        context.loop());
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
        pauses.forget(task.getBuildId());
        assignment.assign();
    }

    /// The indexes that can be used are others now; the query coordinator would find it a little later by itself.
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
                            assignment.assign();
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
                steps.on(stored.task().getBuildId(), new Event.IndexDropped());
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
        long now = context.clock().monotonicNanos();
        for (StoredTask stored : state.tasks()) {
            if (stored.task().getState() == IndexTaskState.RETRY && pauses.due(stored.task(), now)) {
                steps.on(stored.task().getBuildId(), new Event.TimerFired());
            }
        }
        assignment.assign();
    }

    /// Has dropped indexes and their tasks deleted.
    private void recycle() {
        for (StoredTask stored : state.tasks()) {
            IndexInfo info = state.findIndex(stored.task().getIndexId());
            if (info == null || info.getDropped()) {
                steps.on(stored.task().getBuildId(), new Event.IndexDropped());
            }
        }
        var _ = chain.run(() -> CompletableFuture.completedFuture(null))
                .thenComposeAsync(_ -> recycler.recycle(), context.loop());
    }
}
