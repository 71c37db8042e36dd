package io.elanus.cluster.indexcoord;

import io.elanus.cluster.indexcoord.IndexStore.StoredTask;
import io.elanus.cluster.indexcoord.TaskMachine.Effect;
import io.elanus.cluster.indexcoord.TaskMachine.Event;
import io.elanus.cluster.runtime.RoleContext;
import io.elanus.cluster.runtime.TaskChain;
import io.elanus.proto.grpc.BuildIndexRequest;
import io.elanus.proto.grpc.CancelBuildRequest;
import io.elanus.proto.grpc.IndexNodeGrpc;
import io.elanus.proto.grpc.IndexTask;
import io.elanus.proto.grpc.IndexTaskState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes tasks from state to state: decides by [TaskMachine], commits, then carries out what follows. Lives on the
/// loop.
final class TaskSteps {
    private static final Logger LOG = LoggerFactory.getLogger(TaskSteps.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final RoleContext context;
    private final TaskMachine machine;
    private final IndexStore store;
    private final IndexState state;
    private final TaskChain chain;
    private final IndexRecycler recycler;

    /// @param chain of everything that writes
    TaskSteps(
            RoleContext context,
            TaskMachine machine,
            IndexStore store,
            IndexState state,
            TaskChain chain,
            IndexRecycler recycler) {
        this.context = context;
        this.machine = machine;
        this.store = store;
        this.state = state;
        this.chain = chain;
        this.recycler = recycler;
    }

    /// A step that nobody waits for. One that lost a race with an index node's outcome is passed over: the outcome
    /// arrives by the watch.
    void on(long buildId, Event event) {
        var _ = attempt(buildId, event, null);
    }

    /// As [#on]; completes when the step is taken or passed over.
    ///
    /// @param build what to send when the event assigns the task
    CompletableFuture<Void> attempt(long buildId, Event event, @Nullable BuildIndexRequest build) {
        return take(buildId, event, build).exceptionally(error -> {
            LOG.debug("Index task step not taken: build={} event={}", buildId, event, error);
            return null;
        });
    }

    /// Completes when the step is stored; fails when it could not be.
    CompletableFuture<Void> take(long buildId, Event event, @Nullable BuildIndexRequest build) {
        return chain.run(() -> {
            StoredTask stored = state.findTask(buildId);
            if (stored == null) {
                return CompletableFuture.completedFuture(null);
            }
            TaskMachine.Step step = machine.on(stored.task(), event);
            if (step.next().equals(stored.task())) {
                return CompletableFuture.completedFuture(null);
            }
            return store.putTask(step.next(), stored.revision())
                    .thenAcceptAsync(
                            revision -> {
                                state.put(step.next(), revision);
                                if (step.next().getState() == IndexTaskState.FAILED
                                        && stored.task().getState() != IndexTaskState.FAILED) {
                                    LOG.error(
                                            "Index given up: index={} segment={} reason={}",
                                            step.next().getIndexId(),
                                            step.next().getSegmentId(),
                                            step.next().getFailure());
                                }
                                step.effects().forEach(effect -> carryOut(effect, build));
                            },
                            context.loop());
        });
    }

    private void carryOut(Effect effect, @Nullable BuildIndexRequest build) {
        switch (effect) {
            case Effect.SendBuild(IndexTask task) -> {
                if (build == null) {
                    throw new IllegalStateException(
                            "Task [%d] was assigned without its request".formatted(task.getBuildId()));
                }
                send(build.toBuilder().setTask(task).build());
            }
            case Effect.SendCancel(String node, long buildId) -> cancel(node, buildId);
            case Effect.DeleteFile(String file) -> recycler.deleteFile(file);
        }
    }

    private void send(BuildIndexRequest build) {
        IndexTask task = build.getTask();
        var _ = context.rpc()
                .call(task.getNode(), IndexNodeGrpc.getBuildMethod(), build, TIMEOUT)
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

    private void cancel(String node, long buildId) {
        var request = CancelBuildRequest.newBuilder().setBuildId(buildId).build();
        var _ = context.rpc()
                .call(node, IndexNodeGrpc.getCancelMethod(), request, TIMEOUT)
                .whenComplete((_, error) -> {
                    if (error != null) {
                        LOG.debug("Build not cancelled, its outcome is void: build={}", buildId);
                    }
                });
    }
}
