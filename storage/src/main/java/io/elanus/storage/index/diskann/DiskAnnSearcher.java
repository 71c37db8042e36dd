package io.elanus.storage.index.diskann;

import io.elanus.storage.index.BruteForceSearch;
import io.elanus.storage.index.Calibration;
import io.elanus.storage.index.IndexFileReader;
import io.elanus.storage.index.NearestRows;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.code.BitCodeRanker;
import io.elanus.storage.index.hnsw.Beam;
import io.elanus.storage.index.hnsw.Visited;
import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.Distances;
import io.elanus.storage.kernel.NativeMemory;
import java.lang.foreign.Arena;

/// Searches an open file. One thread at a time; allocates nothing once warm.
///
/// Under a filter the beam is widened by what will be dropped; where comparing all rows that pass costs less, or the
/// walk ends with fewer than k of them, they are compared: k rows come back whenever there are k.
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
        if (filter.rows() != reader.rows()) {
            throw new IllegalArgumentException(
                    "The filter covers " + filter.rows() + " rows, the index " + reader.rows());
        }
        kernel.prepare(elements, query);
        int k = Math.min(parameters.k(), filter.cardinality());
        int effort = calibration.effort(parameters, file.parameters().efSearch());
        double share = (double) filter.cardinality() / Math.max(1, filter.rows());
        double widening = filter.passesAll() ? 1 : WIDER / share;
        int width = (int) Math.min(Math.max(effort, k) * widening, file.count());
        if (k == 0 || file.count() == 0 || width * EXPANSION > filter.cardinality()) {
            return exact.searchPrepared(query, parameters, filter, hits);
        }
        try {
            walk(width, k, filter);
        } catch (IndexOutOfBoundsException _) {
            throw reader.corrupt("a link leads out of the graph");
        }
        hits.count = nearest.drainTo(hits.rows, hits.distances);
        if (hits.count < k) {
            return exact.searchPrepared(query, parameters, filter, hits);
        }
        hits.distancesComputed = compared;
        hits.strategy = filter.passesAll() ? SearchStrategy.INDEX : SearchStrategy.INDEX_THEN_FILTER;
        return BruteForceSearch.finish(kernel, parameters.maxDistance(), hits);
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
            long at = file.stored().vector(node);
            int bytes = file.stored().blocks().entryBytes();
            for (int page = 0; page < bytes; page += PAGE_BYTES) {
                sum += NativeMemory.byteAt(at + page);
            }
            vectors[count] = at;
            batch[count++] = node;
        }
        touched = sum;
        return count;
    }

    private void offerNeighbors(int node) {
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
        for (int i = 0; i < count; i++) {
            beam.offer(estimates[i], neighbors[i]);
        }
    }

    @Override
    public void close() {
        codes.close();
        exact.close();
        arena.close();
    }
}
