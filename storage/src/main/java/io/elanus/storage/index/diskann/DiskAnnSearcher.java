package io.elanus.storage.index.diskann;

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
import io.elanus.storage.index.hnsw.Beam;
import io.elanus.storage.index.hnsw.Frontier;
import io.elanus.storage.index.hnsw.Visited;
import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.Distances;
import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.Arena;

/// Searches an open file. One thread at a time; allocates nothing once warm.
///
/// Under a filter the beam is widened by what will be dropped; where comparing all rows that pass costs less, or
/// the walk that goes on comes to that, they are compared: k rows come back whenever there are k.
final class DiskAnnSearcher implements VectorIndex.Searcher {
    /// Nodes read at once: their reads are under way together.
    private static final int BATCH = 4;
    /// Cost of a node on the way in rows compared one by one, most of it the read.
    private static final double EXPANSION = 16;
    /// Rows that pass are met in fewer numbers than their share where they lie away from the query.
    private static final double WIDER = 1.25;

    private static final int PAGE_BYTES = 4096;

    private final IndexFileReader reader;
    private final DiskAnnFile file;
    private final Calibration calibration;
    private final DistanceKernel kernel;
    private final BitCodeRanker codes;
    private final BruteForceSearch exact;
    private final Beam beam = new Beam();
    private final Visited visited;
    private final NearestRows nearest = new NearestRows();
    private final Iteration iterator = new Iteration();
    private final Arena arena = Arena.ofShared();
    private final long query;
    private final int[] batch = new int[BATCH];
    private final long[] vectors = new long[BATCH];
    private final float[] ranks = new float[BATCH];
    private final int[] neighbors;
    private final float[] estimates;
    private long compared;
    /// Keeps the compiler from dropping the loads that bring blocks into memory.
    @SuppressWarnings("UnusedVariable")
    private int touched;

    DiskAnnSearcher(IndexFileReader reader, DiskAnnFile file) {
        this.reader = reader;
        this.file = file;
        this.calibration = Calibration.of(reader);
        this.kernel = Distances.kernel(reader.spec().metric(), reader.spec().type());
        this.codes = new BitCodeRanker(file.codes(), file.count());
        this.exact = new BruteForceSearch(file.source(), kernel);
        this.visited = new Visited(file.count());
        this.query = arena.allocate(kernel.queryBytes(), 64).address();
        this.neighbors = new int[file.parameters().maxDegree()];
        this.estimates = new float[file.parameters().maxDegree()];
    }

    @Override
    public int search(
            float[] elements, VectorIndex.SearchParameters parameters, RowFilter filter, VectorIndex.Hits hits) {
        bind(elements, filter);
        int k = Math.min(parameters.k(), filter.cardinality());
        int effort = calibration.effort(parameters, file.parameters().efSearch());
        int width = width(Math.max(effort, k), filter);
        if (k == 0 || file.count() == 0 || costsMoreThanAll(width, filter)) {
            return exact.searchPrepared(query, parameters, filter, hits);
        }
        try {
            walk(width, k, filter);
        } catch (IndexOutOfBoundsException _) {
            throw reader.corrupt("a link leads out of the graph");
        }
        hits.count = nearest.drainTo(hits.rows, hits.distances);
        if (hits.count < k) {
            return goOn(effort, k, parameters, filter, hits);
        }
        hits.distancesComputed = compared;
        hits.strategy = filter.passesAll() ? SearchStrategy.INDEX : SearchStrategy.INDEX_THEN_FILTER;
        return BruteForceSearch.finish(kernel, parameters.maxDistance(), hits);
    }

    private void bind(float[] elements, RowFilter filter) {
        if (filter.rows() != reader.rows()) {
            throw new IllegalArgumentException(
                    "The filter covers " + filter.rows() + " rows, the index " + reader.rows());
        }
        kernel.prepare(elements, query);
    }

    private int width(long ef, RowFilter filter) {
        double share = (double) filter.cardinality() / Math.max(1, filter.rows());
        double widening = filter.passesAll() ? 1 : WIDER / share;
        return (int) Math.min(ef * widening, file.count());
    }

    private static boolean costsMoreThanAll(long width, RowFilter filter) {
        return width * EXPANSION > filter.cardinality();
    }

    @Override
    public NearestIterator iterate(Query sought, VectorIndex.SearchParameters parameters, RowFilter filter) {
        bind(sought.dense(), filter);
        return iterator.begin(
                filter, calibration.effort(parameters, file.parameters().efSearch()), parameters.maxDistance());
    }

    /// A beam has forgotten what lay beyond its width: a walk that keeps it is begun.
    private int goOn(
            int effort, int k, VectorIndex.SearchParameters parameters, RowFilter filter, VectorIndex.Hits hits) {
        long before = compared;
        try (NearestIterator more = iterator.begin(filter, effort, parameters.maxDistance())) {
            int count = more.next(k, hits);
            hits.distancesComputed += before;
            return count;
        }
    }

    private void walk(int width, int k, RowFilter filter) {
        codes.bind(query);
        visited.reset();
        beam.reset(width);
        nearest.reset(k);
        compared = 0;
        visited.add(file.entry());
        beam.offer(codes.rank(file.entry()), file.entry());
        for (int count = takeBatch(); count > 0; count = takeBatch()) {
            kernel.rankAll(query, vectors, count, ranks);
            compared += count;
            for (int i = 0; i < count; i++) {
                int row = file.row(batch[i]);
                if (filter.passes(row)) {
                    nearest.offer(ranks[i], row);
                }
                offerNeighbors(batch[i]);
            }
        }
    }

    /// The nearest nodes that were not read yet, with their entries on the way into memory.
    private int takeBatch() {
        int count = 0;
        int sum = 0;
        while (count < BATCH) {
            int node = beam.takeNearest();
            if (node < 0) {
                break;
            }
            sum += touch(node, count);
            count++;
        }
        touched = sum;
        return count;
    }

    /// Puts the node at this place of the batch, with its entry on the way into memory.
    private int touch(int node, int place) {
        int sum = 0;
        long at = file.stored().vector(node);
        int bytes = file.stored().blocks().entryBytes();
        for (int page = 0; page < bytes; page += PAGE_BYTES) {
            sum += NativeMemory.byteAt(at + page);
        }
        vectors[place] = at;
        batch[place] = node;
        return sum;
    }

    private void offerNeighbors(int node) {
        int count = rankNeighbors(node);
        for (int i = 0; i < count; i++) {
            beam.offer(estimates[i], neighbors[i]);
        }
    }

    /// Ranks the neighbours that were not met yet. Returns how many they are.
    private int rankNeighbors(int node) {
        long links = file.stored().links(node);
        int count = 0;
        for (int i = 0; i < neighbors.length; i++) {
            int neighbor = NativeMemory.intAt(links + i * 4L);
            if (neighbor < 0) {
                break;
            }
            neighbors[count] = neighbor;
            count += visited.add(neighbor) ? 1 : 0;
        }
        codes.rank(neighbors, count, estimates);
        return count;
    }

    /// A walk that goes on, as that of [io.elanus.storage.index.hnsw] does.
    private final class Iteration implements NearestIterator {
        private final Frontier frontier = new Frontier();
        private final FoundRows found = new FoundRows();
        private int effort;
        private boolean started;
        private boolean whole;

        Iteration begin(RowFilter filter, int withEffort, float maxDistance) {
            found.begin(filter, maxDistance);
            frontier.clear();
            effort = withEffort;
            started = false;
            whole = file.count() == 0;
            return this;
        }

        @Override
        public int next(int count, VectorIndex.Hits hits) {
            compared = 0;
            if (!whole && !found.ended()) {
                try {
                    find(count);
                } catch (IndexOutOfBoundsException _) {
                    throw reader.corrupt("a link leads out of the graph");
                }
            }
            hits.distancesComputed = compared;
            hits.strategy = whole
                    ? SearchStrategy.EXACT
                    : found.filter().passesAll() ? SearchStrategy.INDEX : SearchStrategy.INDEX_THEN_FILTER;
            found.give(count, hits);
            BruteForceSearch.finish(kernel, Float.POSITIVE_INFINITY, hits);
            return found.cut(hits);
        }

        private void find(int count) {
            RowFilter filter = found.filter();
            int wanted = width(Math.max(effort, found.given() + count), filter);
            whole = costsMoreThanAll(wanted, filter);
            if (!whole && !started) {
                started = true;
                codes.bind(query);
                visited.reset();
                visited.add(file.entry());
                frontier.offer(codes.rank(file.entry()), file.entry());
            }
            while (!whole && (frontier.settled() < wanted || found.waiting() < count)) {
                whole = !step() || frontier.settled() > wanted && costsMoreThanAll(frontier.settled(), filter);
            }
            if (whole) {
                compared += exact.compareRest(query, found);
            }
        }

        private boolean step() {
            int count = 0;
            int sum = 0;
            for (int node = frontier.take(); node >= 0; node = count < BATCH ? frontier.take() : -1) {
                frontier.expanded();
                sum += touch(node, count);
                count++;
            }
            touched = sum;
            kernel.rankAll(query, vectors, count, ranks);
            compared += count;
            for (int i = 0; i < count; i++) {
                int row = file.row(batch[i]);
                if (found.filter().passes(row)) {
                    found.offer(ranks[i], row);
                }
                int met = rankNeighbors(batch[i]);
                for (int n = 0; n < met; n++) {
                    frontier.offer(estimates[n], neighbors[n]);
                }
            }
            return count > 0;
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

    @Override
    public void close() {
        codes.close();
        exact.close();
        arena.close();
    }
}
