package io.elanus.cluster.datacoord;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which node each channel should be on: rendezvous hashing with bounded loads. A channel ranks the nodes by the
/// hash of both names and goes to the first that has room; no node takes more than its share (channels over nodes,
/// rounded up). Channels stay where they are as long as their node lives and is not above its share. Pure.
final class ChannelPlacement {
    private ChannelPlacement() {}

    /// @param current the node of each channel; empty: none @return a node for each channel; empty without nodes
    static SortedMap<String, String> place(Map<String, String> current, Collection<String> nodes) {
        var placed = new TreeMap<String, String>();
        if (nodes.isEmpty()) {
            return placed;
        }
        int share = Math.ceilDiv(current.size(), nodes.size());
        var loads = new HashMap<String, Integer>();
        for (String node : nodes) {
            List<String> kept = current.entrySet().stream()
                    .filter(entry -> entry.getValue().equals(node))
                    .map(Map.Entry::getKey)
                    .sorted(Comparator.comparingLong((String channel) -> weight(channel, node))
                            .reversed()
                            .thenComparing(Comparator.naturalOrder()))
                    .limit(share)
                    .toList();
            kept.forEach(channel -> placed.put(channel, node));
            loads.put(node, kept.size());
        }
        for (String channel : new TreeMap<>(current).keySet()) {
            if (!placed.containsKey(channel)) {
                String node = nodes.stream()
                        .filter(candidate -> loads.getOrDefault(candidate, 0) < share)
                        .max(Comparator.comparingLong((String candidate) -> weight(channel, candidate))
                                .thenComparing(Comparator.naturalOrder()))
                        .orElseThrow();
                placed.put(channel, node);
                loads.merge(node, 1, Integer::sum);
            }
        }
        return placed;
    }

    private static long weight(String channel, String node) {
        return Hashing.murmur3_128()
                .hashString(node + '/' + channel, StandardCharsets.UTF_8)
                .asLong();
    }
}
