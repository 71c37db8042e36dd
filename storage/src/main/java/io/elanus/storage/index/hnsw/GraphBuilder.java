package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.PerWorker;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Inserts nodes into a graph, on all threads of the pool at once.
///
/// An insertion (the paper's INSERT): 1. Descend greedily from the entry to the node's own level. 2. On each level
/// below, find the efConstruction nearest and choose the links among them. 3. Write the node's own lists, then the
/// links back to it, lowest level first: whoever meets the new node on a level finds its lists below complete. 4.
/// Make it the entry if it stands higher than all before.
///
/// Where there are codes, walks rank by them, since what a walk waits for is memory; what it found is ranked again
/// by the vectors, and links are chosen by those.
///
/// Of a large graph only the nodes of upper levels go in like this, the rest in bulk ([BulkLinks]): a third less
/// work for links as good.
///
/// The first nodes go in one by one; nodes inserted at the same moment do not see each other, which would leave a
/// small graph in pieces.
final class GraphBuilder {
    private static final int ALONE = 1_000;
    private static final int BLOCK = 64;
    /// How often a graph doubles while its nodes are linked together.
    private static final int PARTS = 4;

    private final MutableGraph graph;
    private final BuildNodes build;
    private final Options options;
    private final int nodes;
    private final Optional<BulkLinks> bulk;

    /// @param width of the beam that finds a new node's neighbours (efConstruction)
    /// @param alpha see [NeighborSelection]
    /// @param first node to go in
    record Options(int width, float alpha, int first) {}

    GraphBuilder(MutableGraph graph, BuildNodes build, Options options) {
        this(graph, build, options, Optional.empty());
    }

    /// @param bulk candidates for nodes of level 0 alone; those of higher levels are inserted one by one
    GraphBuilder(MutableGraph graph, BuildNodes build, Options options, Optional<BulkLinks> bulk) {
        this.bulk = bulk;
        this.graph = graph;
        this.build = build;
        this.options = options;
        this.nodes = build.nodes().count();
    }

    void insertAll(BuildPool pool, BuildMonitor monitor) {
        try (var inserters = new PerWorker<>(pool, Inserter::new, Inserter::close)) {
            int[] upper = IntStream.range(0, nodes)
                    .filter(node -> graph.level(node) > 0)
                    .toArray();
            if (bulk.isPresent() && upper.length > 0) {
                insert(upper, inserters, pool, monitor.withoutProgress());
                link(bulk.get(), inserters, pool, monitor);
            } else {
                insert(IntStream.range(0, nodes).toArray(), inserters, pool, monitor);
            }
            if (!graph.empty()) {
                new Reachability(graph, inserters.of(0)).repair();
            }
        }
    }

    private void insert(int[] order, PerWorker<Inserter> inserters, BuildPool pool, BuildMonitor monitor) {
        int alone = Math.min(ALONE, order.length);
        BuildPool.CALLER.forEachBlock(
                alone, BLOCK, monitor.withoutProgress(), (_, from, to) -> insert(order, from, to, inserters.of(0)));
        pool.forEachBlock(
                order.length - alone,
                BLOCK,
                monitor,
                (worker, from, to) -> insert(order, alone + from, alone + to, inserters.of(worker)));
    }

    private void insert(int[] order, int from, int to, Inserter inserter) {
        boolean all = order.length == nodes;
        int first = all ? options.first() : order[0];
        if (graph.empty()) {
            inserter.insert(first);
        }
        for (int i = from; i < to; i++) {
            if (order[i] != first) {
                inserter.insert(order[i]);
            }
        }
    }

    /// The nodes of level 0 alone, in parts that double what is there: those of a part are linked to near nodes of
    /// it and of the parts before. So the first have far links, as in a graph that grows node by node, and a walk
    /// finds its way between clusters (prefix doubling, Manohar et al. 2024).
    private void link(BulkLinks candidates, PerWorker<Inserter> inserters, BuildPool pool, BuildMonitor monitor) {
        int from = 0;
        for (int part = PARTS; part >= 0; part--) {
            int to = nodes >>> part;
            link(candidates.upTo(to), from, inserters, pool, part == 0 ? monitor : monitor.withoutProgress());
            from = to;
        }
    }

    /// First each gets its own links, then those to it are made.
    private void link(
            BulkLinks.Part part, int first, PerWorker<Inserter> inserters, BuildPool pool, BuildMonitor monitor) {
        IntPredicate wanted = node -> node >= first && node < part.end() && graph.level(node) == 0;
        pool.forEachBlock(part.lists(), 1, monitor, (worker, from, to) -> {
            Inserter inserter = inserters.of(worker);
            try (BulkLinks.Worker scans = part.newWorker()) {
                for (int list = from; list < to; list++) {
                    scans.run(list, wanted, inserter::linkTo);
                }
            }
        });
        try (Arena scratch = monitor.newScratch()) {
            Backlinks back = new Backlinks(graph, wanted, scratch);
            pool.forEachBlock(nodes, BLOCK, monitor.withoutProgress(), (worker, from, to) -> {
                Inserter inserter = inserters.of(worker);
                for (int node = from; node < to; node++) {
                    inserter.addLinks(node, back);
                }
            });
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
                chooseLinks(found, node, level, graph.m);
            }
            for (int level = 0; level <= top; level++) {
                linkBack(node, level);
            }
            graph.raiseEntry(node);
        }

        /// Gives a node of level 0 its links.
        void linkTo(int node, int[] candidates, int count) {
            walker.vectors.bind(node);
            refined.reset(Math.max(1, count));
            for (int from = 0; from < count; from += BLOCK) {
                int size = Math.min(BLOCK, count - from);
                System.arraycopy(candidates, from, batch, 0, size);
                walker.vectors.rank(batch, size, ranks);
                for (int i = 0; i < size; i++) {
                    refined.offer(ranks[i], batch[i]);
                }
            }
            chooseLinks(refined, node, 0, graph.m + graph.m / 2);
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

        private void chooseLinks(Beam found, int node, int level, int most) {
            selection.begin();
            for (int i = 0; i < found.size(); i++) {
                if (!selection.consider(found.node(i), found.rank(i), most)) {
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

        /// Adds links to the nodes that link to this one, pruning once if they are too many.
        void addLinks(int node, Backlinks back) {
            int own = graph.linkCount(0, node);
            crowded.reset(own + back.count(node));
            for (int i = 0; i < own; i++) {
                crowded.offer(
                        NativeMemory.floatAt(graph.ranksAddress(0, node) + i * 4L),
                        NativeMemory.intAt(graph.address(0, node) + i * 4L));
            }
            int added = 0;
            for (int i = 0; i < back.count(node); i++) {
                int from = back.from(node, i);
                if (!holds(node, 0, own, from)) {
                    crowded.offer(back.rank(node, i), from);
                    added++;
                }
            }
            if (added > 0) {
                keepBest(0, node, own + added > graph.capacity(0));
            }
        }

        private void keepBest(int level, int node, boolean full) {
            selection.begin();
            for (int i = 0; i < crowded.size(); i++) {
                if (full) {
                    selection.consider(crowded.node(i), crowded.rank(i), graph.capacity(level));
                } else {
                    selection.take(crowded.node(i), crowded.rank(i));
                }
            }
            graph.setLinks(level, node, selection.chosen, selection.chosenRanks, selection.count);
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
