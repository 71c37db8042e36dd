package io.elanus.cluster.querycoord;

import io.elanus.cluster.querycoord.ChannelLoad.Activity;
import io.elanus.cluster.querycoord.ChannelLoad.Leader;
import io.elanus.storage.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The decisions of the query coordinator. Pure: no clock, no calls, no logging.
final class LoadRules {
    /// What a vchannel weighs beside its rows when leaders are chosen.
    private static final long CHANNEL_WEIGHT = 10_000;

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
            case QueryEvent.LoadAsked(long tableId, var vchannels) -> load(state, tableId, vchannels);
            case QueryEvent.ReleaseAsked(long tableId) -> release(state, tableId);
            case QueryEvent.RefreshAsked(long tableId) -> refresh(state, tableId, nowMillis);
            case QueryEvent.Distributed distributed -> onDistribution(state, distributed, nowMillis);
            case QueryEvent.Pulled(String vchannel, Target target) ->
                state.find(vchannel)
                        .filter(channel -> channel.activity() == Activity.PULLING)
                        .map(channel -> onPulled(state, channel.withNext(target), nowMillis))
                        .orElse(Step.stay(state));
            case QueryEvent.Done(String vchannel, String node, Activity activity, long version) ->
                state.find(vchannel)
                        .filter(channel -> channel.activity() == activity && channel.ledBy(node))
                        .filter(channel -> channel.next().isPresent())
                        .map(channel -> onDone(state, channel, version, nowMillis))
                        .orElse(Step.stay(state));
            case QueryEvent.Failed failed -> onFailed(state, failed, nowMillis);
            case QueryEvent.TimerFired() -> Step.stay(state);
        };
        return step.then(startDue(step.state(), nowMillis));
    }

    private static Step load(QueryState state, long tableId, List<String> vchannels) {
        if (state.tables().containsKey(tableId)) {
            return Step.stay(state);
        }
        return new Step(state.withTable(tableId, vchannels), List.of(new QueryEffect.SaveLoad(tableId)));
    }

    private static Step release(QueryState state, long tableId) {
        if (!state.tables().containsKey(tableId)) {
            return Step.stay(state);
        }
        List<QueryEffect> effects = new ArrayList<>();
        effects.add(new QueryEffect.DropLoad(tableId));
        state.channelsOf(tableId)
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

    private static Step onNodes(QueryState state, Map<String, Long> live, long nowMillis) {
        QueryState next = state.withNodes(live);
        boolean lost = false;
        for (ChannelLoad channel : state.channels().values()) {
            Optional<String> node = channel.leader().map(Leader::node);
            if (node.isPresent()
                    && !Optional.ofNullable(live.get(node.get()))
                            .equals(Optional.ofNullable(state.nodes().get(node.get())))) {
                next = next.with(channel.orphaned(nowMillis));
                lost = true;
            }
        }
        return Step.stay(lost ? next.withNewLeaders() : next);
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
            if (channel.leader().isEmpty() && version != null && version > 0) {
                next = next.with(channel.withLeader(new Leader(reported.node(), true, version)))
                        .withNewLeaders();
            } else if (channel.ledBy(reported.node()) && channel.servedVersion() > 0 && version == null && settled) {
                next = next.with(channel.orphaned(nowMillis)).withNewLeaders();
            }
        }
        for (String vchannel : reported.versions().keySet()) {
            boolean wanted = next.find(vchannel)
                    .map(channel -> channel.ledBy(reported.node()))
                    .orElse(false);
            if (!wanted) {
                effects.add(new QueryEffect.Unwatch(vchannel, reported.node()));
            }
        }
        return new Step(next, effects);
    }

    private Step onPulled(QueryState state, ChannelLoad channel, long nowMillis) {
        Target target = channel.next().orElseThrow();
        Optional<Leader> leader = channel.leader().or(() -> leastLoaded(state));
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
                QueryState next = state.with(channel.withLeader(new Leader(leader.node(), true, version))
                        .settled(nowMillis, pullMillis));
                yield Step.stay(leader.servedVersion() == 0 ? next.withNewLeaders() : next);
            }
            case IDLE, PULLING -> Step.stay(state);
        };
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
        Optional<ChannelLoad> found = state.find(failed.vchannel())
                .filter(channel -> channel.activity() != Activity.IDLE)
                .filter(channel -> channel.activity() == failed.activity())
                .filter(channel -> failed.activity() == Activity.PULLING || channel.ledBy(failed.node()));
        if (found.isEmpty()) {
            return Step.stay(state);
        }
        ChannelLoad channel = found.get();
        // Watching again is harmless when the node still leads, and needed when it forgot.
        ChannelLoad unsure = failed.activity() == Activity.PULLING
                ? channel
                : channel.leader()
                        .map(leader -> channel.withLeader(new Leader(leader.node(), false, leader.servedVersion())))
                        .orElse(channel);
        return retry(state, unsure, failed.code(), failed.reason(), nowMillis);
    }

    private Step retry(QueryState state, ChannelLoad channel, ErrorCode code, String reason, long nowMillis) {
        return Step.stay(state.with(channel.failed(code, reason, nowMillis, retryMillis)));
    }

    private static Step startDue(QueryState state, long nowMillis) {
        QueryState next = state;
        List<QueryEffect> effects = new ArrayList<>();
        for (ChannelLoad channel : state.channels().values()) {
            if (channel.activity() == Activity.IDLE && channel.cycle().dueMillis() <= nowMillis) {
                next = next.with(channel.with(channel.cycle().began(nowMillis)));
                effects.add(new QueryEffect.Pull(channel.tableId(), channel.vchannel()));
            }
        }
        return new Step(next, effects);
    }

    /// The live node with the fewest rows and vchannels; the first by name among equals.
    private static Optional<Leader> leastLoaded(QueryState state) {
        return state.nodes().keySet().stream()
                .min(Comparator.comparingLong((String node) -> weight(state, node))
                        .thenComparing(Comparator.naturalOrder()))
                .map(node -> new Leader(node, false, 0));
    }

    private static long weight(QueryState state, String node) {
        return state.channels().values().stream()
                .filter(channel -> channel.ledBy(node))
                .mapToLong(channel -> CHANNEL_WEIGHT
                        + channel.current().or(channel::next).map(Target::rows).orElse(0L))
                .sum();
    }
}
