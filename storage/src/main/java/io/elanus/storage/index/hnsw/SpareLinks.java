package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.NearestRows;
import io.elanus.storage.kernel.NativeMemory;

/// Fills the places that a node's links leave free with the nearest of its neighbours' neighbours. A scan of a
/// block scores 32 lanes whether or not they are used, so these links cost a search nothing, and each is one more
/// way to a near node.
///
/// One thread; owns its scratch memory.
final class SpareLinks implements AutoCloseable {
    private static final int BATCH = 64;
    /// Nearest neighbours whose links are looked at: what farther ones are linked to is seldom among the nearest.
    private static final int ASKED = 10;

    private final MutableGraph graph;
    private final WalkRanker ranker;
    private final Visited met;
    private final NearestRows nearest = new NearestRows();
    private final int[] batch = new int[BATCH];
    private final float[] ranks;
    private final int[] links;
    private final int[] spares;
    private int batched;

    SpareLinks(MutableGraph graph, WalkRanker ranker, int places) {
        this.graph = graph;
        this.ranker = ranker;
        this.met = new Visited(graph.nodes);
        this.links = new int[places];
        this.spares = new int[places];
        this.ranks = new float[Math.max(BATCH, places)];
    }

    /// The node's links and, behind them, the spare ones; -1 where there is none.
    int[] fill(int node) {
        int count = graph.linkCount(0, node);
        met.reset();
        met.add(node);
        for (int i = 0; i < links.length; i++) {
            links[i] = i < count ? link(node, i) : -1;
            if (i < count) {
                met.add(links[i]);
            }
        }
        if (count < links.length) {
            ranker.bind(node);
            nearest.reset(links.length - count);
            for (int i = 0; i < Math.min(ASKED, count); i++) {
                offerLinksOf(links[i]);
            }
            rankBatch();
            int spare = nearest.drainTo(spares, ranks);
            System.arraycopy(spares, 0, links, count, spare);
        }
        return links;
    }

    private int link(int node, int place) {
        return NativeMemory.intAt(graph.address(0, node) + place * 4L);
    }

    private void offerLinksOf(int neighbor) {
        int count = graph.linkCount(0, neighbor);
        for (int i = 0; i < count; i++) {
            int candidate = link(neighbor, i);
            if (met.add(candidate)) {
                batch[batched++] = candidate;
                if (batched == BATCH) {
                    rankBatch();
                }
            }
        }
    }

    private void rankBatch() {
        ranker.rank(batch, batched, ranks);
        for (int i = 0; i < batched; i++) {
            nearest.offer(ranks[i], batch[i]);
        }
        batched = 0;
    }

    @Override
    public void close() {
        ranker.close();
    }
}
