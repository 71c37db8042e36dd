package io.elanus.storage.index.hnsw;

import io.elanus.storage.kernel.NativeMemory;

/// Finds the nodes that no path from the entry leads to on level 0 and links them in. Pruning leaves some behind
/// when many vectors are equal: a full list of equal neighbours has no place for one more.
final class Reachability {
    private static final int WIDTH = 64;

    private final MutableGraph graph;
    private final GraphBuilder.Inserter inserter;
    private final boolean[] reached;
    private final int[] stack;

    Reachability(MutableGraph graph, GraphBuilder.Inserter inserter) {
        this.graph = graph;
        this.inserter = inserter;
        this.reached = new boolean[graph.nodes];
        this.stack = new int[graph.nodes];
    }

    /// After the last insertion, on one thread.
    void repair() {
        mark(MutableGraph.entryNode(graph.entry()));
        for (int node = 0; node < graph.nodes; node++) {
            if (!reached[node]) {
                connect(node);
                mark(node);
            }
        }
    }

    private void mark(int from) {
        int size = 0;
        reached[from] = true;
        stack[size++] = from;
        while (size > 0) {
            int node = stack[--size];
            long at = graph.address(0, node);
            int count = graph.linkCount(0, node);
            for (int i = 0; i < count; i++) {
                int neighbor = NativeMemory.intAt(at + i * 4L);
                if (!reached[neighbor]) {
                    reached[neighbor] = true;
                    stack[size++] = neighbor;
                }
            }
        }
    }

    /// Links to the node from the nearest reached node with room. When none has room, the nearest gives up its last
    /// link, and the node takes that link over, so that what it led to stays reached.
    private void connect(int node) {
        inserter.walker.bind(node);
        int start = inserter.descend(graph.entry(), 0);
        LayerWalk walk = inserter.walk;
        walk.begin(WIDTH);
        walk.seed(inserter.walker.vectors, reached[start] ? start : MutableGraph.entryNode(graph.entry()));
        walk.run(inserter.walker.vectors, 0);
        Beam found = walk.beam;
        int capacity = graph.capacity(0);
        for (int i = 0; i < found.size(); i++) {
            int count = graph.linkCount(0, found.node(i));
            if (found.node(i) != node && count < capacity) {
                graph.setLink(0, found.node(i), count, node, found.rank(i));
                return;
            }
        }
        int nearest = found.node(0);
        int given = NativeMemory.intAt(graph.address(0, nearest) + (capacity - 1) * 4L);
        graph.setLink(0, nearest, capacity - 1, node, found.rank(0));
        int own = Math.min(graph.linkCount(0, node), capacity - 1);
        graph.setLink(0, node, own, given, inserter.walker.vectors.rank(given));
    }
}
