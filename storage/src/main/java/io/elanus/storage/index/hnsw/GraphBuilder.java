package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.kernel.NativeMemory;
import org.jspecify.annotations.Nullable;

/// Inserts nodes into a graph, on all threads of the pool at once.
///
/// An insertion (the paper's INSERT): 1. Descend greedily from the entry to the node's own level. 2. On each level
/// below, find the efConstruction nearest and choose the links among them. 3. Write the node's own lists, then the
/// links back to it, lowest level first: whoever meets the new node on a level finds its lists below complete. 4.
/// Make it the entry if it stands higher than all before.
///
/// Where there are codes, walks rank by them, since what a walk waits for is memory; what it found is ranked again by
/// the vectors, and links are chosen by those.
///
/// The first nodes go in one by one; nodes inserted at the same moment do not see each other, which would leave a
/// small graph in pieces.
final class GraphBuilder {
    private static final int ALONE = 1_000;
    private static final int BLOCK = 64;

    private final MutableGraph graph;
    private final BuildNodes build;
    private final Options options;
    private final int nodes;

    /// @param width of the beam that finds a new node's neighbours (efConstruction)
    /// @param alpha see [NeighborSelection]
    /// @param first node to go in
    record Options(int width, float alpha, int first) {}

    GraphBuilder(MutableGraph graph, BuildNodes build, Options options) {
        this.graph = graph;
        this.build = build;
        this.options = options;
        this.nodes = build.nodes().count();
    }

    void insertAll(BuildPool pool, BuildMonitor monitor) {
        @Nullable Inserter[] inserters = new @Nullable Inserter[pool.threads()];
        try {
            int alone = Math.min(ALONE, nodes);
            BuildPool.CALLER.forEachBlock(
                    alone, BLOCK, HnswFormat.cancelOnly(monitor), (_, from, to) -> insert(inserters, 0, from, to));
            pool.forEachBlock(
                    nodes - alone,
                    BLOCK,
                    monitor,
                    (worker, from, to) -> insert(inserters, worker, alone + from, alone + to));
            Inserter first = inserters[0];
            if (first != null) {
                new Reachability(graph, first).repair();
            }
        } finally {
            for (Inserter inserter : inserters) {
                if (inserter != null) {
                    inserter.close();
                }
            }
        }
    }

    private void insert(@Nullable Inserter[] inserters, int worker, int from, int to) {
        Inserter inserter = inserters[worker];
        if (inserter == null) {
            inserter = new Inserter();
            inserters[worker] = inserter;
        }
        if (graph.empty()) {
            inserter.insert(options.first());
        }
        for (int node = from; node < to; node++) {
            if (node != options.first()) {
                inserter.insert(node);
            }
        }
    }

    /// One thread's scratch memory.
    final class Inserter implements AutoCloseable {
        final WalkRanker walker = build.newWalkRanker();
        private final ExactRanker pairs = build.newRanker();
        final LayerWalk walk = new LayerWalk(graph, nodes, 2 * graph.m);
        private final NeighborSelection selection = new NeighborSelection(pairs, 2 * graph.m, options.alpha());
        private final Beam crowded = new Beam();
        private final Beam refined = new Beam();
        private final int[] batch = new int[BLOCK];
        private final float[] ranks = new float[BLOCK];

        void insert(int node) {
            if (graph.empty()) {
                graph.raiseEntry(node);
                return;
            }
            long entry = graph.entry();
            int top = Math.min(graph.level(node), MutableGraph.entryLevel(entry));
            walker.bind(node);
            int nearest = descend(entry, top);
            for (int level = top; level >= 0; level--) {
                walk.begin(options.width());
                walk.visited.add(node);
                walk.seed(walker, nearest);
                walk.run(walker, level);
                Beam found = walker.exact() ? walk.beam : refine();
                nearest = found.node(0);
                chooseLinks(found, node, level);
            }
            for (int level = 0; level <= top; level++) {
                linkBack(node, level);
            }
            graph.raiseEntry(node);
        }

        /// What the walk found, ranked by the vectors.
        private Beam refine() {
            Beam found = walk.beam;
            refined.reset(found.size());
            for (int from = 0; from < found.size(); from += BLOCK) {
                int size = Math.min(BLOCK, found.size() - from);
                for (int i = 0; i < size; i++) {
                    batch[i] = found.node(from + i);
                }
                walker.vectors.rank(batch, size, ranks);
                for (int i = 0; i < size; i++) {
                    refined.offer(ranks[i], batch[i]);
                }
            }
            return refined;
        }

        /// The greedy walk from the entry to the level above `level`.
        int descend(long entry, int level) {
            int node = MutableGraph.entryNode(entry);
            for (int above = MutableGraph.entryLevel(entry); above > level; above--) {
                walk.begin(1);
                walk.seed(walker, node);
                walk.run(walker, above);
                node = walk.beam.node(0);
            }
            return node;
        }

        private void chooseLinks(Beam found, int node, int level) {
            selection.begin();
            for (int i = 0; i < found.size(); i++) {
                if (!selection.consider(found.node(i), found.rank(i), graph.m)) {
                    break;
                }
            }
            graph.setLinks(level, node, selection.chosen, selection.chosenRanks, selection.count);
        }

        private void linkBack(int node, int level) {
            long at = graph.address(level, node);
            long ranksAt = graph.ranksAddress(level, node);
            // Nodes that link to this one while it links back may grow its list; those know it already.
            int count = graph.linkCount(level, node);
            for (int i = 0; i < count; i++) {
                int neighbor = NativeMemory.intAt(at + i * 4L);
                float rank = NativeMemory.floatAt(ranksAt + i * 4L);
                if (neighbor >= 0) {
                    addLink(neighbor, level, node, rank);
                }
            }
        }

        /// Adds a link, pruning a full list by the heuristic.
        private void addLink(int from, int level, int to, float rank) {
            graph.lock(from);
            try {
                int count = graph.linkCount(level, from);
                if (holds(from, level, count, to)) {
                    return;
                }
                if (count < graph.capacity(level)) {
                    graph.setLink(level, from, count, to, rank);
                } else {
                    prune(from, level, to, rank);
                }
            } finally {
                graph.unlock(from);
            }
        }

        private boolean holds(int node, int level, int count, int neighbor) {
            long at = graph.address(level, node);
            for (int i = 0; i < count; i++) {
                if (NativeMemory.intAt(at + i * 4L) == neighbor) {
                    return true;
                }
            }
            return false;
        }

        private void prune(int node, int level, int neighbor, float rank) {
            int capacity = graph.capacity(level);
            long at = graph.address(level, node);
            long ranksAt = graph.ranksAddress(level, node);
            crowded.reset(capacity + 1);
            crowded.offer(rank, neighbor);
            for (int i = 0; i < capacity; i++) {
                crowded.offer(NativeMemory.floatAt(ranksAt + i * 4L), NativeMemory.intAt(at + i * 4L));
            }
            selection.begin();
            for (int i = 0; i < crowded.size(); i++) {
                if (!selection.consider(crowded.node(i), crowded.rank(i), capacity)) {
                    break;
                }
            }
            graph.setLinks(level, node, selection.chosen, selection.chosenRanks, selection.count);
        }

        @Override
        public void close() {
            walker.close();
            pairs.close();
        }
    }
}
