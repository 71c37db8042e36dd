package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.FoundRows;
import io.elanus.storage.index.NearestIterator;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;
import io.elanus.storage.index.VectorIndex.Hits;

/// A walk over level 0 that goes on ([Frontier]). For the rows given so far and the next ones together it settles
/// as many nodes as a search for all of them would have in its beam; every node is compared by its vector when it
/// is expanded. Where that search would compare all rows that pass, and where the walk can go no further, those
/// that are not known yet are compared, once, and everything left is given in order.
///
/// Belongs to a searcher, whose memory it works in.
final class HnswIterator implements NearestIterator {
    /// The ways to take a step.
    enum Step {
        /// Ranks the neighbours of a node.
        LINKS,
        /// Ranks those that pass, and steps over the others.
        WITHIN_FILTER,
        /// Estimates the neighbours by the codes beside the links.
        CODES
    }

    /// What the searcher does for it.
    interface Walk {
        /// How a search with a beam of this width would go about it.
        SearchStrategy strategy(RowFilter filter, int ef);

        /// Begins anew; puts the nodes to start from into the frontier.
        void start(Step step, RowFilter filter, Frontier frontier);

        /// Expands the nearest nodes. False when there are none.
        boolean step(Step step, Frontier frontier, FoundRows found);

        /// Compares all that pass and were not found. Returns how many these were.
        long compareRest(FoundRows found);

        /// Nodes ranked since the last call.
        long takeRanked();

        /// Turns ranks into distances.
        void finish(Hits hits);

        RuntimeException damaged();
    }

    private final Walk walk;
    private final int nodes;
    private final boolean coded;
    private final Frontier frontier = new Frontier();
    private final FoundRows found = new FoundRows();
    private int effort;
    private boolean whole;
    private boolean started;
    private Step step = Step.LINKS;

    /// @param coded are codes of neighbours beside the links?
    HnswIterator(Walk walk, int nodes, boolean coded) {
        this.walk = walk;
        this.nodes = nodes;
        this.coded = coded;
    }

    HnswIterator begin(RowFilter filter, int withEffort, float maxDistance) {
        found.begin(filter, maxDistance);
        effort = withEffort;
        whole = false;
        started = false;
        return this;
    }

    @Override
    public int next(int count, Hits hits) {
        hits.distancesComputed = 0;
        if (!whole && !found.ended()) {
            try {
                find(count, hits);
            } catch (IndexOutOfBoundsException _) {
                throw walk.damaged();
            }
        }
        hits.strategy = whole
                ? SearchStrategy.EXACT
                : step == Step.WITHIN_FILTER
                        ? SearchStrategy.INDEX_WITHIN_FILTER
                        : found.filter().passesAll() ? SearchStrategy.INDEX : SearchStrategy.INDEX_THEN_FILTER;
        found.give(count, hits);
        walk.finish(hits);
        return found.cut(hits);
    }

    private void find(int count, Hits hits) {
        RowFilter filter = found.filter();
        int ef = (int) Math.min(Math.max(effort, found.given() + count), nodes);
        SearchStrategy strategy = walk.strategy(filter, ef);
        if (strategy != SearchStrategy.EXACT && !started) {
            started = true;
            frontier.clear();
            step = strategy == SearchStrategy.INDEX_WITHIN_FILTER
                    ? Step.WITHIN_FILTER
                    : coded ? Step.CODES : Step.LINKS;
            walk.start(step, filter, frontier);
        }
        whole = strategy == SearchStrategy.EXACT;
        long wanted = step == Step.WITHIN_FILTER ? ef : Math.min(Costs.width(filter, ef), nodes);
        while (!whole && (frontier.settled() < wanted || found.waiting() < count)) {
            // Where what passes lies away from the query, a walk would meet all else before.
            whole = !walk.step(step, frontier, found)
                    || frontier.settled() > wanted && walk.strategy(filter, wider(filter)) == SearchStrategy.EXACT;
        }
        hits.distancesComputed = walk.takeRanked() + (whole ? walk.compareRest(found) : 0);
    }

    /// Width of the beam, without a filter, that has settled as many.
    private int wider(RowFilter filter) {
        double share = step == Step.WITHIN_FILTER || filter.passesAll()
                ? 1
                : (double) Math.max(1, filter.cardinality()) / filter.rows();
        return (int) Math.min(nodes, frontier.settled() * share);
    }

    /// Has it compared every row that passes?
    boolean whole() {
        return whole;
    }

    @Override
    public long heldBytes() {
        return frontier.heldBytes() + found.heldBytes();
    }

    @Override
    public void close() {
        frontier.clear();
        found.end();
    }
}
