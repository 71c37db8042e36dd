package io.elanus.cluster.querycoord;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.querycoord.ChannelLoad.Activity;
import io.elanus.cluster.querycoord.QueryState.LiveNode;
import io.elanus.proto.grpc.RecoveryInfo;
import io.elanus.proto.grpc.SegmentIndex;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Loading, next and current target, assignment and loss of nodes.
class LoadRulesTest {
    private static final Duration PULL = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofMillis(200);

    private final LoadRules rules = new LoadRules(PULL, RETRY);
    private final List<QueryEffect> effects = new ArrayList<>();
    private QueryState state = QueryState.empty(1);
    private long now = 10_000;

    @Test
    void loadsATableStepByStep() {
        nodes("a");
        on(new QueryEvent.LoadAsked(1, List.of("v0")));
        assertThat(effects).containsExactly(new QueryEffect.SaveLoad(1), new QueryEffect.Pull(1, "v0"));
        assertThat(state.serves(1)).isFalse();

        Target target = target(10, 100);
        on(new QueryEvent.Pulled("v0", target));
        assertThat(effects).containsExactly(new QueryEffect.Watch("v0", "a", target));
        done("v0", "a", Activity.WATCHING, 0);
        assertThat(effects).containsExactly(new QueryEffect.Load("v0", "a", target));
        done("v0", "a", Activity.LOADING, 0);
        assertThat(effects).containsExactly(new QueryEffect.Sync("v0", "a", 1, target));
        assertThat(state.serves(1)).isFalse();
        done("v0", "a", Activity.SYNCING, 1);
        assertThat(state.serves(1)).isTrue();
        assertThat(effects).isEmpty();
    }

    @Test
    void pullsAgainAfterTheIntervalAndLeavesAnUnchangedTargetAlone() {
        load("a", "v0", target(10, 100));
        now += PULL.toMillis() - 1;
        on(new QueryEvent.TimerFired());
        assertThat(effects).isEmpty();
        now += 1;
        on(new QueryEvent.TimerFired());
        assertThat(effects).containsExactly(new QueryEffect.Pull(1, "v0"));
        on(new QueryEvent.Pulled("v0", target(10, 100)));
        assertThat(effects).isEmpty();
        assertThat(channel("v0").activity()).isEqualTo(Activity.IDLE);
    }

    @Test
    void aNewTargetReplacesTheCurrentOneOnlyWhenItIsLoaded() {
        load("a", "v0", target(10, 100));
        on(new QueryEvent.RefreshAsked(1));
        Target next = target(11, 200);
        on(new QueryEvent.Pulled("v0", next));
        assertThat(effects).containsExactly(new QueryEffect.Load("v0", "a", next));
        assertThat(channel("v0").current()).contains(target(10, 100));
        done("v0", "a", Activity.LOADING, 0);
        assertThat(effects).containsExactly(new QueryEffect.Sync("v0", "a", 2, next));
        done("v0", "a", Activity.SYNCING, 2);
        assertThat(channel("v0").current()).contains(next);
    }

    @Test
    void aNewIndexIsANewTarget() {
        load("a", "v0", target(10, 100));
        on(new QueryEvent.RefreshAsked(1));
        Target indexed = new Target(
                target(10, 100).recovery(),
                List.of(SegmentIndex.newBuilder()
                        .setSegmentId(10)
                        .setBuildId(5)
                        .setFile("f")
                        .build()));
        on(new QueryEvent.Pulled("v0", indexed));
        assertThat(effects).containsExactly(new QueryEffect.Load("v0", "a", indexed));
    }

    @Test
    void aFailedStepIsTriedAgainAfterAPauseWhileTheCurrentTargetServes() {
        load("a", "v0", target(10, 100));
        on(new QueryEvent.RefreshAsked(1));
        on(new QueryEvent.Pulled("v0", target(11, 200)));
        on(new QueryEvent.Failed("v0", "a", Activity.LOADING, ErrorCode.DISK_FULL, "the disk is full"));
        assertThat(state.serves(1)).isTrue();
        assertThat(channel("v0").failure().reason()).isEqualTo("the disk is full");
        now += RETRY.toMillis();
        on(new QueryEvent.TimerFired());
        assertThat(effects).containsExactly(new QueryEffect.Pull(1, "v0"));
        on(new QueryEvent.Pulled("v0", target(11, 200)));
        assertThat(effects).containsExactly(new QueryEffect.Watch("v0", "a", target(11, 200)));
    }

    @Test
    void vchannelsGoToTheLeastLoadedNode() {
        nodes("a", "b");
        load("a", "v0", target(10, 1_000_000));
        on(new QueryEvent.LoadAsked(2, List.of("w0", "w1")));
        on(new QueryEvent.Pulled("w0", target(20, 10)));
        on(new QueryEvent.Pulled("w1", target(21, 10)));
        assertThat(channel("w0").ledBy("b")).isTrue();
        assertThat(channel("w1").ledBy("b")).isTrue();
    }

    @Test
    void aLostNodeLosesItsVchannelsToAnother() {
        load("a", "v0", target(10, 100));
        long version = state.leadersVersion();
        nodes("b");
        assertThat(state.serves(1)).isFalse();
        assertThat(state.leadersVersion()).isGreaterThan(version);
        assertThat(effects).containsExactly(new QueryEffect.Pull(1, "v0"));
        on(new QueryEvent.Pulled("v0", target(10, 100)));
        assertThat(effects).containsExactly(new QueryEffect.Watch("v0", "b", target(10, 100)));
        // What the lost node still answers is of no interest.
        done("v0", "a", Activity.WATCHING, 0);
        assertThat(effects).isEmpty();
    }

    @Test
    void aNodeThatLeavesServesUntilAnotherOneDoes() {
        Target target = target(10, 100);
        load("a", "v0", target);
        nodes("a", "b");
        nodes(Set.of("a"), "a", "b");
        assertThat(effects).containsExactly(new QueryEffect.Pull(1, "v0"));
        on(new QueryEvent.Pulled("v0", target));
        assertThat(effects).containsExactly(new QueryEffect.Watch("v0", "b", target));
        done("v0", "b", Activity.WATCHING, 0);
        done("v0", "b", Activity.LOADING, 0);
        assertThat(effects).containsExactly(new QueryEffect.Sync("v0", "b", 1, target));
        assertThat(channel("v0").ledBy("a")).isTrue();
        assertThat(state.serves(1)).isTrue();
        long version = state.leadersVersion();

        done("v0", "b", Activity.SYNCING, 1);
        assertThat(effects).containsExactly(new QueryEffect.Unwatch("v0", "a"));
        assertThat(channel("v0").ledBy("b")).isTrue();
        assertThat(state.serves(1)).isTrue();
        assertThat(state.leadersVersion()).isGreaterThan(version);
        assertThat(state.arrivals()).isEmpty();
    }

    @Test
    void aNodeThatDiesWhileItLeavesIsReplacedByTheOneThatWasToTakeOver() {
        load("a", "v0", target(10, 100));
        nodes(Set.of("a"), "a", "b", "c");
        on(new QueryEvent.Pulled("v0", target(10, 100)));
        nodes("b", "c");
        assertThat(channel("v0").ledBy("b")).isTrue();
        assertThat(state.arrivals()).isEmpty();
        done("v0", "b", Activity.WATCHING, 0);
        done("v0", "b", Activity.LOADING, 0);
        done("v0", "b", Activity.SYNCING, 1);
        assertThat(state.serves(1)).isTrue();
    }

    @Test
    void aNodeThatDiesWhileItTakesOverIsReplacedByAnother() {
        load("a", "v0", target(10, 100));
        nodes(Set.of("a"), "a", "b", "c");
        on(new QueryEvent.Pulled("v0", target(10, 100)));
        nodes(Set.of("a"), "a", "c");
        assertThat(state.findArrival("v0").orElseThrow().ledBy("c")).isTrue();
        assertThat(state.serves(1)).isTrue();
    }

    @Test
    void withoutAnotherNodeTheOneThatLeavesServesOn() {
        load("a", "v0", target(10, 100));
        nodes(Set.of("a"), "a");
        assertThat(effects).isEmpty();
        assertThat(state.serves(1)).isTrue();
    }

    @Test
    void aNewNodeTakesVchannelsUntilTheNodesAreEven() {
        load("a", "v0", target(10, 100));
        on(new QueryEvent.LoadAsked(2, List.of("w0")));
        on(new QueryEvent.Pulled("w0", target(20, 100)));
        done("w0", "a", Activity.WATCHING, 0);
        done("w0", "a", Activity.LOADING, 0);
        done("w0", "a", Activity.SYNCING, 1);
        nodes("a", "b");
        assertThat(state.arrivals()).hasSize(1);
        String moved = state.arrivals().firstKey();
        on(new QueryEvent.Pulled(moved, target(10, 100)));
        done(moved, "b", Activity.WATCHING, 0);
        done(moved, "b", Activity.LOADING, 0);
        done(moved, "b", Activity.SYNCING, 1);
        assertThat(channel(moved).ledBy("b")).isTrue();
        assertThat(state.arrivals()).isEmpty();
        assertThat(state.serves(1) && state.serves(2)).isTrue();
    }

    @Test
    void aNodeThatCameBackAsANewProcessStartsAnew() {
        load("a", "v0", target(10, 100));
        on(new QueryEvent.NodesChanged(new TreeMap<>(Map.of("a", new LiveNode(99, false)))));
        assertThat(state.serves(1)).isFalse();
    }

    @Test
    void aLeaderThatForgotItsVchannelLosesItAndAnUnknownOneIsStopped() {
        load("a", "v0", target(10, 100));
        now += 10;
        on(new QueryEvent.Distributed("a", Map.of("x9", 3L), now));
        assertThat(state.serves(1)).isFalse();
        assertThat(effects).contains(new QueryEffect.Unwatch("x9", "a"), new QueryEffect.Pull(1, "v0"));
    }

    @Test
    void aReportThatWasAskedForBeforeTheLastStepIsIgnored() {
        load("a", "v0", target(10, 100));
        on(new QueryEvent.Distributed("a", Map.of(), now - 1));
        assertThat(state.serves(1)).isTrue();
    }

    @Test
    void aRestartedCoordinatorAdoptsLeadersThatServe() {
        nodes("a", "b");
        on(new QueryEvent.LoadAsked(1, List.of("v0")));
        on(new QueryEvent.Distributed("b", Map.of("v0", 7L), now));
        assertThat(state.serves(1)).isTrue();
        on(new QueryEvent.Pulled("v0", target(10, 100)));
        done("v0", "b", Activity.LOADING, 0);
        assertThat(effects).containsExactly(new QueryEffect.Sync("v0", "b", 8, target(10, 100)));
    }

    @Test
    void aReleasedTableIsForgottenEverywhere() {
        load("a", "v0", target(10, 100));
        on(new QueryEvent.ReleaseAsked(1));
        assertThat(effects).containsExactly(new QueryEffect.DropLoad(1), new QueryEffect.Unwatch("v0", "a"));
        assertThat(state.tables()).isEmpty();
        assertThat(state.channels()).isEmpty();
        on(new QueryEvent.Pulled("v0", target(10, 100)));
        assertThat(effects).isEmpty();
    }

    @Test
    void whatDoesNotPassIsToldAndTriedEverLessOften() {
        on(new QueryEvent.LoadAsked(1, List.of("v0")));
        nodes("a");
        long pause = 0;
        for (int i = 0; i < 4; i++) {
            on(new QueryEvent.Pulled("v0", target(10, 100)));
            on(new QueryEvent.Failed("v0", "a", Activity.WATCHING, ErrorCode.CORRUPT, "object [x] is damaged"));
            assertThat(channel("v0").failure().lasting()).isTrue();
            long next = channel("v0").cycle().dueMillis() - now;
            assertThat(next).isGreaterThan(pause);
            pause = next;
            now += next;
            on(new QueryEvent.TimerFired());
        }
        on(new QueryEvent.Pulled("v0", target(10, 100)));
        on(new QueryEvent.Failed("v0", "a", Activity.WATCHING, ErrorCode.UNAVAILABLE, "no answer"));
        assertThat(channel("v0").failure().lasting()).isFalse();
    }

    @Test
    void aFileThatIsMissingOnceMayHaveBeenReplaced() {
        on(new QueryEvent.LoadAsked(1, List.of("v0")));
        nodes("a");
        for (int i = 1; i <= 2; i++) {
            on(new QueryEvent.Pulled("v0", target(10, 100)));
            on(new QueryEvent.Failed("v0", "a", Activity.WATCHING, ErrorCode.OBJECT_NOT_FOUND, "no [x]"));
            assertThat(channel("v0").failure().lasting()).isEqualTo(i > 1);
            now = channel("v0").cycle().dueMillis();
            on(new QueryEvent.TimerFired());
        }
    }

    @Test
    void withoutANodeATableWaitsForOne() {
        on(new QueryEvent.LoadAsked(1, List.of("v0")));
        on(new QueryEvent.Pulled("v0", target(10, 100)));
        assertThat(channel("v0").failure().reason()).contains("no query node");
        nodes("a");
        now += RETRY.toMillis();
        on(new QueryEvent.TimerFired());
        on(new QueryEvent.Pulled("v0", target(10, 100)));
        assertThat(effects).containsExactly(new QueryEffect.Watch("v0", "a", target(10, 100)));
    }

    @Test
    void replicasAreOnNodesOfTheirOwnAndAskOnceForWhatTheyServe() {
        replicated();

        assertThat(serving("v0")).containsExactlyInAnyOrder("a", "b");
        now += PULL.toMillis();
        on(new QueryEvent.TimerFired());
        assertThat(effects).containsExactly(new QueryEffect.Pull(1, "v0"));
    }

    @Test
    void theOtherReplicaServesWhenANodeDiesAndAThirdNodeTakesItsPlace() {
        replicated();
        nodes("b");
        assertThat(state.serves(1)).isTrue();
        assertThat(serving("v0")).containsExactly("b");

        now += PULL.toMillis();
        on(new QueryEvent.TimerFired());
        on(new QueryEvent.Pulled("v0", target(10, 100)));
        assertThat(effects).as("one node has one replica").isEmpty();

        nodes("b", "c");
        now += 2 * PULL.toMillis();
        on(new QueryEvent.TimerFired());
        on(new QueryEvent.Pulled("v0", target(10, 100)));
        assertThat(effects).containsExactly(new QueryEffect.Watch("v0", "c", target(10, 100)));
    }

    @Test
    void aNodeThatLeavesGivesUpAReplicaThatNobodyCanTake() {
        replicated();
        nodes(Set.of("a"), "a", "b");

        assertThat(effects).contains(new QueryEffect.Unwatch("v0", "a"));
        assertThat(serving("v0")).containsExactly("b");
    }

    @Test
    void replicasCanBecomeFewerAndMore() {
        replicated();
        String second = state.find("v0~1").orElseThrow().leader().orElseThrow().node();
        on(new QueryEvent.ReplicasAsked(1, 1));
        assertThat(effects).containsExactly(new QueryEffect.Unwatch("v0", second));
        assertThat(state.replicas(1)).isEqualTo(1);

        on(new QueryEvent.ReplicasAsked(1, 2));
        on(new QueryEvent.Pulled("v0", target(10, 100)));
        assertThat(effects).containsExactly(new QueryEffect.Watch("v0", second, target(10, 100)));
    }

    @Test
    void aNewCoordinatorAdoptsEachReplicaWhereItServes() {
        nodes("a", "b");
        on(new QueryEvent.LoadAsked(1, List.of("v0"), 2));
        on(new QueryEvent.Distributed("a", Map.of("v0", 7L), now));
        on(new QueryEvent.Distributed("b", Map.of("v0", 8L), now));

        assertThat(effects).isEmpty();
        assertThat(serving("v0")).containsExactlyInAnyOrder("a", "b");
    }

    private void replicated() {
        nodes("a", "b");
        on(new QueryEvent.LoadAsked(1, List.of("v0"), 2));
        on(new QueryEvent.Pulled("v0", target(10, 100)));
        assertThat(effects)
                .containsExactlyInAnyOrder(
                        new QueryEffect.Watch("v0", "a", target(10, 100)),
                        new QueryEffect.Watch("v0", "b", target(10, 100)));
        for (String node : List.of("a", "b")) {
            done("v0", node, Activity.WATCHING, 0);
            done("v0", node, Activity.LOADING, 0);
            done("v0", node, Activity.SYNCING, 1);
        }
    }

    private List<String> serving(String vchannel) {
        return state.of(vchannel)
                .filter(replica -> replica.servedVersion() > 0)
                .map(replica -> replica.leader().orElseThrow().node())
                .toList();
    }

    @Test
    void everyEventLeavesEveryActivityInAStateThatGoesOn() {
        for (Activity activity : Activity.values()) {
            for (QueryEvent event : events()) {
                state = QueryState.empty(1);
                reach(activity);
                on(event);
                ChannelLoad channel = state.find("v0").orElse(null);
                // Whatever happens, something will call for the channel again: a timer or an outcome.
                assertThat(channel == null
                                || channel.activity() != Activity.IDLE
                                || channel.cycle().dueMillis() <= now + PULL.toMillis())
                        .as("%s in %s", event, activity)
                        .isTrue();
            }
        }
    }

    private static List<QueryEvent> events() {
        List<QueryEvent> events = new ArrayList<>(List.of(
                new QueryEvent.NodesChanged(new TreeMap<>()),
                new QueryEvent.NodesChanged(new TreeMap<>(Map.of("a", new LiveNode(1, false)))),
                new QueryEvent.LoadAsked(1, List.of("v0")),
                new QueryEvent.ReleaseAsked(1),
                new QueryEvent.RefreshAsked(1),
                new QueryEvent.Distributed("a", Map.of("v0", 1L), 99_999),
                new QueryEvent.Distributed("a", Map.of(), 99_999),
                new QueryEvent.Pulled("v0", target(12, 5)),
                new QueryEvent.TimerFired()));
        for (Activity activity : Activity.values()) {
            events.add(new QueryEvent.Done("v0", "a", activity, 1));
            events.add(new QueryEvent.Failed("v0", "a", activity, ErrorCode.UNAVAILABLE, "no"));
        }
        return events;
    }

    private void reach(Activity activity) {
        nodes("a");
        on(new QueryEvent.LoadAsked(1, List.of("v0")));
        if (activity == Activity.PULLING) {
            return;
        }
        on(new QueryEvent.Pulled("v0", target(10, 100)));
        if (activity == Activity.WATCHING) {
            return;
        }
        done("v0", "a", Activity.WATCHING, 0);
        if (activity == Activity.LOADING) {
            return;
        }
        done("v0", "a", Activity.LOADING, 0);
        if (activity == Activity.IDLE) {
            done("v0", "a", Activity.SYNCING, 1);
        }
    }

    private ChannelLoad channel(String vchannel) {
        return state.find(vchannel).orElseThrow();
    }

    private void load(String node, String vchannel, Target target) {
        if (!state.nodes().containsKey(node)) {
            nodes(node);
        }
        on(new QueryEvent.LoadAsked(1, List.of(vchannel)));
        on(new QueryEvent.Pulled(vchannel, target));
        done(vchannel, node, Activity.WATCHING, 0);
        done(vchannel, node, Activity.LOADING, 0);
        done(vchannel, node, Activity.SYNCING, 1);
        assertThat(state.serves(1)).isTrue();
    }

    private void nodes(String... names) {
        nodes(Set.of(), names);
    }

    private void nodes(Set<String> leaving, String... names) {
        var live = new TreeMap<String, LiveNode>();
        for (String name : names) {
            live.put(name, new LiveNode(1, leaving.contains(name)));
        }
        on(new QueryEvent.NodesChanged(live));
    }

    private void done(String vchannel, String node, Activity activity, long version) {
        on(new QueryEvent.Done(vchannel, node, activity, version));
    }

    private void on(QueryEvent event) {
        LoadRules.Step step = rules.on(state, event, now);
        state = step.state();
        effects.clear();
        effects.addAll(step.effects());
    }

    private static Target target(long segmentId, long rows) {
        return new Target(
                RecoveryInfo.newBuilder()
                        .setVchannel("v0")
                        .addSegments(SegmentInfo.newBuilder()
                                .setSegmentId(segmentId)
                                .setRows(rows)
                                .setLevel(SegmentLevel.L1)
                                .setState(SegmentState.FLUSHED))
                        .build(),
                List.of());
    }
}
