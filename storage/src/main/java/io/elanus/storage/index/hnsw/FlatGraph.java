package io.elanus.storage.index.hnsw;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.index.code.PreparedVectors;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.type.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/// A finished graph of one level over the rows that have a vector, for formats that lay it out in their own way. It
/// starts at the node nearest to the mean. Its memory belongs to the arena it was built in.
public final class FlatGraph {
    /// Of so many nodes the one nearest to the mean is taken as the entry.
    private static final int SAMPLE = 10_000;

    private final MutableGraph graph;
    private final Nodes nodes;
    private final PreparedVectors vectors;
    private final int entry;

    private FlatGraph(MutableGraph graph, Nodes nodes, PreparedVectors vectors, int entry) {
        this.graph = graph;
        this.nodes = nodes;
        this.vectors = vectors;
        this.entry = entry;
    }

    /// @param degree most links of a node; an odd number counts as the even one below
    /// @param width of the beam that finds a new node's neighbours
    /// @param alpha a candidate is left out when it is so many times nearer to a link than to the node; 1 for
    ///     inner products, which are no distances
    public record Options(int degree, int width, float alpha, long seed) {}

    public static FlatGraph build(
            VectorSource source, Metric metric, Options options, BuildPool pool, BuildMonitor monitor, Arena scratch) {
        MemorySegment rows = HnswFormat.nodeRows(source, scratch);
        int count = Math.toIntExact(rows.byteSize() / Integer.BYTES);
        var nodes = new Nodes(source, count, count == source.rows() ? 0 : rows.address());
        var graph = new MutableGraph(count, options.degree() / 2, 0, options.seed(), scratch, scratch);
        long inverseLengths = metric == Metric.COSINE
                ? HnswFormat.inverseLengths(nodes, pool, scratch, monitor).address()
                : 0;
        PreparedVectors vectors = HnswFormat.preparedNodes(nodes, metric);
        int entry = count == 0 ? 0 : middle(nodes, metric, inverseLengths, vectors, pool, monitor, scratch);
        var parameters = new GraphBuilder.Options(options.width(), metric == Metric.IP ? 1 : options.alpha(), entry);
        var build = new BuildNodes(nodes, metric, inverseLengths, Optional.empty());
        new GraphBuilder(graph, build, parameters).insertAll(pool, monitor);
        return new FlatGraph(graph, nodes, vectors, entry);
    }

    private static int middle(
            Nodes nodes,
            Metric metric,
            long inverseLengths,
            PreparedVectors vectors,
            BuildPool pool,
            BuildMonitor monitor,
            Arena scratch) {
        MemorySegment mean = vectors.mean(pool, cancelOnly(monitor), scratch);
        float[] elements = mean.toArray(ValueLayout.JAVA_FLOAT.withOrder(NativeMemory.ORDER));
        int best = 0;
        float least = Float.POSITIVE_INFINITY;
        try (var ranker = new ExactRanker(nodes, metric, inverseLengths)) {
            ranker.bind(elements);
            int step = Math.max(1, nodes.count() / SAMPLE);
            for (int node = 0; node < nodes.count(); node += step) {
                float rank = ranker.rank(node);
                if (rank < least) {
                    least = rank;
                    best = node;
                }
            }
        }
        return best;
    }

    public int count() {
        return nodes.count();
    }

    /// Where searches begin.
    public int entry() {
        return entry;
    }

    public int row(int node) {
        return nodes.row(node);
    }

    /// The vectors of the nodes.
    public PreparedVectors vectors() {
        return vectors;
    }

    /// Writes a node's links, int32, -1 for those that are missing.
    public void copyLinks(int node, long to, int places) {
        long from = graph.address(0, node);
        for (int i = 0; i < places; i++) {
            NativeMemory.putInt(to + i * 4L, i < graph.capacity(0) ? NativeMemory.intAt(from + i * 4L) : -1);
        }
    }

    /// A monitor that stops work of which nothing is reported.
    public static BuildMonitor cancelOnly(BuildMonitor monitor) {
        return HnswFormat.cancelOnly(monitor);
    }
}
