package io.elanus.cluster.indexcoord;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.indexcoord.TaskMachine.Effect;
import io.elanus.cluster.indexcoord.TaskMachine.Event;
import io.elanus.proto.grpc.IndexTask;
import io.elanus.proto.grpc.IndexTaskState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// as rules: every pair of state and event.
class TaskMachineTest {
    private static final IndexTask FINISHED_BY_NODE =
            task(IndexTaskState.FINISHED).toBuilder().setFile("f").setSize(9).build();
    private static final IndexTask FAILED_BY_NODE =
            task(IndexTaskState.FAILED).toBuilder().setFailure("bad input").build();
    private static final IndexTask OLD_OUTCOME =
            FINISHED_BY_NODE.toBuilder().setVersion(1).build();

    private static final TaskMachine MACHINE = new TaskMachine(3);

    private static final List<Event> EVENTS = List.of(
            new Event.Assigned("n2"),
            new Event.NotNeeded(),
            new Event.Refused(2, "full"),
            new Event.Refused(1, "full"),
            new Event.NodeLost("n1"),
            new Event.NodeLost("other"),
            new Event.Outcome(FINISHED_BY_NODE),
            new Event.Outcome(FAILED_BY_NODE),
            new Event.Outcome(OLD_OUTCOME),
            new Event.TimerFired(),
            new Event.FileDamaged("f", "cut off"));

    @Test
    void walksAllPairsOfStateAndEvent() {
        Map<IndexTaskState, Map<Event, IndexTaskState>> changes = Map.of(
                IndexTaskState.UNISSUED,
                Map.of(
                        new Event.Assigned("n2"), IndexTaskState.IN_PROGRESS,
                        new Event.NotNeeded(), IndexTaskState.FINISHED),
                IndexTaskState.IN_PROGRESS,
                Map.of(
                        new Event.Refused(2, "full"), IndexTaskState.RETRY,
                        new Event.NodeLost("n1"), IndexTaskState.RETRY,
                        new Event.Outcome(FINISHED_BY_NODE), IndexTaskState.FINISHED,
                        new Event.Outcome(FAILED_BY_NODE), IndexTaskState.FAILED),
                IndexTaskState.RETRY,
                Map.of(new Event.TimerFired(), IndexTaskState.UNISSUED),
                IndexTaskState.FINISHED,
                Map.of(),
                IndexTaskState.FAILED,
                Map.of());
        changes.forEach((state, expected) -> {
            for (Event event : EVENTS) {
                TaskMachine.Step step = MACHINE.on(task(state), event);
                assertThat(step.next().getState())
                        .as("%s on %s", state, event)
                        .isEqualTo(expected.getOrDefault(event, state));
                if (!expected.containsKey(event)) {
                    assertThat(step.next()).isEqualTo(task(state));
                    assertThat(step.effects()).isEmpty();
                }
            }
        });
    }

    @Test
    void everyAssignmentHasAHigherVersion() {
        TaskMachine.Step step = MACHINE.on(task(IndexTaskState.UNISSUED), new Event.Assigned("n2"));
        assertThat(step.next().getVersion()).isEqualTo(3);
        assertThat(step.effects()).containsExactly(new Effect.SendBuild(step.next()));
    }

    @Test
    void aDroppedIndexRecyclesItsTasksInEveryStateAndVoidsRunningBuilds() {
        for (IndexTaskState state : List.of(
                IndexTaskState.UNISSUED,
                IndexTaskState.IN_PROGRESS,
                IndexTaskState.RETRY,
                IndexTaskState.FINISHED,
                IndexTaskState.FAILED)) {
            TaskMachine.Step step = MACHINE.on(task(state), new Event.IndexDropped());
            assertThat(step.next().getRecycled()).isTrue();
            assertThat(step.next().getVersion()).isEqualTo(3);
            assertThat(step.effects())
                    .isEqualTo(
                            state == IndexTaskState.IN_PROGRESS ? List.of(new Effect.SendCancel("n1", 5)) : List.of());
            for (Event event : EVENTS) {
                assertThat(MACHINE.on(step.next(), event).next()).isEqualTo(step.next());
            }
        }
    }

    @Test
    void aDamagedFileIsDroppedAndBuiltAgainAndARepeatChangesNothing() {
        Event damaged = new Event.FileDamaged("f", "cut off");
        TaskMachine.Step step = MACHINE.on(FINISHED_BY_NODE, damaged);
        assertThat(step.next().getState()).isEqualTo(IndexTaskState.UNISSUED);
        assertThat(step.next().getFile()).isEmpty();
        assertThat(step.next().getFailure()).isEqualTo("cut off");
        assertThat(step.effects()).containsExactly(new Effect.DeleteFile("f"));
        assertThat(MACHINE.on(step.next(), damaged).next()).isEqualTo(step.next());
        IndexTask rebuilt = MACHINE.on(step.next(), new Event.Assigned("n2")).next().toBuilder()
                .setState(IndexTaskState.FINISHED)
                .setFile("g")
                .build();
        assertThat(MACHINE.on(rebuilt, damaged).next())
                .as("a late repeat is of the earlier file")
                .isEqualTo(rebuilt);
    }

    @Test
    void whatFailsAgainAndAgainIsGivenUpWithItsReason() {
        IndexTask task = task(IndexTaskState.RETRY).toBuilder()
                .setTries(2)
                .setFailure("object [x] cannot be read")
                .build();
        assertThat(MACHINE.on(task, new Event.TimerFired()).next().getState()).isEqualTo(IndexTaskState.UNISSUED);
        IndexTask last = task.toBuilder().setTries(3).build();
        IndexTask given = MACHINE.on(last, new Event.TimerFired()).next();
        assertThat(given.getState()).isEqualTo(IndexTaskState.FAILED);
        assertThat(given.getFailure()).isEqualTo("Given up after [3] tries: object [x] cannot be read");
        IndexTask spoilt = FINISHED_BY_NODE.toBuilder().setTries(2).build();
        assertThat(MACHINE.on(spoilt, new Event.FileDamaged("f", "cut off"))
                        .next()
                        .getState())
                .isEqualTo(IndexTaskState.FAILED);
    }

    @Test
    void theLeastLoadedNodeIsTheOneWithTheSmallestShareTaken() {
        var loads = new NodeLoads(Map.of("a", 1, "b", 4));
        assertThat(loads.leastLoaded("")).contains("a");
        assertThat(loads.leastLoaded("a")).as("another one first").contains("b");
        loads.take("a");
        assertThat(loads.leastLoaded("")).contains("b");
        assertThat(loads.leastLoaded("b")).as("better than none").contains("b");
        for (int i = 0; i < 4; i++) {
            loads.take("b");
        }
        assertThat(loads.leastLoaded("")).isEmpty();
    }

    private static IndexTask task(IndexTaskState state) {
        return IndexTask.newBuilder()
                .setBuildId(5)
                .setIndexId(1)
                .setSegmentId(2)
                .setVersion(2)
                .setNode("n1")
                .setState(state)
                .build();
    }
}
