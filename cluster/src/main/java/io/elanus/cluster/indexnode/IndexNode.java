package io.elanus.cluster.indexnode;

import io.elanus.cluster.client.LeaseGuard;
import io.elanus.cluster.client.NodeRegistry;
import io.elanus.cluster.client.RoleNames;
import io.elanus.cluster.indexcoord.IndexFiles;
import io.elanus.cluster.indexcoord.IndexStore;
import io.elanus.cluster.runtime.Failures;
import io.elanus.cluster.runtime.Role;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.ServiceTable;
import io.elanus.proto.grpc.BuildIndexReply;
import io.elanus.proto.grpc.BuildIndexRequest;
import io.elanus.proto.grpc.CancelBuildReply;
import io.elanus.proto.grpc.IndexNodeGrpc;
import io.elanus.proto.grpc.IndexNodeLoad;
import io.elanus.proto.grpc.IndexTask;
import io.elanus.proto.grpc.IndexTaskState;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.index.IndexFormats;
import io.elanus.storage.memory.MappedFault;
import io.elanus.storage.meta.MetaStore;
import io.elanus.storage.meta.Txn;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The index node. Stateless: what it was building when it vanishes is built again elsewhere.
public final class IndexNode implements Role {
    private static final Logger LOG = LoggerFactory.getLogger(IndexNode.class);

    private final RoleContext context;
    private final IndexNodeConfig config;
    private final IndexFormats formats;
    private final BuildMemory memory;
    private final ServiceTable services = new ServiceTable();
    private final Map<Long, SegmentBuild> builds = new HashMap<>();
    private final CompletableFuture<Void> memoryGivenBack = new CompletableFuture<>();
    private @Nullable LeaseGuard lease;
    private boolean stopped;

    /// @param formats how to build; their pool decides on the threads of one build
    public IndexNode(RoleContext context, IndexNodeConfig config, IndexFormats formats) {
        this(context, config, formats, Optional.empty());
    }

    /// @param folder for content of files under construction that need not stay in memory
    public IndexNode(RoleContext context, IndexNodeConfig config, IndexFormats formats, Optional<Path> folder) {
        this.context = context;
        this.config = config;
        this.formats = formats;
        this.memory = new BuildMemory(
                context.stores().memory().newChildAllocator(context.node() + "-index", 0, Long.MAX_VALUE), folder);
        services.add(IndexNodeGrpc.getBuildMethod(), this::build)
                .add(IndexNodeGrpc.getCancelMethod(), request -> {
                    SegmentBuild build = builds.get(request.getBuildId());
                    if (build != null) {
                        build.cancel();
                    }
                    return CompletableFuture.completedFuture(CancelBuildReply.getDefaultInstance());
                })
                .add(IndexNodeGrpc.getGetLoadMethod(), _ -> CompletableFuture.completedFuture(load()));
    }

    @Override
    public ServiceTable services() {
        return services;
    }

    @Override
    public CompletableFuture<Void> start() {
        return new NodeRegistry(context, config.leaseTime())
                .register(RoleNames.INDEX_NODE, load().toByteString(), this::onLeaseLost)
                .thenAcceptAsync(granted -> lease = granted, context.loop());
    }

    /// The tasks were given to others; their versions have moved on.
    private void onLeaseLost() {
        builds.values().forEach(SegmentBuild::cancel);
        startAgain();
    }

    private void startAgain() {
        if (stopped) {
            return;
        }
        var _ = start().whenCompleteAsync(
                        (_, error) -> {
                            if (error != null) {
                                var _ = context.loop().schedule(config.retryDelay(), this::startAgain);
                            }
                        },
                        context.loop());
    }

    @Override
    public CompletableFuture<Void> stop() {
        return CompletableFuture.runAsync(
                        () -> {
                            stopped = true;
                            builds.values().forEach(SegmentBuild::cancel);
                            giveMemoryBack();
                        },
                        context.loop())
                .thenComposeAsync(
                        _ -> CompletableFuture.allOf(
                                memoryGivenBack,
                                lease == null ? CompletableFuture.completedFuture(null) : lease.release()),
                        context.loop());
    }

    /// Once the node has stopped and its last build, which works in that memory, has ended.
    private void giveMemoryBack() {
        if (!stopped || !builds.isEmpty() || memoryGivenBack.isDone()) {
            return;
        }
        try {
            memory.allocator().close();
            memoryGivenBack.complete(null);
        } catch (IllegalStateException e) { // some of it is still out: whoever stops the node is told
            memoryGivenBack.completeExceptionally(e);
        }
    }

    private IndexNodeLoad load() {
        var load = IndexNodeLoad.newBuilder().setSlots(config.slots()).setBusy(builds.size());
        builds.values()
                .forEach(build ->
                        load.addRunning(build.request().getTask().toBuilder().setProgress(build.done())));
        return load.build();
    }

    /// Accepts or refuses at once.
    private CompletableFuture<BuildIndexReply> build(BuildIndexRequest request) {
        long buildId = request.getTask().getBuildId();
        SegmentBuild running = builds.get(buildId);
        if (running != null
                && running.request().getTask().getVersion() >= request.getTask().getVersion()) {
            return CompletableFuture.completedFuture(
                    BuildIndexReply.newBuilder().setAccepted(true).build());
        }
        if (running != null || stopped || builds.size() >= config.slots()) {
            if (running != null) {
                running.cancel();
            }
            return CompletableFuture.completedFuture(BuildIndexReply.getDefaultInstance());
        }
        var build = new SegmentBuild(request, context.stores().objects(), formats, memory);
        builds.put(buildId, build);
        var _ = context.workers()
                .compute(build::run)
                .handleAsync((bytes, error) -> outcome(build, bytes, error), context.loop())
                .thenComposeAsync(outcome -> write(outcome, 1), context.loop())
                .whenCompleteAsync((_, error) -> ended(build, error), context.loop());
        return CompletableFuture.completedFuture(
                BuildIndexReply.newBuilder().setAccepted(true).build());
    }

    private void ended(SegmentBuild build, @Nullable Throwable error) {
        builds.remove(build.request().getTask().getBuildId());
        if (error != null) {
            LOG.warn("Outcome of a build not written: task={}", build.request().getTask(), error);
        }
        giveMemoryBack();
    }

    private IndexTask outcome(SegmentBuild build, @Nullable Long bytes, @Nullable Throwable error) {
        IndexTask.Builder task = build.request().getTask().toBuilder();
        if (error == null && bytes != null) {
            return task.setState(IndexTaskState.FINISHED)
                    .setFile(IndexFiles.key(build.request().getTask()))
                    .setSize(bytes)
                    .clearFailure()
                    .build();
        }
        Throwable cause =
                error == null ? new IllegalStateException("A build without a result") : Failures.unwrap(error);
        boolean again = mayWorkElsewhere(cause);
        if (Failures.hasCode(cause, ErrorCode.CANCELLED)) {
            LOG.info("Index build cancelled: build={} segment={}", task.getBuildId(), task.getSegmentId());
        } else {
            LOG.warn(
                    "Index not built: build={} segment={} again={}",
                    task.getBuildId(),
                    task.getSegmentId(),
                    again,
                    cause);
        }
        boolean tried = !shortOfResources(cause) && !Failures.hasCode(cause, ErrorCode.CANCELLED);
        return task.setState(again ? IndexTaskState.RETRY : IndexTaskState.FAILED)
                .setTries(task.getTries() + (tried ? 1 : 0))
                .setFailure(String.valueOf(cause.getMessage()))
                .build();
    }

    /// Lack of resources, a failing store, or a build that was cancelled.
    private static boolean mayWorkElsewhere(Throwable cause) {
        Optional<ErrorCode> code = Failures.code(cause);
        return shortOfResources(cause)
                || MappedFault.is(cause)
                || code.map(known -> known.retryable() || known == ErrorCode.CANCELLED)
                        .orElse(false);
    }

    /// Says nothing about the build: it may be tried as often as it takes.
    private static boolean shortOfResources(Throwable cause) {
        return cause instanceof OutOfMemoryException
                || cause instanceof OutOfMemoryError
                || Failures.hasCode(cause, ErrorCode.OUT_OF_MEMORY, ErrorCode.DISK_FULL);
    }

    /// Writes the outcome if the task is still ours; else takes the file back.
    private CompletableFuture<Void> write(IndexTask outcome, int attempt) {
        MetaStore meta = context.stores().meta();
        String key = IndexStore.taskKey(outcome.getBuildId());
        return meta.load(key)
                .thenCompose(entry -> {
                    if (entry.isEmpty() || !ours(IndexStore.parseTask(entry.get()), outcome)) {
                        return CompletableFuture.completedFuture(false);
                    }
                    return meta.commit(Txn.when(new Txn.Condition.ModRevision(
                                            key, entry.get().modRevision()))
                                    .put(key, outcome.toByteString())
                                    .build())
                            .thenApply(MetaStore.TxnResult::succeeded);
                })
                .handleAsync((written, error) -> settle(outcome, attempt, written, error), context.loop())
                .thenCompose(settled -> settled);
    }

    private static boolean ours(IndexTask stored, IndexTask outcome) {
        return stored.getState() == IndexTaskState.IN_PROGRESS
                && stored.getVersion() == outcome.getVersion()
                && !stored.getRecycled();
    }

    private CompletableFuture<Void> settle(
            IndexTask outcome, int attempt, @Nullable Boolean written, @Nullable Throwable error) {
        if (error != null && attempt < config.outcomeTries()) {
            var again = new CompletableFuture<Void>();
            var _ = context.loop().schedule(config.retryDelay(), () -> {
                var _ = write(outcome, attempt + 1).whenComplete((_, failure) -> {
                    if (failure == null) {
                        again.complete(null);
                    } else {
                        again.completeExceptionally(failure);
                    }
                });
            });
            return again;
        }
        if (error != null) {
            return CompletableFuture.failedFuture(error);
        }
        if (Boolean.TRUE.equals(written) || outcome.getFile().isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        LOG.info("Build came too late, its file is deleted: build={}", outcome.getBuildId());
        return context.workers().io(() -> {
            context.stores().objects().delete(outcome.getFile());
            return null;
        });
    }
}
