import io.github.jbellis.jvector.disk.SimpleMappedReader;
import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.OnHeapGraphIndex;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.diversity.VamanaDiversityProvider;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// JVector's graph over float32, in memory, with as many links on its lowest level as hnswlib's.
final class JVectorPeer extends Peer {
    private static final float OVERFLOW = 1.2f;
    private static final float ALPHA = 1.2f;
    private static final String GRAPH = "graph";

    private final VectorTypeSupport types = VectorizationProvider.getInstance().getVectorTypeSupport();
    private VectorSimilarityFunction similarity;
    private RandomAccessVectorValues vectors;
    private OnHeapGraphIndex graph;

    public static void main(String[] arguments) throws Exception {
        new JVectorPeer().run(arguments);
    }

    @Override
    void build(float[][] base, String metric, int m, int efConstruction, Path folder) throws Exception {
        take(base, metric);
        try (GraphIndexBuilder builder =
                        new GraphIndexBuilder(vectors, similarity, 2 * m, efConstruction, OVERFLOW, ALPHA, true);
                var out = new DataOutputStream(
                        new BufferedOutputStream(Files.newOutputStream(folder.resolve(GRAPH))))) {
            ((OnHeapGraphIndex) builder.build(vectors)).save(out);
        }
    }

    @Override
    void open(float[][] base, String metric, Path folder) throws Exception {
        take(base, metric);
        var scores = BuildScoreProvider.randomAccessScoreProvider(vectors, similarity);
        try (var file = new SimpleMappedReader.Supplier(folder.resolve(GRAPH));
                var reader = file.get()) {
            graph = OnHeapGraphIndex.load(
                    reader, base[0].length, OVERFLOW, new VamanaDiversityProvider(scores, ALPHA));
        }
    }

    private void take(float[][] base, String metric) {
        similarity = metric.equals("l2") ? VectorSimilarityFunction.EUCLIDEAN : VectorSimilarityFunction.DOT_PRODUCT;
        List<VectorFloat<?>> list = new ArrayList<>();
        for (float[] vector : base) {
            list.add(types.createFloatVector(vector));
        }
        vectors = new ListRandomAccessVectorValues(list, base[0].length);
    }

    @Override
    long memoryBytes() {
        long vectorBytes = vectors.size() * types.createFloatVector(vectors.dimension()).ramBytesUsed();
        return graph.ramBytesUsed() + vectorBytes;
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
