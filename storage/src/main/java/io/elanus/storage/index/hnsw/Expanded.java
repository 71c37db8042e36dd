package io.elanus.storage.index.hnsw;

import java.util.Arrays;
import java.util.Objects;

/// The nodes that a walk has expanded: one bit a node, so that it stays in the nearest caches; a walk expands few
/// of the nodes it meets, and forgetting them clears their bits one by one.
final class Expanded {
    private final int all;
    private final long[] bits;
    private int[] nodes = new int[64];
    private int count;

    Expanded(int nodes) {
        all = nodes;
        bits = new long[(nodes + Long.SIZE - 1) / Long.SIZE];
    }

    void reset() {
        for (int i = 0; i < count; i++) {
            bits[nodes[i] >>> 6] = 0;
        }
        count = 0;
    }

    /// Marks the node. False when it was marked already. A node that does not exist (a damaged file) is an
    /// [IndexOutOfBoundsException].
    boolean add(int node) {
        Objects.checkIndex(node, all);
        long bit = 1L << node;
        int word = node >>> 6;
        if ((bits[word] & bit) != 0) {
            return false;
        }
        if (count == nodes.length) {
            nodes = Arrays.copyOf(nodes, 2 * count);
        }
        nodes[count++] = node;
        bits[word] |= bit;
        return true;
    }

    boolean contains(int node) {
        return ((bits[node >>> 6] >>> node) & 1) != 0;
    }
}
