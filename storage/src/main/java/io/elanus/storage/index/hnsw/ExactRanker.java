package io.elanus.storage.index.hnsw;

import io.elanus.storage.kernel.DistanceKernel;
import io.elanus.storage.kernel.Distances;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;

/// Ranks by the vectors themselves. For cosine it uses the inner product and the stored lengths, which reads a
/// vector once instead of computing its length again at every visit.
///
/// Owns its scratch query; closing frees it.
final class ExactRanker implements NodeRanker, AutoCloseable {
    private static final int BATCH = 16;

    private final Nodes nodes;
    private final DistanceKernel metricKernel;
    private final DistanceKernel kernel;
    private final boolean storedAsFloats;
    /// Address of one over the length of each node's vector; 0 when the metric has no use for it.
    private final long inverseLengths;
    private final Arena arena;
    private final long scratch;
    private final long[] vectors = new long[BATCH];
    private final float[] batchRanks = new float[BATCH];
    private long query;
    private float queryScale = 1;
    /// Keeps the compiler from dropping the loads that bring vectors into the cache.
    @SuppressWarnings("UnusedVariable")
    private int touched;

    ExactRanker(Nodes nodes, Metric metric, long inverseLengths) {
        ColumnType.Vector type = nodes.source().type();
        this.nodes = nodes;
        this.metricKernel = Distances.kernel(metric, type);
        this.kernel = metric == Metric.COSINE ? Distances.kernel(Metric.IP, type) : metricKernel;
        this.storedAsFloats = type.element() == VectorElement.FLOAT32;
        this.inverseLengths = inverseLengths;
        this.arena = Arena.ofShared();
        this.scratch = arena.allocate(metricKernel.queryBytes(), 64).address();
        this.query = scratch;
    }

    /// Takes the given query. Returns the address of its prepared form.
    long bind(float[] elements) {
        metricKernel.prepare(elements, scratch);
        query = scratch;
        queryScale = 1;
        return scratch;
    }

    /// Address of the query it holds.
    long query() {
        return query;
    }

    /// Takes the vector of a node as the query.
    void bind(int node) {
        if (storedAsFloats) {
            query = nodes.vector(node);
            queryScale = inverseLengths == 0 ? 1 : NativeMemory.floatAt(inverseLengths + node * 4L);
        } else {
            metricKernel.prepareStored(nodes.vector(node), scratch);
            query = scratch;
            queryScale = 1;
        }
    }

    DistanceKernel metricKernel() {
        return metricKernel;
    }

    @Override
    public float rank(int node) {
        float rank = kernel.rank(query, nodes.vector(node));
        return inverseLengths == 0 ? rank : cosine(rank, inverseLengths + node * 4L);
    }

    @Override
    public void rank(int[] batch, int count, float[] ranks) {
        rank(batch, 0, count, ranks);
    }

    /// Ranks `batch[from]` and the nodes after it into `ranks` from 0 on.
    void rank(int[] batch, int from, int count, float[] ranks) {
        for (int done = 0; done < count; done += BATCH) {
            int size = Math.min(BATCH, count - done);
            int sum = 0;
            for (int i = 0; i < size; i++) {
                long vector = nodes.vector(batch[from + done + i]);
                vectors[i] = vector;
                // All misses of the batch are under way before the first distance waits for one.
                sum += NativeMemory.byteAt(vector);
            }
            touched += sum;
            kernel.rankAll(query, vectors, size, batchRanks);
            for (int i = 0; i < size; i++) {
                ranks[done + i] = inverseLengths == 0
                        ? batchRanks[i]
                        : cosine(batchRanks[i], inverseLengths + batch[from + done + i] * 4L);
            }
        }
    }

    /// Ranks vectors that lie elsewhere as they are stored, for cosine with one over their length, float32, so many
    /// bytes behind them.
    void rankAt(long[] places, int count, long lengthOffset, float[] ranks) {
        kernel.rankAll(query, places, count, ranks);
        if (inverseLengths != 0) {
            for (int i = 0; i < count; i++) {
                ranks[i] = cosine(ranks[i], places[i] + lengthOffset);
            }
        }
    }

    /// Rounding never takes it below 0.
    private float cosine(float negatedDot, long inverseLength) {
        return Math.max(0, 1 + negatedDot * queryScale * NativeMemory.floatAt(inverseLength));
    }

    @Override
    public void close() {
        arena.close();
    }
}
