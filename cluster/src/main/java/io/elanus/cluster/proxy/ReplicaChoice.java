package io.elanus.cluster.proxy;

import io.elanus.cluster.runtime.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which of the nodes that serve a shard is asked, and when another one is asked beside it.
///
/// A request goes to the node with the fewest requests of this proxy under way; one that has failed a moment ago comes
/// last. A request that takes longer than nineteen of twenty before it is sent to another node too, and the first
/// answer counts: a slow node delays few. Such second requests are at most one in twenty and some a second, so that
/// they
/// cannot bring down nodes which are all slow because they are all busy. Lives on the loop.
final class ReplicaChoice {
    private static final long SUSPICION_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int REMEMBERED = 128;
    private static final int ENOUGH = 20;
    private static final double SHARE = 0.05;
    private static final double A_SECOND = 4;
    private static final double MOST_SAVED = 8;
    private static final long SHORTEST_NANOS = Duration.ofMillis(5).toNanos();
    private static final Duration BY_DEFAULT = Duration.ofMillis(200);

    private final Clock clock;
    private final Map<String, Integer> underWay = new HashMap<>();
    private final Map<String, Long> failedAt = new HashMap<>();
    private final long[] latencies = new long[REMEMBERED];
    private long measured;
    private double saved = A_SECOND;
    private long savedAt;
    private int turn;

    ReplicaChoice(Clock clock) {
        this.clock = clock;
        this.savedAt = clock.monotonicNanos();
    }

    /// The node to ask now; empty when all have been asked.
    Optional<String> choose(List<String> nodes, Set<String> asked) {
        turn++;
        String best = null;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < nodes.size(); i++) {
            String node = nodes.get((i + turn) % nodes.size());
            long cost = underWay.getOrDefault(node, 0) + (isSuspect(node) ? 1L << 32 : 0);
            if (!asked.contains(node) && cost < least) {
                best = node;
                least = cost;
            }
        }
        return Optional.ofNullable(best);
    }

    private boolean isSuspect(String node) {
        Long failed = failedAt.get(node);
        return failed != null && clock.monotonicNanos() - failed < SUSPICION_NANOS;
    }

    void begun(String node) {
        underWay.merge(node, 1, Integer::sum);
        saved = Math.min(MOST_SAVED, saved + SHARE);
    }

    void ended(String node, long tookNanos, boolean answered) {
        underWay.computeIfPresent(node, (_, count) -> count == 1 ? null : count - 1);
        if (answered) {
            failedAt.remove(node);
            latencies[(int) (measured++ % REMEMBERED)] = tookNanos;
        } else {
            failedAt.put(node, clock.monotonicNanos());
        }
    }

    /// After which another node is asked too.
    Duration patience() {
        int known = (int) Math.min(measured, REMEMBERED);
        if (known < ENOUGH) {
            return BY_DEFAULT;
        }
        long[] sorted = Arrays.copyOf(latencies, known);
        Arrays.sort(sorted);
        return Duration.ofNanos(Math.max(SHORTEST_NANOS, sorted[known * 19 / 20]));
    }

    /// May a second request be sent now? Counts it.
    boolean maySendSecond() {
        long now = clock.monotonicNanos();
        saved = Math.min(MOST_SAVED, saved + A_SECOND * (now - savedAt) / 1e9);
        savedAt = now;
        if (saved < 1) {
            return false;
        }
        saved--;
        return true;
    }
}
