package io.elanus.cluster.proxy;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// What this proxy promised not to write below, and the writes under way. Lives on the loop.
///
/// The promise only rises: once a tick at T was asked for, no write begins with a timestamp at or below T, whoever
/// asked and whatever becomes of the lease. What was under way before holds its pchannel back until it is done.
final class InFlightWrites {
    private final Map<String, TreeMap<Long, Integer>> byPchannel = new HashMap<>();
    private long promised;

    /// Begins a write, unless its timestamp was given up already.
    boolean begin(long ts, Iterable<String> pchannels) {
        if (ts <= promised) {
            return false;
        }
        for (String pchannel : pchannels) {
            byPchannel.computeIfAbsent(pchannel, _ -> new TreeMap<>()).merge(ts, 1, Integer::sum);
        }
        return true;
    }

    /// Ends a write on one pchannel.
    ///
    /// @return true if it held back a tick that was asked for
    boolean end(long ts, String pchannel) {
        TreeMap<Long, Integer> writes = byPchannel.get(pchannel);
        if (writes == null) {
            throw new IllegalStateException("A write at [%d] ended that never began".formatted(ts));
        }
        writes.computeIfPresent(ts, (_, count) -> count == 1 ? null : count - 1);
        if (writes.isEmpty()) {
            byPchannel.remove(pchannel);
        }
        return ts <= promised;
    }

    /// Gives up every timestamp at or below `ts` for new writes.
    void promise(long ts) {
        promised = Math.max(promised, ts);
    }

    /// The least timestamp that may still be written where nothing is under way.
    long leastElsewhere() {
        return promised + 1;
    }

    /// The least timestamps of the writes under way that hold their pchannels back.
    Map<String, Long> leastByPchannel() {
        var least = new TreeMap<String, Long>();
        byPchannel.forEach((pchannel, writes) -> {
            if (writes.firstKey() <= promised) {
                least.put(pchannel, writes.firstKey());
            }
        });
        return least;
    }
}
