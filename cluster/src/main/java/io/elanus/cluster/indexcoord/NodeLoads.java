package io.elanus.cluster.indexcoord;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Slots of the index nodes that live, and how many are taken. Pure.
final class NodeLoads {
    private final Map<String, Integer> slots;
    private final Map<String, Integer> busy = new HashMap<>();

    NodeLoads(Map<String, Integer> slots) {
        this.slots = Map.copyOf(slots);
    }

    void take(String node) {
        busy.merge(node, 1, Integer::sum);
    }

    /// The node with the smallest share of its slots taken that has one free. Ties go by name.
    ///
    /// @param avoided the node that failed last; chosen only when no other has a slot. Empty: none
    Optional<String> leastLoaded(String avoided) {
        return leastLoaded(node -> !node.equals(avoided)).or(() -> leastLoaded(_ -> true));
    }

    private Optional<String> leastLoaded(Predicate<String> allowed) {
        return slots.keySet().stream()
                .filter(allowed)
                .filter(node -> taken(node) < size(node))
                .min(Comparator.comparingDouble((String node) -> (double) taken(node) / size(node))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private int taken(String node) {
        return busy.getOrDefault(node, 0);
    }

    private int size(String node) {
        return slots.getOrDefault(node, 0);
    }
}
