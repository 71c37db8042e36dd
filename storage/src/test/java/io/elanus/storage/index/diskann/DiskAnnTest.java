package io.elanus.storage.index.diskann;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;
import io.elanus.storage.index.TestVectors;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndexContract;
import io.elanus.storage.index.VectorIndexFormat;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiskAnnTest extends VectorIndexContract {
    private static final int ROWS = 6_000;

    @Override
    protected VectorIndexFormat format() {
        return new DiskAnnFormat(BuildPool.CALLER);
    }

    @Override
    protected Map<String, String> parameters() {
        return Map.of("max_degree", "24", "search_list", "60", "alpha", "1.2", "ef_search", "80");
    }

    private static TestVectors vectors(int dimension) {
        return new TestVectors(
                new ColumnType.Vector(dimension, VectorElement.FLOAT32), TestVectors.clustered(ROWS, dimension, SEED));
    }

    @Test
    void aWalkFindsTheNearestInLittleMemory() {
        try (Opened opened = new Opened(vectors(32), Metric.L2)) {
            double recall = 0;
            float[][] queries = TestVectors.clustered(20, 32, SEED);
            Hits hits = new Hits(10);
            for (float[] query : queries) {
                recall += opened.check(query, 10, RowFilter.all(ROWS)) / queries.length;
                opened.searcher.search(query, SearchParameters.nearest(10), RowFilter.all(ROWS), hits);
                assertThat(hits.strategy).isEqualTo(SearchStrategy.INDEX);
                assertThat(hits.distancesComputed).isLessThan(200);
            }
            assertThat(recall).isGreaterThan(0.95);
            assertThat(opened.index.memoryBytes()).isLessThan(ROWS * 32L * 4 / 2);
        }
    }

    @Test
    void aFilterWidensTheWalkAndRowsNeverFallShort() {
        var random = new SplittableRandom(SEED);
        try (Opened opened = new Opened(vectors(32), Metric.COSINE)) {
            for (double share : new double[] {0.9, 0.5, 0.3, 0.1, 0.01, 0.001}) {
                RowFilter filter = share(ROWS, share, random);
                double recall = 0;
                for (float[] query : TestVectors.clustered(20, 32, SEED)) {
                    recall += opened.check(query, 10, filter) / 20;
                }
                assertThat(recall).as("share %s", share).isGreaterThan(0.95);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 8, 5", "4096, 48, 3", "100, 64, 20", "1000, 24, 4000"})
    void entriesLieInBlocksOneAfterTheOther(int vectorBytes, int degree, int nodes) {
        var blocks = new Blocks(vectorBytes, degree);
        long end = 0;
        for (int node = 0; node < nodes; node++) {
            assertThat(blocks.offset(node)).isGreaterThanOrEqualTo(end);
            end = blocks.offset(node) + blocks.entryBytes();
            if (blocks.entryBytes() <= Blocks.BLOCK_BYTES) {
                assertThat((end - 1) / Blocks.BLOCK_BYTES).isEqualTo(blocks.offset(node) / Blocks.BLOCK_BYTES);
            }
        }
        assertThat(blocks.bytes(nodes)).isBetween(end, end + Blocks.BLOCK_BYTES);
    }
}
