package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.Ranked;
import io.elanus.storage.index.RankedHeap;

/// Where a walk that goes on stands: a [Beam] without a width. Nodes that were met and not expanded, nearest first,
/// and of those that were expanded the ones that a nearer node may yet come before. A node is *settled* once none
/// of the met ones is nearer: a walk with a beam of width ef ends when ef nodes are, so one that is to find more
/// goes on until more are.
public final class Frontier {
    private final RankedHeap open = new RankedHeap();
    private final RankedHeap ahead = new RankedHeap();
    private long settled;
    private float rank;

    public void clear() {
        open.clear();
        ahead.clear();
        settled = 0;
    }

    public boolean isEmpty() {
        return open.isEmpty();
    }

    /// A node that was met.
    public void offer(float ofNode, int node) {
        open.add(Ranked.of(ofNode, node));
    }

    /// The nearest node that was not taken yet; -1 when there is none.
    public int take() {
        if (open.isEmpty()) {
            return -1;
        }
        long nearest = open.poll();
        rank = Ranked.rank(nearest);
        return Ranked.row(nearest);
    }

    /// Rank of the node that was taken last.
    public float rank() {
        return rank;
    }

    /// The node that was taken last is expanded now, not one that was expanded before.
    public void expanded() {
        ahead.add(Ranked.of(rank, 0));
    }

    /// Nodes expanded that no nearer one is known to come before; as of now, when the neighbours of all that were
    /// taken have been offered.
    public long settled() {
        while (!ahead.isEmpty() && (open.isEmpty() || Ranked.rank(ahead.peek()) <= Ranked.rank(open.peek()))) {
            ahead.poll();
            settled++;
        }
        return settled;
    }

    public long heldBytes() {
        return open.heldBytes() + ahead.heldBytes();
    }
}
