package io.elanus.storage.index.hnsw;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.TestVectors;
import io.elanus.storage.index.VectorIndexContract;
import io.elanus.storage.index.VectorIndexFormat;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Every search walks on codes of a few bits.
class HnswBitCodesTest extends VectorIndexContract {
    @Override
    protected VectorIndexFormat format() {
        return new HnswFormat(BuildPool.CALLER, new Costs(0.03, 1, 1, 1.5, 1));
    }

    @Override
    protected Map<String, String> parameters() {
        return Map.of("codes", "rabitq", "code_bits", "4");
    }

    @Test
    void needsLessMemoryThanTheVectors() {
        TestVectors source = new TestVectors(
                new ColumnType.Vector(128, VectorElement.FLOAT32), TestVectors.clustered(500, 128, SEED));
        try (Opened opened = new Opened(source, Metric.L2)) {
            assertThat(opened.index.memoryBytes()).isLessThan(500L * 128 * 4 / 2);
        }
    }
}
