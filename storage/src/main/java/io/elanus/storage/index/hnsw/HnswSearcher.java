package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.BruteForceSearch;
import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.Metric;

/// Searches an open graph. One thread at a time; allocates nothing once warm.
///
/// A filter is met in the way that costs least by estimate: few passing rows are compared one by one; if most pass,
/// the walk ignores the filter and its beam is widened by what will be dropped; in between the walk ranks the
/// passing nodes alone and steps over the others. A walk that ends with fewer than k rows, though more pass, gives
/// way to the comparison of all that pass: k rows come back whenever there are k.
final class HnswSearcher implements VectorIndex.Searcher {
    /// Passing nodes, spread over the rows, that a filtered walk starts from beside the entry.
    private static final int SEEDS = 24;

    private final IndexFileReader reader;
    private final GraphFile graph;
    private final Costs costs;
    private final Nodes nodes;
    private final ExactRanker ranker;
    private final LayerWalk walk;
    private final BruteForceSearch exact;
    private final int[] step;
    private final int[] stepPositions;
    private final float[] stepRanks;

    HnswSearcher(IndexFileReader reader, GraphFile graph, Costs costs) {
        Metric metric = reader.spec().metric();
        int links = graph.capacity(0);
        this.reader = reader;
        this.graph = graph;
        this.costs = costs;
        this.nodes = graph.nodes();
        this.ranker = new ExactRanker(nodes, metric, graph.inverseLengths());
        this.walk = new LayerWalk(graph, nodes.count(), links);
        this.exact = new BruteForceSearch(nodes.source(), metric);
        this.step = new int[links];
        this.stepPositions = new int[links];
        this.stepRanks = new float[links];
    }

    @Override
    public int search(float[] query, VectorIndex.SearchParameters parameters, RowFilter filter, VectorIndex.Hits hits) {
        if (filter.rows() != reader.rows()) {
            throw new IllegalArgumentException(
                    "The filter covers " + filter.rows() + " rows, the index " + reader.rows());
        }
        long prepared = ranker.bind(query);
        int k = Math.min(parameters.k(), filter.cardinality());
        int effort = parameters.effort() > 0
                ? parameters.effort()
                : graph.parameters().efSearch();
        int ef = Math.min(Math.max(effort, k), nodes.count());
        SearchStrategy strategy = costs.choose(filter, ef, graph.capacity(0));
        if (strategy == SearchStrategy.EXACT || k == 0 || nodes.count() == 0) {
            return exact.searchPrepared(prepared, parameters, filter, hits);
        }
        ranker.takeRanked();
        try {
            walk(strategy, ef, k, filter, hits);
            if (strategy == SearchStrategy.INDEX_THEN_FILTER && hits.count < k) {
                strategy = SearchStrategy.INDEX_WITHIN_FILTER;
                walk(strategy, ef, k, filter, hits);
            }
        } catch (IndexOutOfBoundsException _) {
            throw reader.corrupt("a link leads out of the graph");
        }
        if (hits.count < k) {
            return exact.searchPrepared(prepared, parameters, filter, hits);
        }
        hits.distancesComputed = ranker.takeRanked();
        hits.strategy = strategy;
        return BruteForceSearch.finish(ranker.metricKernel(), parameters.maxDistance(), hits);
    }

    private void walk(SearchStrategy strategy, int ef, int k, RowFilter filter, VectorIndex.Hits hits) {
        int start = descend();
        switch (strategy) {
            case INDEX, INDEX_THEN_FILTER -> {
                walk.begin((int) ((long) ef * filter.rows() / filter.cardinality()));
                walk.seed(ranker, start);
                walk.run(ranker, 0);
            }
            case INDEX_WITHIN_FILTER -> {
                walk.begin(ef);
                walk.seedAround(ranker, start, nodes, filter);
                seedSpread(filter);
                walk.runFiltered(ranker, nodes, filter);
            }
            case EXACT -> throw new IllegalStateException("An exact search walks nothing");
        }
        takeHits(k, filter, hits);
    }

    private void takeHits(int k, RowFilter filter, VectorIndex.Hits hits) {
        Beam found = walk.beam;
        int count = 0;
        for (int i = 0; i < found.size() && count < k; i++) {
            int row = nodes.row(found.node(i));
            if (filter.passes(row)) {
                hits.rows[count] = row;
                hits.distances[count++] = found.rank(i);
            }
        }
        hits.count = count;
    }

    /// The greedy way down the upper levels, to the node where level 0 begins.
    private int descend() {
        int position = graph.entry();
        for (int level = graph.upper().length; level >= 1; level--) {
            position = NativeMemory.intAt(graph.entryAddress(level, descendLevel(level, position)) + 4);
        }
        return position;
    }

    private int descendLevel(int level, int start) {
        int position = start;
        float nearest = ranker.rank(NativeMemory.intAt(graph.entryAddress(level, position)));
        boolean moved = true;
        while (moved) {
            long entry = graph.entryAddress(level, position);
            int count = 0;
            for (int i = 0; i < graph.parameters().m(); i++) {
                int neighbor = NativeMemory.intAt(entry + (2 + i) * 4L);
                if (neighbor < 0) {
                    break;
                }
                stepPositions[count] = neighbor;
                step[count++] = NativeMemory.intAt(graph.entryAddress(level, neighbor));
            }
            ranker.rank(step, count, stepRanks);
            moved = false;
            for (int i = 0; i < count; i++) {
                if (stepRanks[i] < nearest) {
                    nearest = stepRanks[i];
                    position = stepPositions[i];
                    moved = true;
                }
            }
        }
        return position;
    }

    /// Seeds a filtered walk with passing nodes from all over the segment: a filter may pass nothing near the
    /// entry.
    private void seedSpread(RowFilter filter) {
        int count = nodes.count();
        for (int s = 0; s < SEEDS; s++) {
            int from = (int) ((long) count * s / SEEDS);
            int to = (int) ((long) count * (s + 1) / SEEDS);
            for (int node = from; node < to; node++) {
                if (filter.passes(nodes.row(node))) {
                    walk.seed(ranker, node);
                    break;
                }
            }
        }
    }

    @Override
    public void close() {
        ranker.close();
        exact.close();
    }
}
