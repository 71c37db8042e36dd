package io.elanus.storage.index.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.TestVectors;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndexContract;
import io.elanus.storage.index.VectorIndexFormat;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Every search walks the codes that lie beside the links.
class HnswQuantizedTest extends VectorIndexContract {
    @Override
    protected VectorIndexFormat format() {
        return new HnswFormat(BuildPool.CALLER, new Costs(0.03, 1, 1, 1.5, 1));
    }

    @Override
    protected Map<String, String> parameters() {
        return Map.of("layout", "quantized");
    }

    @Test
    void comparesFewVectorsAtEveryNumberOfBits() {
        int rows = 3_000;
        for (int bits = 1; bits <= 4; bits++) {
            String given = Integer.toString(bits);
            HnswQuantizedTest built = new HnswQuantizedTest() {
                @Override
                protected Map<String, String> parameters() {
                    return Map.of("layout", "quantized", "code_bits", given);
                }
            };
            TestVectors source = new TestVectors(
                    new ColumnType.Vector(48, VectorElement.FLOAT32), TestVectors.clustered(rows, 48, SEED));
            try (Opened opened = built.new Opened(source, Metric.L2)) {
                double recall = 0;
                long compared = 0;
                for (float[] query : TestVectors.clustered(30, 48, SEED)) {
                    recall += opened.check(query, 10, RowFilter.all(rows)) / 30;
                    Hits hits = new Hits(10);
                    opened.searcher.search(query, SearchParameters.nearest(10), RowFilter.all(rows), hits);
                    compared += hits.distancesComputed;
                }
                assertThat(recall).as("recall of %d bits", bits).isGreaterThan(bits == 1 ? 0.9 : 0.95);
                assertThat(compared / 30).as("compared with %d bits", bits).isLessThan(250);
            }
        }
    }
}
