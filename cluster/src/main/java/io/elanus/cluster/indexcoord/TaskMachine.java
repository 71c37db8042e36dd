package io.elanus.cluster.indexcoord;

import io.elanus.proto.grpc.IndexTask;
import io.elanus.proto.grpc.IndexTaskState;
import java.util.List;

/// The states of a build task. Transitions and their causes:
///
/// | from | event | to |
/// |---|---|---|
/// | UNISSUED | assigned to a node | IN_PROGRESS, version + 1: the node is asked to build |
/// | UNISSUED | too few rows, or an index without files | FINISHED without a file |
/// | IN_PROGRESS | the node refuses, cannot be reached, or is lost | RETRY |
/// | IN_PROGRESS | outcome of this version: finished, failed, short of resources | FINISHED, FAILED, RETRY |
/// | RETRY | the timer | UNISSUED; FAILED when it has been tried often enough |
/// | FINISHED | a reader found its file damaged | UNISSUED without a file, or FAILED after many times |
/// | UNISSUED, IN_PROGRESS, RETRY, FINISHED, FAILED | its index is dropped | the same, recycled, version + 1 |
///
/// Every other pair changes nothing; a recycled task never changes again. Tries count builds that failed by
/// themselves and files that were found damaged, over the life of the task: neither a disk that spoils every file
/// nor a segment that cannot be read is worked on for ever. A node that left or was full is no try. Pure.
///
/// @param maxTries after so many a task fails for good
record TaskMachine(int maxTries) {
    sealed interface Event {
        record Assigned(String node) implements Event {}

        record NotNeeded() implements Event {}

        /// The node of this version did not take the task.
        record Refused(long version, String why) implements Event {}

        record NodeLost(String node) implements Event {}

        /// What an index node wrote.
        record Outcome(IndexTask written) implements Event {}

        record TimerFired() implements Event {}

        /// Sent again until it is heard; of an earlier file it changes nothing.
        record FileDamaged(String file, String why) implements Event {}

        record IndexDropped() implements Event {}
    }

    sealed interface Effect {
        record SendBuild(IndexTask task) implements Effect {}

        record SendCancel(String node, long buildId) implements Effect {}

        record DeleteFile(String file) implements Effect {}
    }

    record Step(IndexTask next, List<Effect> effects) {
        Step {
            effects = List.copyOf(effects);
        }
    }

    Step on(IndexTask task, Event event) {
        if (task.getRecycled()) {
            return stay(task);
        }
        if (event instanceof Event.IndexDropped) {
            return recycle(task);
        }
        return switch (task.getState()) {
            case UNISSUED -> onUnissued(task, event);
            case IN_PROGRESS -> onInProgress(task, event);
            case RETRY ->
                event instanceof Event.TimerFired ? to(again(task, task.getTries(), task.getFailure())) : stay(task);
            case FINISHED -> event instanceof Event.FileDamaged damaged ? onDamaged(task, damaged) : stay(task);
            case FAILED, INDEX_TASK_NONE, UNRECOGNIZED -> stay(task);
        };
    }

    private static Step onUnissued(IndexTask task, Event event) {
        return switch (event) {
            case Event.Assigned(String node) -> {
                IndexTask next = task.toBuilder()
                        .setState(IndexTaskState.IN_PROGRESS)
                        .setNode(node)
                        .setVersion(task.getVersion() + 1)
                        .clearProgress()
                        .build();
                yield new Step(next, List.of(new Effect.SendBuild(next)));
            }
            case Event.NotNeeded _ ->
                to(task.toBuilder().setState(IndexTaskState.FINISHED).clearFile());
            case Event.Refused _,
                    Event.NodeLost _,
                    Event.Outcome _,
                    Event.TimerFired _,
                    Event.FileDamaged _,
                    Event.IndexDropped _ -> stay(task);
        };
    }

    private static Step onInProgress(IndexTask task, Event event) {
        return switch (event) {
            case Event.Refused(long version, String why) ->
                version == task.getVersion() ? retry(task, why) : stay(task);
            case Event.NodeLost(String node) ->
                node.equals(task.getNode()) ? retry(task, "Index node [%s] left".formatted(node)) : stay(task);
            case Event.Outcome(IndexTask written) ->
                written.getVersion() == task.getVersion() ? new Step(written, List.of()) : stay(task);
            case Event.Assigned _, Event.NotNeeded _, Event.TimerFired _, Event.FileDamaged _, Event.IndexDropped _ ->
                stay(task);
        };
    }

    /// The file is not listed any more once this is stored, and only then deleted. The next assignment has a higher
    /// version, so another file.
    private Step onDamaged(IndexTask task, Event.FileDamaged damaged) {
        if (task.getFile().isEmpty() || !task.getFile().equals(damaged.file())) {
            return stay(task);
        }
        IndexTask.Builder next = again(task, task.getTries() + 1, damaged.why());
        return new Step(
                next.clearFile().clearSize().clearProgress().build(), List.of(new Effect.DeleteFile(task.getFile())));
    }

    private IndexTask.Builder again(IndexTask task, int tries, String why) {
        boolean enough = tries >= maxTries;
        return task.toBuilder()
                .setTries(tries)
                .setState(enough ? IndexTaskState.FAILED : IndexTaskState.UNISSUED)
                .setFailure(enough ? "Given up after [%d] tries: %s".formatted(tries, why) : why);
    }

    private static Step recycle(IndexTask task) {
        IndexTask next = task.toBuilder()
                .setRecycled(true)
                .setVersion(task.getVersion() + 1)
                .build();
        return task.getState() == IndexTaskState.IN_PROGRESS
                ? new Step(next, List.of(new Effect.SendCancel(task.getNode(), task.getBuildId())))
                : new Step(next, List.of());
    }

    /// The task remembers the node, so that another one is tried first.
    private static Step retry(IndexTask task, String why) {
        return to(
                task.toBuilder().setState(IndexTaskState.RETRY).setFailure(why).clearProgress());
    }

    private static Step to(IndexTask.Builder next) {
        return new Step(next.build(), List.of());
    }

    private static Step stay(IndexTask task) {
        return new Step(task, List.of());
    }
}
