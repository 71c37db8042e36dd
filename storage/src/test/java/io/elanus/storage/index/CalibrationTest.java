package io.elanus.storage.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {
    private static final long SEED = 99;
    private static final int ROWS = 6_000;

    private final IndexFormats formats = new IndexFormats(BuildPool.CALLER);

    /// A higher accuracy compares more, and finds what it promises.
    @ParameterizedTest
    @ValueSource(strings = {"hnsw", "ivf_flat"})
    void anAccuracyPicksTheSearchParameter(String format) {
        IndexSpec spec =
                new IndexSpec(format, new ColumnType.Vector(16, VectorElement.FLOAT32), Metric.L2, parameters(format));
        try (Arena arena = Arena.ofShared();
                TestVectors source = new TestVectors(spec.type(), TestVectors.clustered(ROWS, 16, SEED))) {
            byte[] bytes = IndexFiles.bytes(formats.require(format), spec, source);
            VectorIndex index = formats.open("a", IndexFiles.mapped(bytes, arena), source);
            index.verify();
            double rough = run(index, source, 60)[1];
            double[] fine = run(index, source, 99);
            assertThat(fine[0]).as("recall").isGreaterThan(0.95);
            assertThat(fine[1]).as("compared").isGreaterThan(rough);
        }
    }

    private static Map<String, String> parameters(String format) {
        return format.equals("hnsw") ? Map.of("m", "4", "ef_construction", "30") : Map.of("nlist", "100");
    }

    /// Recall, and distances computed.
    private static double[] run(VectorIndex index, TestVectors source, int accuracy) {
        RowFilter all = RowFilter.all(ROWS);
        double[] result = new double[2];
        float[][] queries = Arrays.copyOfRange(TestVectors.clustered(ROWS + 40, 16, SEED), ROWS, ROWS + 40);
        try (Searcher searcher = index.newSearcher();
                BruteForceSearch exact = new BruteForceSearch(source, Metric.L2)) {
            for (float[] query : queries) {
                Hits truth = new Hits(10);
                Hits hits = new Hits(10);
                exact.search(query, SearchParameters.nearest(10), all, truth);
                searcher.search(query, new SearchParameters(10, 0, Float.POSITIVE_INFINITY, accuracy), all, hits);
                for (int i = 0; i < hits.count; i++) {
                    result[0] += hits.distances[i] <= truth.distances[9] ? 0.1 / queries.length : 0;
                }
                result[1] += (double) hits.distancesComputed / queries.length;
            }
        }
        return result;
    }
}
