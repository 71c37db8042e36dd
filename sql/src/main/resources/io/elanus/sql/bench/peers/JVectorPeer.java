import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.util.ArrayList;
import java.util.List;

/// JVector's graph over float32, in memory, with as many links on its lowest level as hnswlib's.
final class JVectorPeer extends Peer {
    private static final float OVERFLOW = 1.2f;
    private static final float ALPHA = 1.2f;

    private final VectorTypeSupport types = VectorizationProvider.getInstance().getVectorTypeSupport();
    private VectorSimilarityFunction similarity;
    private RandomAccessVectorValues vectors;
    private ImmutableGraphIndex graph;

    public static void main(String[] arguments) throws Exception {
        new JVectorPeer().run(arguments);
    }

    @Override
    void build(float[][] base, String metric, int m, int efConstruction, int threads) throws Exception {
        similarity = metric.equals("l2") ? VectorSimilarityFunction.EUCLIDEAN : VectorSimilarityFunction.DOT_PRODUCT;
        List<VectorFloat<?>> list = new ArrayList<>();
        for (float[] vector : base) {
            list.add(types.createFloatVector(vector));
        }
        vectors = new ListRandomAccessVectorValues(list, base[0].length);
        try (GraphIndexBuilder builder =
                new GraphIndexBuilder(vectors, similarity, 2 * m, efConstruction, OVERFLOW, ALPHA, true)) {
            graph = builder.build(vectors);
        }
    }

    @Override
    Searcher newSearcher() {
        GraphSearcher searcher = new GraphSearcher(graph);
        return (query, k, ef, hits) -> {
            VectorFloat<?> asked = types.createFloatVector(query);
            SearchResult found = searcher.search(
                    DefaultSearchScoreProvider.exact(asked, similarity, vectors), k, Math.max(ef, k), 0f, 0f, Bits.ALL);
            SearchResult.NodeScore[] nodes = found.getNodes();
            for (int i = 0; i < nodes.length; i++) {
                hits[i] = nodes[i].node;
            }
        };
    }
}
