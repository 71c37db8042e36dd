package io.elanus.storage.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexFormatsTest {
    private final IndexFormats formats = new IndexFormats(BuildPool.CALLER);

    private static IndexSpec spec(String format, Metric metric, Map<String, String> parameters) {
        return new IndexSpec(format, new ColumnType.Vector(8, VectorElement.FLOAT32), metric, parameters);
    }

    @Test
    void knowsFormatsByNameInAnyCaseAndByTheirNamesForBinaryVectors() {
        assertThat(formats.require("HNSW").name()).isEqualTo("hnsw");
        assertThat(formats.require("bin_flat").name()).isEqualTo("flat");
        assertThatThrownBy(() -> formats.require("hnws")).isInstanceOfSatisfying(StorageException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.UNDEFINED_OBJECT);
            assertThat(e).hasMessageContaining("Did you mean [hnsw]?");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ef_constructoin | 100 | Did you mean [ef_construction]?",
                "m | 1 | takes a whole number from [2] to [256], given [1]",
                "m | lots | takes a whole number from [2] to [256], given [lots]",
                "ef_search | 99999999999999999999 | takes a whole number from [1] to [32768]",
            })
    void aWrongParameterNamesTheRangeOrTheNearestName(String name, String value, String expected) {
        assertThatThrownBy(() -> formats.check(spec("hnsw", Metric.L2, Map.of(name, value))))
                .isInstanceOfSatisfying(StorageException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER);
                    assertThat(e).hasMessageContaining(expected);
                });
    }

    @Test
    void takesANumberWithDigitsBehindThePoint() {
        formats.check(spec("diskann", Metric.L2, Map.of("alpha", "1.5")));
        formats.check(spec("diskann", Metric.L2, Map.of("alpha", "2")));
        for (String wrong : new String[] {"0.9", "1.234", "1e9"}) {
            assertThatThrownBy(() -> formats.check(spec("diskann", Metric.L2, Map.of("alpha", wrong))))
                    .hasMessageContaining("takes a number from [1.00] to [2.00], given [" + wrong + "]");
        }
    }

    @Test
    void takesThePapersSpelling() {
        assertThat(formats.check(spec("hnsw", Metric.L2, Map.of("M", "8", "efConstruction", "50")))
                        .name())
                .isEqualTo("hnsw");
    }

    @Test
    void refusesParametersOfAFormatWithoutAnyAndAMetricThatDoesNotFit() {
        assertThatThrownBy(() -> formats.check(spec("flat", Metric.L2, Map.of("m", "8"))))
                .hasMessageContaining("takes no parameters");
        assertThatThrownBy(() -> formats.check(spec("flat", Metric.HAMMING, Map.of())))
                .hasMessageContaining("cannot serve the metric [hamming]");
    }

    @Test
    void opensAFileByTheFormatItNames() {
        try (Arena arena = Arena.ofConfined();
                TestVectors source = new TestVectors(
                        new ColumnType.Vector(8, VectorElement.FLOAT32), TestVectors.clustered(50, 8, 1))) {
            for (VectorIndexFormat format : formats.all()) {
                Metric metric = format.supports(spec(format.name(), Metric.L1, Map.of())) ? Metric.L1 : Metric.L2;
                IndexSpec spec = spec(format.name(), metric, Map.of());
                if (!format.supports(spec)) {
                    continue; // those of sparse vectors and of texts have tests of their own
                }
                byte[] bytes = IndexFiles.bytes(format, spec, source);
                VectorIndex index = formats.open("a", IndexFiles.mapped(bytes, arena), source);
                assertThat(index.spec().metric()).isEqualTo(metric);
                assertThat(index.rows()).isEqualTo(50);
            }
        }
    }
}
