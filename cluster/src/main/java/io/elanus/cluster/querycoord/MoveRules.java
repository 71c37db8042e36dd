package io.elanus.cluster.querycoord;

import io.elanus.cluster.querycoord.ChannelLoad.Activity;
import java.util.Comparator;
import java.util.Optional;

/// Which vchannels go to another node although the one they are on lives: all of a node that wants to leave, and one
/// at a time from the fullest node to the emptiest. The other node opens the vchannel beside the leader and takes
/// over once it serves, so that reads never wait for a move. Pure.
final class MoveRules {
    /// What a vchannel weighs beside its rows.
    private static final long CHANNEL_WEIGHT = 10_000;
    /// A move must gain this part of what it moves, or it would be undone by the next few rows.
    private static final int LEAST_GAIN = 4;

    private MoveRules() {}

    static QueryState plan(QueryState state, long nowMillis) {
        QueryState next = state;
        for (ChannelLoad channel : state.channels().values()) {
            if (mustMove(next, channel)) {
                Optional<String> target = leastLoaded(next, channel.vchannel());
                if (target.isPresent()) {
                    next = next.withArrival(channel.arriving(target.get(), nowMillis));
                }
            }
        }
        return next.arrivals().isEmpty() ? balanced(next, nowMillis) : next;
    }

    private static boolean mustMove(QueryState state, ChannelLoad channel) {
        return channel.leader()
                .flatMap(leader -> Optional.ofNullable(state.nodes().get(leader.node())))
                .map(QueryState.LiveNode::leaving)
                .filter(leaving -> leaving && state.findArrival(channel.key()).isEmpty())
                .isPresent();
    }

    private static QueryState balanced(QueryState state, long nowMillis) {
        Optional<String> fullest = state.staying().stream().max(byWeight(state));
        Optional<String> emptiest = state.staying().stream().min(byWeight(state));
        if (fullest.isEmpty() || emptiest.isEmpty()) {
            return state;
        }
        long gap = weight(state, fullest.get()) - weight(state, emptiest.get());
        return state.channels().values().stream()
                .filter(channel -> channel.ledBy(fullest.get()) && channel.servedVersion() > 0)
                .filter(channel -> channel.activity() == Activity.IDLE)
                .filter(channel ->
                        state.find(channel.vchannel(), emptiest.get()).isEmpty())
                .filter(channel -> gap - weight(channel) > weight(channel) / LEAST_GAIN)
                .max(Comparator.comparingLong(MoveRules::weight))
                .map(channel -> state.withArrival(channel.arriving(emptiest.get(), nowMillis)))
                .orElse(state);
    }

    /// The node with the fewest rows and vchannels, of those that stay and have no replica of this one; the first by
    /// name among equals.
    static Optional<String> leastLoaded(QueryState state, String vchannel) {
        return state.staying().stream()
                .filter(node -> state.find(vchannel, node).isEmpty())
                .min(byWeight(state));
    }

    private static Comparator<String> byWeight(QueryState state) {
        return Comparator.comparingLong((String node) -> weight(state, node)).thenComparing(Comparator.naturalOrder());
    }

    private static long weight(QueryState state, String node) {
        return state.all().stream()
                .filter(channel -> channel.ledBy(node))
                .mapToLong(MoveRules::weight)
                .sum();
    }

    private static long weight(ChannelLoad channel) {
        return CHANNEL_WEIGHT
                + channel.current().or(channel::next).map(Target::rows).orElse(0L);
    }
}
