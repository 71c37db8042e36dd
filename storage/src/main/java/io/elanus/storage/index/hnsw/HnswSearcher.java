package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.BruteForceSearch;
import io.elanus.storage.index.Calibration;
import io.elanus.storage.index.FoundRows;
import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.NearestIterator;
import io.elanus.storage.index.NearestRows;
import io.elanus.storage.index.Query;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.code.BitCodeRanker;
import io.elanus.storage.index.code.BitCodes;
import io.elanus.storage.index.code.CodeRanker;
import io.elanus.storage.index.code.ScalarCodeRanker;
import io.elanus.storage.index.code.ScalarCodes;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.Metric;
import java.util.Optional;
import java.util.function.IntConsumer;

/// Searches an open graph. One thread at a time; allocates nothing once warm.
///
/// A filter is met in the way that costs least by estimate: few passing rows are compared one by one; if most pass,
/// the walk ignores the filter and its beam is widened by what will be dropped; in between the walk ranks the
/// passing nodes alone and steps over the others. A walk that ends with fewer than k rows, though more pass, gives
/// way to one that goes on until it has them ([HnswIterator]): k rows come back whenever there are k.
final class HnswSearcher implements VectorIndex.Searcher {
    /// Passing nodes, spread over the rows, that a filtered walk starts from beside the entry.
    private static final int SEEDS = 24;
    /// The lowest level that a search in the quantised layout descends through one by one: on level 1 the vectors
    /// of a node's neighbours cost more memory traffic than expansions on level 0 do.
    private static final int QUANTIZED_LEVEL = 2;
    /// The best of a walk on byte codes that are ranked again: so many times k, and a few more. The codes' error is
    /// small; beyond this nothing is gained. Of a walk on fewer bits all are.
    private static final int REFINE_FACTOR = 4;

    private static final int REFINE_MORE = 16;

    private final IndexFileReader reader;
    private final GraphFile graph;
    private final Costs costs;
    private final Nodes nodes;
    private final ExactRanker vectors;
    private final Optional<CodedNodes> codes;
    private final NodeRanker ranker;
    private final Calibration calibration;
    private final Optional<QuantizedWalk> quantized;
    private final LayerWalk walk;
    private final BruteForceSearch exact;
    private final HnswIterator iterator;
    /// Takes a node for a filtered walk to start from.
    private final IntConsumer seed;
    private final NearestRows nearest = new NearestRows();
    private final int[] step;
    private final int[] stepPositions;
    private final float[] stepRanks;

    HnswSearcher(IndexFileReader reader, GraphFile graph, Costs costs) {
        Metric metric = reader.spec().metric();
        int links = graph.capacity(0);
        this.reader = reader;
        this.graph = graph;
        this.costs = costs;
        this.calibration = Calibration.of(reader);
        this.nodes = graph.nodes();
        this.vectors = new ExactRanker(nodes, metric, graph.terms().inverseLengths());
        this.codes = ranker(graph.terms().codes(), nodes.count()).map(CodedNodes::new);
        this.ranker = codes.isPresent() ? codes.get() : vectors;
        this.quantized = graph.terms().neighborCodes().map(c -> new QuantizedWalk(graph, c, vectors));
        this.walk = new LayerWalk(graph, nodes.count(), links);
        this.exact = new BruteForceSearch(nodes.source(), metric);
        this.iterator = new HnswIterator(new Steps(), nodes.count(), quantized.isPresent());
        this.seed = node -> walk.seed(ranker, node);
        this.step = new int[links];
        this.stepPositions = new int[links];
        this.stepRanks = new float[links];
    }

    private static Optional<CodeRanker> ranker(GraphFile.NodeCodes codes, int nodes) {
        return switch (codes) {
            case GraphFile.NodeCodes.None _ -> Optional.empty();
            case GraphFile.NodeCodes.Scalars(ScalarCodes scalars) -> Optional.of(new ScalarCodeRanker(scalars, nodes));
            case GraphFile.NodeCodes.Bits(BitCodes bits) -> Optional.of(new BitCodeRanker(bits, nodes));
        };
    }

    @Override
    public int search(float[] query, VectorIndex.SearchParameters parameters, RowFilter filter, VectorIndex.Hits hits) {
        long prepared = bind(query, filter);
        int k = Math.min(parameters.k(), filter.cardinality());
        int effort = calibration.effort(parameters, graph.parameters().efSearch());
        int ef = Math.min(Math.max(effort, k), nodes.count());
        SearchStrategy strategy =
                costs.choose(filter, ef, graph.capacity(0), graph.parameters().layout());
        if (strategy == SearchStrategy.EXACT || k == 0 || nodes.count() == 0) {
            return exact.searchPrepared(prepared, parameters, filter, hits);
        }
        takeRanked();
        try {
            walk(strategy, ef, k, filter, hits);
        } catch (IndexOutOfBoundsException _) {
            throw reader.corrupt("a link leads out of the graph");
        }
        if (hits.count < k) {
            return goOn(effort, k, parameters, filter, hits);
        }
        hits.distancesComputed = takeRanked();
        hits.strategy = strategy;
        return BruteForceSearch.finish(vectors.metricKernel(), parameters.maxDistance(), hits);
    }

    @Override
    public NearestIterator iterate(Query query, VectorIndex.SearchParameters parameters, RowFilter filter) {
        bind(query.dense(), filter);
        return iterator.begin(
                filter, calibration.effort(parameters, graph.parameters().efSearch()), parameters.maxDistance());
    }

    /// Takes the query. Returns the address of its prepared form.
    private long bind(float[] query, RowFilter filter) {
        if (filter.rows() != reader.rows()) {
            throw new IllegalArgumentException(
                    "The filter covers " + filter.rows() + " rows, the index " + reader.rows());
        }
        long prepared = vectors.bind(query);
        if (codes.isPresent()) {
            codes.get().bind(prepared);
        }
        return prepared;
    }

    /// A beam has forgotten what lay beyond its width: a walk that keeps it is begun.
    private int goOn(
            int effort, int k, VectorIndex.SearchParameters parameters, RowFilter filter, VectorIndex.Hits hits) {
        long before = takeRanked();
        try (NearestIterator more = iterator.begin(filter, effort, parameters.maxDistance())) {
            int count = more.next(k, hits);
            hits.distancesComputed += before;
            return count;
        }
    }

    private long takeRanked() {
        return walk.takeRanked() + (quantized.isPresent() ? quantized.get().takeRanked() : 0);
    }

    private void walk(SearchStrategy strategy, int ef, int k, RowFilter filter, VectorIndex.Hits hits) {
        long prepared = vectors.query();
        int start = descend();
        switch (strategy) {
            case INDEX, INDEX_THEN_FILTER -> {
                int wide = Math.min(Costs.width(filter, ef), nodes.count());
                if (quantized.isPresent()) {
                    nearest.reset(k);
                    quantized.get().run(prepared, start, wide, filter, nearest);
                    hits.count = nearest.drainTo(hits.rows, hits.distances);
                    return;
                }
                walk.begin(wide);
                walk.seed(ranker, start);
                walk.run(ranker, 0);
            }
            case INDEX_WITHIN_FILTER -> {
                walk.begin(ef);
                walk.seedAround(ranker, start, nodes, filter);
                forSeeds(filter, seed);
                walk.runFiltered(ranker, nodes, filter);
            }
            case EXACT -> throw new IllegalStateException("An exact search walks nothing");
        }
        takeHits(k, filter, hits);
    }

    private void takeHits(int k, RowFilter filter, VectorIndex.Hits hits) {
        if (codes.isPresent()) {
            refine(k, filter, hits);
            return;
        }
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

    /// Ranks the best of a walk on codes by their vectors, and keeps the k nearest.
    private void refine(int k, RowFilter filter, VectorIndex.Hits hits) {
        Beam found = walk.beam;
        int wanted = graph.parameters().codes() == Codes.SQ8 ? REFINE_FACTOR * k + REFINE_MORE : found.size();
        nearest.reset(k);
        int count = 0;
        for (int i = 0; i < found.size() && wanted > 0; i++) {
            int node = found.node(i);
            if (filter.passes(nodes.row(node))) {
                step[count++] = node;
                wanted--;
            }
            if (count == step.length) {
                refineStep(count);
                count = 0;
            }
        }
        refineStep(count);
        hits.count = nearest.drainTo(hits.rows, hits.distances);
    }

    private void refineStep(int count) {
        for (int i = 0; i < count; i++) {
            nodes.source().want(nodes.row(step[i]));
        }
        vectors.rank(step, count, stepRanks);
        for (int i = 0; i < count; i++) {
            nearest.offer(stepRanks[i], nodes.row(step[i]));
        }
    }

    /// The greedy way down the upper levels, to the node where level 0 begins.
    private int descend() {
        int lowest = quantized.isPresent() ? QUANTIZED_LEVEL : 1;
        int position = graph.entry();
        for (int level = graph.upper().length; level >= 1; level--) {
            int nearest = level >= lowest ? descendLevel(level, position) : position;
            position = NativeMemory.intAt(graph.entryAddress(level, nearest) + 4);
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
    private void forSeeds(RowFilter filter, IntConsumer taker) {
        int count = nodes.count();
        for (int s = 0; s < SEEDS; s++) {
            int from = (int) ((long) count * s / SEEDS);
            int to = (int) ((long) count * (s + 1) / SEEDS);
            for (int node = from; node < to; node++) {
                if (filter.passes(nodes.row(node))) {
                    taker.accept(node);
                    break;
                }
            }
        }
    }

    /// The steps of a walk that goes on.
    private final class Steps implements HnswIterator.Walk {
        @Override
        public SearchStrategy strategy(RowFilter filter, int ef) {
            return nodes.count() == 0 || filter.cardinality() == 0
                    ? SearchStrategy.EXACT
                    : costs.choose(
                            filter, ef, graph.capacity(0), graph.parameters().layout());
        }

        @Override
        public void start(HnswIterator.Step step, RowFilter filter, Frontier frontier) {
            int start = descend();
            switch (step) {
                case CODES -> quantized.orElseThrow().start(vectors.query(), start, frontier);
                case LINKS -> {
                    walk.visited.reset();
                    walk.seed(ranker, start, frontier);
                }
                case WITHIN_FILTER -> {
                    walk.visited.reset();
                    if (filter.passes(nodes.row(start))) {
                        walk.seed(ranker, start, frontier);
                    } else {
                        walk.expandFiltered(ranker, start, nodes, filter, frontier);
                    }
                    forSeeds(filter, node -> walk.seed(ranker, node, frontier));
                }
            }
        }

        @Override
        public boolean step(HnswIterator.Step step, Frontier frontier, FoundRows found) {
            if (step == HnswIterator.Step.CODES) {
                return quantized.orElseThrow().step(frontier, found);
            }
            int node = frontier.take();
            if (node < 0) {
                return false;
            }
            frontier.expanded();
            int row = nodes.row(node);
            if (found.filter().passes(row)) {
                found.offer(codes.isPresent() ? vectors.rank(node) : frontier.rank(), row);
            }
            if (step == HnswIterator.Step.LINKS) {
                walk.expand(ranker, node, frontier);
            } else {
                walk.expandFiltered(ranker, node, nodes, found.filter(), frontier);
            }
            return true;
        }

        @Override
        public long compareRest(FoundRows found) {
            return exact.compareRest(vectors.query(), found);
        }

        @Override
        public long takeRanked() {
            return HnswSearcher.this.takeRanked();
        }

        @Override
        public void finish(VectorIndex.Hits hits) {
            BruteForceSearch.finish(vectors.metricKernel(), Float.POSITIVE_INFINITY, hits);
        }

        @Override
        public RuntimeException damaged() {
            return reader.corrupt("a link leads out of the graph");
        }
    }

    @Override
    public void close() {
        vectors.close();
        codes.ifPresent(CodedNodes::close);
        quantized.ifPresent(QuantizedWalk::close);
        exact.close();
    }
}
