package io.elanus.cluster.datacoord;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.datacoord.Assignment.Effect;
import io.elanus.cluster.datacoord.Assignment.Event;
import io.elanus.cluster.datacoord.Assignment.Owner;
import io.elanus.cluster.datacoord.Assignment.ToRelease;
import io.elanus.cluster.datacoord.Assignment.ToWatch;
import io.elanus.cluster.datacoord.Assignment.Unassigned;
import io.elanus.cluster.datacoord.Assignment.Watched;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// every pair of state and event.
class ChannelMachineTest {
    private static final Owner A = new Owner("a", 1);
    private static final Owner A_AGAIN = new Owner("a", 2);
    private static final Owner B = new Owner("b", 3);
    private static final long LATE = Duration.ofMinutes(5).toNanos();

    private static final Unassigned UNASSIGNED = new Unassigned(4);
    private static final ToWatch TO_WATCH = new ToWatch(A, 4, 0);
    private static final Watched WATCHED = new Watched(A, 4);
    private static final ToRelease TO_RELEASE = new ToRelease(A, 4, 0);

    private static final List<Event> EVENTS = List.of(
            new Event.Placed(A),
            new Event.Placed(A_AGAIN),
            new Event.Placed(B),
            new Event.OwnerLost(A),
            new Event.OwnerLost(B),
            new Event.WatchAnswered(4, true),
            new Event.WatchAnswered(4, false),
            new Event.WatchAnswered(3, true),
            new Event.WatchAnswered(3, false),
            new Event.Released(4),
            new Event.Released(3),
            new Event.TimerFired());

    private final ChannelMachine machine = new ChannelMachine(Duration.ofSeconds(60), Duration.ofSeconds(30));

    @Test
    void walksAllPairsOfStateAndEvent() {
        Map<Assignment, Map<Event, Assignment>> changes = Map.of(
                UNASSIGNED,
                Map.of(
                        new Event.Placed(A), new ToWatch(A, 5, LATE),
                        new Event.Placed(A_AGAIN), new ToWatch(A_AGAIN, 5, LATE),
                        new Event.Placed(B), new ToWatch(B, 5, LATE)),
                TO_WATCH,
                Map.of(
                        new Event.Placed(A_AGAIN), new ToWatch(A_AGAIN, 5, LATE),
                        new Event.Placed(B), new ToWatch(B, 5, LATE),
                        new Event.OwnerLost(A), UNASSIGNED,
                        new Event.WatchAnswered(4, true), WATCHED,
                        new Event.WatchAnswered(4, false), UNASSIGNED,
                        new Event.TimerFired(), UNASSIGNED),
                WATCHED,
                Map.of(
                        new Event.Placed(A_AGAIN), new ToRelease(A, 4, LATE),
                        new Event.Placed(B), new ToRelease(A, 4, LATE),
                        new Event.OwnerLost(A), UNASSIGNED),
                TO_RELEASE,
                Map.of(
                        new Event.OwnerLost(A), UNASSIGNED,
                        new Event.Released(4), UNASSIGNED,
                        new Event.TimerFired(), UNASSIGNED));
        changes.forEach((state, expected) -> {
            for (Event event : EVENTS) {
                assertThat(machine.on(state, event, LATE).next())
                        .as("%s on %s", state, event)
                        .isEqualTo(expected.getOrDefault(event, state));
            }
        });
    }

    @Test
    void anEpochNeverFallsAndRisesWithEveryNewOwner() {
        for (Assignment state : List.of(UNASSIGNED, TO_WATCH, WATCHED, TO_RELEASE)) {
            for (Event event : EVENTS) {
                ChannelMachine.Step step = machine.on(state, event, LATE);
                assertThat(step.next().epoch()).isGreaterThanOrEqualTo(state.epoch());
                for (Effect effect : step.effects()) {
                    if (effect instanceof Effect.SendWatch(Owner _, long epoch)) {
                        assertThat(epoch).isEqualTo(state.epoch() + 1);
                    }
                }
            }
        }
    }

    @Test
    void waitsOutItsTimers() {
        assertThat(machine.on(TO_WATCH, new Event.TimerFired(), 1).next()).isEqualTo(TO_WATCH);
        assertThat(machine.on(TO_RELEASE, new Event.TimerFired(), 1).next()).isEqualTo(TO_RELEASE);
    }

    @Test
    void nodesShareTheChannelsEvenly() {
        Map<String, String> channels = new HashMap<>();
        for (int i = 0; i < 10; i++) {
            channels.put("v" + i, "");
        }
        Map<String, String> placed = ChannelPlacement.place(channels, List.of("a", "b", "c"));
        assertThat(placed).hasSize(10);
        for (String node : List.of("a", "b", "c")) {
            assertThat(placed.values().stream().filter(node::equals).count()).isBetween(2L, 4L);
        }
        assertThat(ChannelPlacement.place(placed, List.of("a", "b", "c"))).isEqualTo(placed);
    }

    @Test
    void aLostNodeMovesOnlyItsOwnChannelsAndANewOneTakesItsShare() {
        Map<String, String> channels = new HashMap<>();
        for (int i = 0; i < 12; i++) {
            channels.put("v" + i, "");
        }
        Map<String, String> three = ChannelPlacement.place(channels, List.of("a", "b", "c"));
        Map<String, String> afterLoss = new HashMap<>(three);
        afterLoss.replaceAll((_, node) -> node.equals("c") ? "" : node);
        Map<String, String> two = ChannelPlacement.place(afterLoss, List.of("a", "b"));
        three.forEach((channel, node) -> {
            if (!node.equals("c")) {
                assertThat(two).containsEntry(channel, node);
            }
        });
        Map<String, String> four = ChannelPlacement.place(two, List.of("a", "b", "d"));
        assertThat(four.values().stream().filter("d"::equals).count()).isEqualTo(4);
        assertThat(ChannelPlacement.place(channels, List.of())).isEmpty();
    }
}
