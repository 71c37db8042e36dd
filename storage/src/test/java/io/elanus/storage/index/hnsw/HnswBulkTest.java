package io.elanus.storage.index.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.storage.index.BruteForceSearch;
import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.IndexFiles;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.TestVectors;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Graphs that are large enough to be linked in bulk.
class HnswBulkTest {
    private static final long SEED = 4711;
    private static final int ROWS = 12_000;
    private static final int DIMENSION = 24;
    private static final int QUERIES = 40;
    private static final int K = 10;
    private static final int EFFORT = 64;

    @ParameterizedTest
    @EnumSource(
            value = Metric.class,
            names = {"L2", "COSINE"})
    void findsTheNearest(Metric metric) {
        float[][] drawn = TestVectors.clustered(ROWS + QUERIES, DIMENSION, SEED);
        try (ExecutorService helpers = Executors.newFixedThreadPool(1);
                TestVectors source = vectors(Arrays.copyOf(drawn, ROWS))) {
            for (int row = 5; row < ROWS; row += 13) {
                source.withNull(row);
            }
            var pool = new BuildPool(helpers, metric == Metric.L2 ? 2 : 1);
            float[][] queries = Arrays.copyOfRange(drawn, ROWS, ROWS + QUERIES);
            assertThat(recall(source, metric, pool, queries)).isGreaterThanOrEqualTo(0.97);
        }
    }

    /// Links to equal vectors all go to the same few: the others must be reached all the same.
    @Test
    void findsEqualVectors() {
        float[][] drawn = TestVectors.clustered(500, DIMENSION, SEED);
        float[][] elements = new float[ROWS][];
        Arrays.setAll(elements, row -> drawn[row % drawn.length]);
        try (TestVectors source = vectors(elements)) {
            assertThat(recall(source, Metric.L2, BuildPool.CALLER, drawn)).isEqualTo(1);
        }
    }

    @Test
    void listsAreOfNoUseWhenAllVectorsAreEqual() {
        float[][] same = new float[ROWS][];
        Arrays.fill(same, TestVectors.clustered(1, DIMENSION, SEED)[0]);
        try (TestVectors source = vectors(same);
                Arena scratch = Arena.ofShared()) {
            var vectors = HnswFormat.preparedNodes(new Nodes(source, ROWS, 0), Metric.L2);
            var options = BulkLinks.Options.of(10);
            assertThat(BulkLinks.make(vectors, Metric.L2, options, BuildPool.CALLER, BuildMonitor.NONE, scratch))
                    .isEmpty();
        }
    }

    private static TestVectors vectors(float[][] elements) {
        return new TestVectors(new ColumnType.Vector(DIMENSION, VectorElement.FLOAT32), elements);
    }

    private static IndexSpec spec(TestVectors source, Metric metric) {
        return new IndexSpec(HnswFormat.NAME, source.type(), metric, Map.of());
    }

    /// Share of what was found that is as near as the true neighbours.
    private static double recall(TestVectors source, Metric metric, BuildPool pool, float[][] queries) {
        var format = new HnswFormat(pool);
        byte[] bytes = IndexFiles.bytes(format, spec(source, metric), source);
        RowFilter all = RowFilter.all(ROWS);
        Hits hits = new Hits(K);
        Hits truth = new Hits(K);
        int right = 0;
        try (Arena arena = Arena.ofShared();
                VectorIndex index = format.open("test.idx", IndexFiles.mapped(bytes, arena), source);
                Searcher searcher = index.newSearcher();
                BruteForceSearch exact = new BruteForceSearch(source, metric)) {
            for (float[] query : queries) {
                searcher.search(query, new SearchParameters(K, EFFORT, Float.POSITIVE_INFINITY), all, hits);
                exact.search(query, SearchParameters.nearest(K), all, truth);
                assertThat(hits.count).isEqualTo(K);
                for (int i = 0; i < K; i++) {
                    right += hits.distances[i] <= truth.distances[K - 1] + 1e-4f ? 1 : 0;
                }
            }
        }
        return (double) right / (queries.length * K);
    }
}
