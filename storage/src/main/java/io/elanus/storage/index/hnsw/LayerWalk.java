package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.RowFilter;
import io.elanus.storage.kernel.NativeMemory;

/// The walks over one level (the paper's SEARCH-LAYER), with the scratch memory they reuse. One thread at a time.
final class LayerWalk {
    final Beam beam = new Beam();
    final Visited visited;
    private final Links links;
    private final int[] batch;
    private final float[] ranks;
    private final int[] failing;
    private long ranked;
    /// Keeps the compiler from dropping the load that brings the next links into the cache.
    @SuppressWarnings("UnusedVariable")
    private int touched;

    /// @param widest links that a node may have
    LayerWalk(Links links, int nodes, int widest) {
        this.links = links;
        this.visited = new Visited(nodes);
        this.batch = new int[2 * widest];
        this.ranks = new float[2 * widest];
        this.failing = new int[widest];
    }

    /// Nodes ranked since the last call.
    long takeRanked() {
        long count = ranked;
        ranked = 0;
        return count;
    }

    /// Empties the beam and forgets which nodes were met.
    void begin(int ef) {
        beam.reset(ef);
        visited.reset();
    }

    /// A node to start from; ignored when it was met already.
    void seed(NodeRanker ranker, int node) {
        if (visited.add(node)) {
            ranked++;
            beam.offer(ranker.rank(node), node);
        }
    }

    /// Expands the nearest nodes until the beam holds the ef nearest that a path leads to.
    void run(NodeRanker ranker, int level) {
        int capacity = links.capacity(level);
        for (int node = beam.takeNearest(); node >= 0; node = beam.takeNearest()) {
            long at = links.address(level, node);
            int count = 0;
            for (int i = 0; i < capacity; i++) {
                int neighbor = NativeMemory.intAt(at + i * 4L);
                if (neighbor < 0) {
                    break;
                }
                // Written in any case and kept if new: whether a node was met is a coin toss to a branch predictor.
                batch[count] = neighbor;
                count += visited.add(neighbor) ? 1 : 0;
            }
            touchNext(level);
            offerBatch(ranker, count);
        }
    }

    /// Starts to load the links of the node that will be expanded next unless this batch brings a nearer one.
    private void touchNext(int level) {
        int next = beam.peekNearest();
        if (next >= 0) {
            touched = NativeMemory.intAt(links.address(level, next));
        }
    }

    /// The same on level 0 over the nodes that pass alone. A neighbour that fails is not ranked but stands in for
    /// its own neighbours, so that a selective filter does not tear the graph apart (the idea of ACORN, Patel et
    /// al. 2024). An expansion ranks at most twice a node's links.
    void runFiltered(NodeRanker ranker, Nodes nodes, RowFilter filter) {
        for (int node = beam.takeNearest(); node >= 0; node = beam.takeNearest()) {
            offerBatch(ranker, passingAround(node, nodes, filter));
        }
    }

    /// A node for a walk that goes on to start from; ignored when it was met already.
    void seed(NodeRanker ranker, int node, Frontier frontier) {
        if (visited.add(node)) {
            ranked++;
            frontier.offer(ranker.rank(node), node);
        }
    }

    /// A step of a walk that goes on: what it has not met yet around a node.
    void expand(NodeRanker ranker, int node, Frontier frontier) {
        int capacity = links.capacity(0);
        long at = links.address(0, node);
        int count = 0;
        for (int i = 0; i < capacity; i++) {
            int neighbor = NativeMemory.intAt(at + i * 4L);
            if (neighbor < 0) {
                break;
            }
            batch[count] = neighbor;
            count += visited.add(neighbor) ? 1 : 0;
        }
        offerBatch(ranker, count, frontier);
    }

    /// The same over the nodes that pass alone, as [#runFiltered] takes them.
    void expandFiltered(NodeRanker ranker, int node, Nodes nodes, RowFilter filter, Frontier frontier) {
        offerBatch(ranker, passingAround(node, nodes, filter), frontier);
    }

    private void offerBatch(NodeRanker ranker, int count, Frontier frontier) {
        ranked += count;
        ranker.rank(batch, count, ranks);
        for (int i = 0; i < count; i++) {
            frontier.offer(ranks[i], batch[i]);
        }
    }

    /// Seeds a filtered walk with what passes around a node, whether or not that node itself passes.
    void seedAround(NodeRanker ranker, int node, Nodes nodes, RowFilter filter) {
        if (filter.passes(nodes.row(node))) {
            seed(ranker, node);
        } else {
            offerBatch(ranker, passingAround(node, nodes, filter));
        }
    }

    private int passingAround(int node, Nodes nodes, RowFilter filter) {
        int capacity = links.capacity(0);
        long at = links.address(0, node);
        int count = 0;
        int failed = 0;
        for (int i = 0; i < capacity; i++) {
            int neighbor = NativeMemory.intAt(at + i * 4L);
            if (neighbor < 0) {
                break;
            }
            if (visited.contains(neighbor)) {
                continue;
            }
            if (filter.passes(nodes.row(neighbor))) {
                visited.add(neighbor);
                batch[count++] = neighbor;
            } else {
                failing[failed++] = neighbor;
            }
        }
        for (int f = 0; f < failed && count < capacity; f++) {
            visited.add(failing[f]);
            count = passingBehind(failing[f], nodes, filter, count);
        }
        return count;
    }

    private int passingBehind(int node, Nodes nodes, RowFilter filter, int from) {
        int capacity = links.capacity(0);
        long at = links.address(0, node);
        int count = from;
        for (int i = 0; i < capacity && count < batch.length; i++) {
            int neighbor = NativeMemory.intAt(at + i * 4L);
            if (neighbor < 0) {
                break;
            }
            if (filter.passes(nodes.row(neighbor)) && visited.add(neighbor)) {
                batch[count++] = neighbor;
            }
        }
        return count;
    }

    private void offerBatch(NodeRanker ranker, int count) {
        ranked += count;
        ranker.rank(batch, count, ranks);
        for (int i = 0; i < count; i++) {
            beam.offer(ranks[i], batch[i]);
        }
    }
}
