package io.elanus.storage.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.TestVectors;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DistancesTest {
    private static final long SEED = 20_240_817;

    static Stream<Kind> kinds() {
        return Stream.of(Metric.values())
                .flatMap(metric -> Stream.of(VectorElement.values())
                        .filter(element -> element != VectorElement.SPARSE && metric.supports(element))
                        .map(element -> new Kind(metric, element)));
    }

    record Kind(Metric metric, VectorElement element) {}

    private static IntStream dimensions(VectorElement element) {
        IntStream all = IntStream.concat(IntStream.rangeClosed(1, 70), IntStream.of(100, 128, 768, 1000, 4096, 32_768));
        return element == VectorElement.BINARY ? all.filter(d -> d % 8 == 0) : all;
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyPathAgreesWithTheDefinitionInEveryDimension(Kind kind) {
        SplittableRandom random = new SplittableRandom(SEED);
        dimensions(kind.element).forEach(dimension -> {
            try (Arena arena = Arena.ofConfined()) {
                Case drawn = Case.draw(kind, dimension, random, arena);
                for (KernelPath path : KernelPath.values()) {
                    DistanceKernel kernel = Distances.kernel(path, kind.metric, drawn.type);
                    drawn.check(kernel, arena, "seed %d, %s, %s, dimension %d".formatted(SEED, kind, path, dimension));
                }
            }
        });
    }

    /// A query and five vectors, each with bytes of noise behind it that a kernel must not read into its result.
    @SuppressWarnings("ArrayRecordComponent")
    private record Case(ColumnType.Vector type, Metric metric, float[] query, float[][] elements, long[] vectors) {
        static Case draw(Kind kind, int dimension, SplittableRandom random, Arena arena) {
            ColumnType.Vector type = new ColumnType.Vector(dimension, kind.element);
            float[] query = draw(dimension, random);
            float[][] elements = new float[5][];
            long[] vectors = new long[5];
            for (int v = 0; v < 5; v++) {
                elements[v] = draw(dimension, random);
                vectors[v] = arena.allocate(type.bytes() + 64).address();
                for (int i = 0; i < 64; i++) {
                    NativeMemory.putByte(vectors[v] + type.bytes() + i, (byte) random.nextInt());
                }
                TestVectors.pack(kind.element, elements[v], vectors[v]);
            }
            return new Case(type, kind.metric, query, elements, vectors);
        }

        /// Whole numbers that every element type holds exactly.
        private static float[] draw(int dimension, SplittableRandom random) {
            float[] drawn = new float[dimension];
            for (int i = 0; i < dimension; i++) {
                drawn[i] = random.nextInt(-100, 101);
            }
            drawn[random.nextInt(dimension)] = 1;
            return drawn;
        }

        void check(DistanceKernel kernel, Arena arena, String what) {
            long prepared = arena.allocate(kernel.queryBytes(), 8).address();
            kernel.prepare(query, prepared);
            float[] ranks = new float[5];
            kernel.rankAll(prepared, vectors, 5, ranks);
            for (int v = 0; v < 5; v++) {
                double expected = defined(metric, query, elements[v]);
                double tolerance = 1e-4 * Math.max(1, Math.abs(expected)) + slack();
                assertThat((double) kernel.distance(kernel.rank(prepared, vectors[v])))
                        .as(what)
                        .isCloseTo(expected, within(tolerance));
                assertThat((double) kernel.distance(ranks[v])).as(what).isCloseTo(expected, within(tolerance));
                assertThat((double) kernel.rankOf(kernel.distance(ranks[v])))
                        .as(what)
                        .isCloseTo(ranks[v], within(1e-4 * Math.max(1, Math.abs(ranks[v]))));
            }
            long stored = arena.allocate(kernel.queryBytes(), 8).address();
            kernel.prepareStored(vectors[0], stored);
            double expected = defined(metric, elements[0], elements[1]);
            assertThat((double) kernel.distance(kernel.rank(stored, vectors[1])))
                    .as(what)
                    .isCloseTo(expected, within(1e-4 * Math.max(1, Math.abs(expected)) + slack()));
        }

        /// A sum of products of either sign loses digits that its own size does not show.
        private double slack() {
            return metric == Metric.IP ? 1e-2 * type.dimension() : 1e-5;
        }
    }

    private static double defined(Metric metric, float[] a, float[] b) {
        double square = 0;
        double dot = 0;
        double lengthA = 0;
        double lengthB = 0;
        double absolute = 0;
        int differing = 0;
        int shared = 0;
        int set = 0;
        for (int i = 0; i < a.length; i++) {
            double d = (double) a[i] - b[i];
            square += d * d;
            absolute += Math.abs(d);
            dot += (double) a[i] * b[i];
            lengthA += (double) a[i] * a[i];
            lengthB += (double) b[i] * b[i];
            differing += a[i] > 0 != b[i] > 0 ? 1 : 0;
            shared += a[i] > 0 && b[i] > 0 ? 1 : 0;
            set += a[i] > 0 || b[i] > 0 ? 1 : 0;
        }
        return switch (metric) {
            case L2 -> Math.sqrt(square);
            case IP -> -dot;
            case COSINE -> 1 - dot / Math.sqrt(lengthA * lengthB);
            case L1 -> absolute;
            case HAMMING -> differing;
            case JACCARD -> set == 0 ? 0 : 1 - (double) shared / set;
            case BM25 -> throw new IllegalStateException("No metric of vectors");
        };
    }

    @Test
    void halvesKeepTheirValueDownToTheSmallest() {
        ColumnType.Vector type = new ColumnType.Vector(16, VectorElement.FLOAT16);
        float[] halves = {
            0x1p-24f, -0x1p-24f, 0x1.ffcp-15f, 0x1p-14f, 65_504, -65_504, 0, -0f, 1, -1, .1f, 3, 7, 9, 2, 5
        };
        try (Arena arena = Arena.ofConfined()) {
            long vector = arena.allocate(type.bytes()).address();
            TestVectors.pack(VectorElement.FLOAT16, halves, vector);
            DistanceKernel kernel = Distances.kernel(KernelPath.VECTOR, Metric.IP, type);
            long query = arena.allocate(kernel.queryBytes()).address();
            for (int i = 0; i < 16; i++) {
                float[] unit = new float[16];
                unit[i] = 1;
                kernel.prepare(unit, query);
                assertThat(-kernel.rank(query, vector))
                        .isEqualTo(Float.float16ToFloat(Float.floatToFloat16(halves[i])) + 0f);
            }
        }
    }

    @Test
    void refusesAZeroQueryForCosineAndAWrongDimension() {
        DistanceKernel kernel = Distances.kernel(Metric.COSINE, new ColumnType.Vector(3, VectorElement.FLOAT32));
        try (Arena arena = Arena.ofConfined()) {
            long query = arena.allocate(kernel.queryBytes()).address();
            assertThatThrownBy(() -> kernel.prepare(new float[3], query))
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ZERO_VECTOR));
            assertThatThrownBy(() -> kernel.prepare(new float[4], query))
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DIMENSION_MISMATCH));
        }
    }

    @Test
    void aStoredZeroVectorIsPerpendicularToEverything() {
        ColumnType.Vector type = new ColumnType.Vector(3, VectorElement.FLOAT32);
        try (Arena arena = Arena.ofConfined()) {
            long vector = arena.allocate(type.bytes()).address();
            for (KernelPath path : KernelPath.values()) {
                DistanceKernel kernel = Distances.kernel(path, Metric.COSINE, type);
                long query = arena.allocate(kernel.queryBytes()).address();
                kernel.prepare(new float[] {1, 2, 3}, query);
                assertThat(kernel.rank(query, vector)).isEqualTo(1);
            }
        }
    }
}
