package io.elanus.storage.index.hnsw;

import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.Arena;
import java.util.function.IntPredicate;

/// Who links to a node on level 0, and how far away it is: all of it gathered at once, so that a node that many
/// link to chooses among them once. Immutable, in the memory of a build.
final class Backlinks {
    private static final int ENTRY_BYTES = 8;

    private final int[] starts;
    private final long entries;

    /// @param sources nodes whose links count
    Backlinks(MutableGraph graph, IntPredicate sources, Arena scratch) {
        starts = new int[graph.nodes + 1];
        for (int node = 0; node < graph.nodes; node++) {
            if (sources.test(node)) {
                countLinksOf(graph, node);
            }
        }
        for (int node = 0; node < graph.nodes; node++) {
            starts[node + 1] += starts[node];
        }
        entries = scratch.allocate(Math.max(64, (long) ENTRY_BYTES * starts[graph.nodes]), 64)
                .address();
        int[] next = starts.clone();
        for (int node = 0; node < graph.nodes; node++) {
            if (sources.test(node)) {
                putLinksOf(graph, node, next);
            }
        }
    }

    private void countLinksOf(MutableGraph graph, int node) {
        int count = graph.linkCount(0, node);
        for (int i = 0; i < count; i++) {
            starts[neighbor(graph, node, i) + 1]++;
        }
    }

    private void putLinksOf(MutableGraph graph, int node, int[] next) {
        int count = graph.linkCount(0, node);
        for (int i = 0; i < count; i++) {
            long at = entries + (long) ENTRY_BYTES * next[neighbor(graph, node, i)]++;
            NativeMemory.putInt(at, node);
            NativeMemory.putFloat(at + 4, NativeMemory.floatAt(graph.ranksAddress(0, node) + i * 4L));
        }
    }

    private static int neighbor(MutableGraph graph, int node, int link) {
        return NativeMemory.intAt(graph.address(0, node) + link * 4L);
    }

    int count(int node) {
        return starts[node + 1] - starts[node];
    }

    int from(int node, int i) {
        return NativeMemory.intAt(entries + (long) ENTRY_BYTES * (starts[node] + i));
    }

    float rank(int node, int i) {
        return NativeMemory.floatAt(entries + (long) ENTRY_BYTES * (starts[node] + i) + 4);
    }
}
