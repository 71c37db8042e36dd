package io.elanus.cluster.querycoord;

import io.elanus.cluster.querycoord.ChannelLoad.Activity;
import io.elanus.cluster.querycoord.ChannelLoad.Leader;
import io.elanus.cluster.querycoord.QueryState.LiveNode;
import io.elanus.storage.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/// The decisions of the query coordinator. Pure: no clock, no calls, no logging.
final class LoadRules {
    private final long pullMillis;
    private final long retryMillis;

    LoadRules(Duration pullInterval, Duration retryDelay) {
        this.pullMillis = pullInterval.toMillis();
        this.retryMillis = retryDelay.toMillis();
    }

    record Step(QueryState state, List<QueryEffect> effects) {
        Step {
            effects = List.copyOf(effects);
        }

        static Step stay(QueryState state) {
            return new Step(state, List.of());
        }

        Step then(Step later) {
            var all = new ArrayList<>(effects);
            all.addAll(later.effects);
            return new Step(later.state, all);
        }
    }

    Step on(QueryState state, QueryEvent event, long nowMillis) {
        Step step = switch (event) {
            case QueryEvent.NodesChanged(var live) -> onNodes(state, live, nowMillis);
            case QueryEvent.LoadAsked asked -> load(state, asked);
            case QueryEvent.ReplicasAsked(long tableId, int replicas) -> replicas(state, tableId, replicas);
            case QueryEvent.ReleaseAsked(long tableId) -> release(state, tableId);
            case QueryEvent.RefreshAsked(long tableId) -> refresh(state, tableId, nowMillis);
            case QueryEvent.Distributed distributed -> onDistribution(state, distributed, nowMillis);
            case QueryEvent.Pulled(String vchannel, Target target) -> onPulled(state, vchannel, target, nowMillis);
            case QueryEvent.Done(String vchannel, String node, Activity activity, long version) ->
                state.find(vchannel, node)
                        .filter(channel -> channel.activity() == activity)
                        .filter(channel -> channel.next().isPresent())
                        .map(channel -> onDone(state, channel, version, nowMillis))
                        .orElse(Step.stay(state));
            case QueryEvent.Failed failed -> onFailed(state, failed, nowMillis);
            case QueryEvent.TimerFired() -> Step.stay(state);
        };
        Step shed = shed(MoveRules.plan(step.state(), nowMillis), nowMillis);
        return step.then(shed).then(startDue(shed.state(), nowMillis));
    }

    private static Step load(QueryState state, QueryEvent.LoadAsked asked) {
        long tableId = asked.tableId();
        if (state.tables().containsKey(tableId)) {
            return Step.stay(state);
        }
        return new Step(
                state.withTable(tableId, asked.vchannels(), asked.replicas()),
                List.of(new QueryEffect.SaveLoad(tableId)));
    }

    private static Step replicas(QueryState state, long tableId, int count) {
        QueryState next = state.withReplicas(tableId, count);
        List<QueryEffect> effects = new ArrayList<>();
        for (ChannelLoad channel : state.all()) {
            channel.leader()
                    .map(Leader::node)
                    .filter(node -> next.find(channel.vchannel(), node).isEmpty())
                    .ifPresent(node -> effects.add(new QueryEffect.Unwatch(channel.vchannel(), node)));
        }
        return new Step(next, effects);
    }

    /// A node that wants to leave gives up what no other node can take, if another replica of it serves.
    private static Step shed(QueryState state, long nowMillis) {
        QueryState next = state;
        List<QueryEffect> effects = new ArrayList<>();
        for (ChannelLoad channel : state.channels().values()) {
            String node = channel.leader().map(Leader::node).orElse("");
            LiveNode live = state.nodes().get(node);
            if (live != null
                    && live.leaving()
                    && state.findArrival(channel.key()).isEmpty()
                    && servedElsewhere(state, channel.vchannel())) {
                next = next.with(channel.orphaned(nowMillis)).withNewLeaders();
                effects.add(new QueryEffect.Unwatch(channel.vchannel(), node));
            }
        }
        return new Step(next, effects);
    }

    private static boolean servedElsewhere(QueryState state, String vchannel) {
        return state.of(vchannel)
                .filter(replica -> !state.isArrival(replica) && replica.servedVersion() > 0)
                .flatMap(replica -> replica.leader().stream())
                .anyMatch(leader -> state.staying().contains(leader.node()));
    }

    private static Step release(QueryState state, long tableId) {
        if (!state.tables().containsKey(tableId)) {
            return Step.stay(state);
        }
        List<QueryEffect> effects = new ArrayList<>();
        effects.add(new QueryEffect.DropLoad(tableId));
        state.all().stream()
                .filter(channel -> channel.tableId() == tableId)
                .forEach(channel -> channel.leader()
                        .ifPresent(leader -> effects.add(new QueryEffect.Unwatch(channel.vchannel(), leader.node()))));
        return new Step(state.withoutTable(tableId), effects);
    }

    private static Step refresh(QueryState state, long tableId, long nowMillis) {
        QueryState next = state;
        for (ChannelLoad channel : state.channelsOf(tableId)) {
            next = next.with(channel.hurried(nowMillis));
        }
        return Step.stay(next);
    }

    private static Step onNodes(QueryState state, SortedMap<String, LiveNode> live, long nowMillis) {
        QueryState next = state.withNodes(live);
        for (ChannelLoad arrival : state.arrivals().values()) {
            String name = arrival.leader().orElseThrow().node();
            LiveNode node = live.get(name);
            if (node == null || node.leaving() || !state.isSameLife(name, live)) {
                next = next.withoutArrival(arrival.key());
            }
        }
        for (ChannelLoad channel : state.channels().values()) {
            Optional<String> node = channel.leader().map(Leader::node);
            if (node.isPresent() && !state.isSameLife(node.get(), live)) {
                next = withoutLeader(next, channel, nowMillis);
            }
        }
        return Step.stay(next);
    }

    /// A node that was to take over goes on where it is; else another one starts.
    private static QueryState withoutLeader(QueryState state, ChannelLoad channel, long nowMillis) {
        return state.findArrival(channel.key())
                .map(state::arrived)
                .orElseGet(() -> state.with(channel.orphaned(nowMillis)).withNewLeaders());
    }

    /// A leader that forgot its vchannel loses it, one that leads without being asked is told to stop, and a
    /// serving leader that outlived a coordinator is adopted.
    private static Step onDistribution(QueryState state, QueryEvent.Distributed reported, long nowMillis) {
        if (!state.nodes().containsKey(reported.node())) {
            return Step.stay(state);
        }
        QueryState next = state;
        List<QueryEffect> effects = new ArrayList<>();
        for (ChannelLoad channel : state.channels().values()) {
            Long version = reported.versions().get(channel.vchannel());
            boolean settled =
                    channel.activity() == Activity.IDLE && channel.cycle().sinceMillis() < reported.askedMillis();
            if (channel.leader().isEmpty()
                    && version != null
                    && version > 0
                    && next.find(channel.vchannel(), reported.node()).isEmpty()) {
                next = next.with(channel.withLeader(new Leader(reported.node(), true, version)))
                        .withNewLeaders();
            } else if (channel.ledBy(reported.node()) && channel.servedVersion() > 0 && version == null && settled) {
                next = withoutLeader(next, channel, nowMillis);
            }
        }
        for (String vchannel : reported.versions().keySet()) {
            if (next.find(vchannel, reported.node()).isEmpty()) {
                effects.add(new QueryEffect.Unwatch(vchannel, reported.node()));
            }
        }
        return new Step(next, effects);
    }

    /// What is persisted is the same for the leader and for the node that takes over.
    private Step onPulled(QueryState state, String vchannel, Target target, long nowMillis) {
        Step step = Step.stay(state);
        for (ChannelLoad waiting : state.of(vchannel).toList()) {
            if (waiting.activity() == Activity.PULLING) {
                step = step.then(onPulled(step.state(), waiting.withNext(target), nowMillis));
            }
        }
        return step;
    }

    private Step onPulled(QueryState state, ChannelLoad channel, long nowMillis) {
        Target target = channel.next().orElseThrow();
        Optional<Leader> leader = channel.leader()
                .or(() -> MoveRules.leastLoaded(state, channel.vchannel()).map(node -> new Leader(node, false, 0)));
        if (leader.isEmpty()) {
            return retry(state, channel, ErrorCode.NOT_READY, "no query node is alive", nowMillis);
        }
        ChannelLoad led = channel.withLeader(leader.get());
        String node = leader.get().node();
        if (!leader.get().watches()) {
            return new Step(
                    state.with(led.doing(Activity.WATCHING, nowMillis)),
                    List.of(new QueryEffect.Watch(channel.vchannel(), node, target)));
        }
        if (channel.current().isPresent() && target.servesAs(channel.current().get())) {
            return Step.stay(state.with(led.settled(nowMillis, pullMillis)));
        }
        return loading(state, led, nowMillis);
    }

    private Step onDone(QueryState state, ChannelLoad channel, long version, long nowMillis) {
        Target target = channel.next().orElseThrow();
        Leader leader = channel.leader().orElseThrow();
        return switch (channel.activity()) {
            case WATCHING -> loading(state, channel.withLeader(new Leader(leader.node(), true, version)), nowMillis);
            case LOADING ->
                new Step(
                        state.with(channel.doing(Activity.SYNCING, nowMillis)),
                        List.of(new QueryEffect.Sync(
                                channel.vchannel(), leader.node(), leader.servedVersion() + 1, target)));
            case SYNCING -> {
                ChannelLoad settled = channel.withLeader(new Leader(leader.node(), true, version))
                        .settled(nowMillis, pullMillis);
                if (state.isArrival(settled)) {
                    yield takeOver(state, settled);
                }
                QueryState next = state.with(settled);
                yield Step.stay(leader.servedVersion() == 0 ? next.withNewLeaders() : next);
            }
            case IDLE, PULLING -> Step.stay(state);
        };
    }

    /// Reads that the old leader has begun go on there; it refuses new ones, which look the new leader up.
    private static Step takeOver(QueryState state, ChannelLoad arrival) {
        Optional<String> before =
                state.find(arrival.key()).flatMap(ChannelLoad::leader).map(Leader::node);
        return new Step(
                state.arrived(arrival),
                before.map(node -> List.<QueryEffect>of(new QueryEffect.Unwatch(arrival.vchannel(), node)))
                        .orElse(List.of()));
    }

    private static Step loading(QueryState state, ChannelLoad channel, long nowMillis) {
        return new Step(
                state.with(channel.doing(Activity.LOADING, nowMillis)),
                List.of(new QueryEffect.Load(
                        channel.vchannel(),
                        channel.leader().orElseThrow().node(),
                        channel.next().orElseThrow())));
    }

    private Step onFailed(QueryState state, QueryEvent.Failed failed, long nowMillis) {
        if (failed.activity() == Activity.PULLING) {
            return onNothingPulled(state, failed, nowMillis);
        }
        Optional<ChannelLoad> found = state.find(failed.vchannel(), failed.node())
                .filter(channel -> channel.activity() != Activity.IDLE)
                .filter(channel -> channel.activity() == failed.activity());
        if (found.isEmpty()) {
            return Step.stay(state);
        }
        ChannelLoad channel = found.get();
        // Watching again is harmless when the node still leads, and needed when it forgot.
        Leader leader = channel.leader().orElseThrow();
        ChannelLoad unsure = channel.withLeader(new Leader(leader.node(), false, leader.servedVersion()));
        return retry(state, unsure, failed.code(), failed.reason(), nowMillis);
    }

    private Step onNothingPulled(QueryState state, QueryEvent.Failed failed, long nowMillis) {
        Step step = Step.stay(state);
        for (ChannelLoad waiting : state.of(failed.vchannel()).toList()) {
            if (waiting.activity() == Activity.PULLING) {
                step = step.then(retry(step.state(), waiting, failed.code(), failed.reason(), nowMillis));
            }
        }
        return step;
    }

    private Step retry(QueryState state, ChannelLoad channel, ErrorCode code, String reason, long nowMillis) {
        return Step.stay(state.with(channel.failed(code, reason, nowMillis, retryMillis)));
    }

    /// The replicas of a vchannel that are due ask once; one that is due while another waits for its answer waits for
    /// the next, which is newer.
    private Step startDue(QueryState state, long nowMillis) {
        QueryState next = state;
        Map<String, Long> pulled = new LinkedHashMap<>();
        for (ChannelLoad channel : state.all()) {
            if (channel.activity() != Activity.IDLE || channel.cycle().dueMillis() > nowMillis) {
                continue;
            }
            if (hasNoPlace(state, channel)) {
                next = next.with(channel.putOff(nowMillis + pullMillis));
            } else if (state.of(channel.vchannel()).anyMatch(other -> other.activity() == Activity.PULLING)) {
                next = next.with(channel.putOff(nowMillis + retryMillis));
            } else {
                next = next.with(channel.with(channel.cycle().began(nowMillis)));
                pulled.put(channel.vchannel(), channel.tableId());
            }
        }
        List<QueryEffect> effects = new ArrayList<>();
        pulled.forEach((vchannel, tableId) -> effects.add(new QueryEffect.Pull(tableId, vchannel)));
        return new Step(next, effects);
    }

    /// There are more replicas than nodes.
    private static boolean hasNoPlace(QueryState state, ChannelLoad channel) {
        return channel.leader().isEmpty()
                && state.of(channel.vchannel()).anyMatch(other -> other.leader().isPresent())
                && MoveRules.leastLoaded(state, channel.vchannel()).isEmpty();
    }
}
