package io.elanus.storage.index.interim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.storage.index.AllocationProbe;
import io.elanus.storage.index.BruteForceSearch;
import io.elanus.storage.index.IteratorChecks;
import io.elanus.storage.index.Query;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;
import io.elanus.storage.index.TestVectors;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorSource;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InterimCodesTest implements AllocationProbe.Measured {
    private static final long SEED = 4711;
    private static final int ROWS = 12_000;
    private static final int DIMENSION = 70;
    private static final int QUERIES = 4;
    private static final int K = 10;

    record Kind(Metric metric, VectorElement element) {
        ColumnType.Vector type() {
            return new ColumnType.Vector(DIMENSION, element);
        }
    }

    static Stream<Kind> kinds() {
        return Stream.of(Metric.L2, Metric.IP, Metric.COSINE)
                .flatMap(metric -> Stream.of(VectorElement.values())
                        .filter(element -> element != VectorElement.BINARY && element != VectorElement.SPARSE)
                        .filter(metric::supports)
                        .map(element -> new Kind(metric, element)));
    }

    /// The first rows of a source that goes on.
    private record First(VectorSource source, int rows) implements VectorSource {
        @Override
        public ColumnType.Vector type() {
            return source.type();
        }

        @Override
        public long address(int row) {
            return source.address(row);
        }

        @Override
        public boolean isNull(int row) {
            return source.isNull(row);
        }
    }

    private static TestVectors vectors(Kind kind) {
        TestVectors vectors = new TestVectors(kind.type(), TestVectors.clustered(ROWS, DIMENSION, SEED));
        for (int row = 5; row < ROWS; row += 13) {
            vectors.withNull(row);
        }
        return vectors;
    }

    private static RowFilter share(int rows, double share) {
        SplittableRandom random = new SplittableRandom(SEED);
        long[] words = new long[(rows + 63) >>> 6];
        for (int row = 0; row < rows; row++) {
            words[row >>> 6] |= random.nextDouble() < share ? 1L << row : 0;
        }
        return RowFilter.of(words, rows);
    }

    @Test
    void binaryAndSparseVectorsAreComparedInstead() {
        assertThat(InterimCodes.supports(Metric.HAMMING, new ColumnType.Vector(64, VectorElement.BINARY)))
                .isFalse();
        assertThat(InterimCodes.supports(Metric.IP, new ColumnType.Vector(64, VectorElement.SPARSE)))
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void findsTheNearestWhileRowsComeAndUnderEveryFilter(Kind kind) {
        float[][] queries = TestVectors.clustered(QUERIES, DIMENSION, SEED);
        try (BufferAllocator memory = new RootAllocator();
                TestVectors all = vectors(kind);
                InterimCodes codes = new InterimCodes(kind.metric, kind.type(), memory);
                InterimSearcher searcher = codes.newSearcher();
                BruteForceSearch oracle = new BruteForceSearch(all, kind.metric)) {
            for (int rows : new int[] {100, 4_095, 4_131, ROWS}) {
                var some = new First(all, rows);
                codes.extend(some);
                codes.extend(some);
                searcher.over(some);
                for (double share : new double[] {1, 0.5, 0}) {
                    RowFilter filter = share == 1 ? RowFilter.all(rows) : share(rows, share);
                    double recall = 0;
                    for (float[] query : queries) {
                        recall += recall(searcher, oracle, query, filter, all);
                    }
                    assertThat(recall / QUERIES)
                            .as("recall, seed %d, %s, %d of %d rows", SEED, kind, filter.cardinality(), rows)
                            .isGreaterThanOrEqualTo(0.95);
                }
            }
            assertThat(codes.rows()).isEqualTo(ROWS / 32 * 32);
            assertThat(codes.memoryBytes())
                    .isEqualTo(memory.getAllocatedMemory())
                    .isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anIteratorGivesEveryRowOnceNearestFirst(Kind kind) {
        int rows = 5_000;
        try (BufferAllocator memory = new RootAllocator();
                TestVectors all = vectors(kind);
                InterimCodes codes = new InterimCodes(kind.metric, kind.type(), memory);
                InterimSearcher searcher = codes.newSearcher();
                BruteForceSearch oracle = new BruteForceSearch(all, kind.metric)) {
            codes.extend(new First(all, rows - 300));
            searcher.over(new First(all, rows));
            var checks = new IteratorChecks(searcher, oracle, 1e-4f);
            var query = new Query.Dense(TestVectors.clustered(1, DIMENSION, SEED)[0]);
            for (double share : new double[] {1, 0.5, 0}) {
                RowFilter filter = share == 1 ? RowFilter.all(rows) : share(rows, share);
                IteratorChecks.Measured measured = checks.check(query, filter, 130);
                assertThat(measured.recall()).isGreaterThanOrEqualTo(0.95);
                assertThat(measured.astray()).isLessThan(0.05);
            }
        }
    }

    private static double recall(
            InterimSearcher searcher, BruteForceSearch oracle, float[] query, RowFilter filter, TestVectors all) {
        Hits hits = new Hits(K);
        Hits truth = new Hits(K);
        int found = searcher.search(query, SearchParameters.nearest(K), filter, hits);
        int wanted = oracle.search(query, SearchParameters.nearest(K), filter, truth);
        assertThat(found).as("as many rows as qualify").isEqualTo(wanted);
        assertThat(Arrays.stream(hits.rows, 0, found))
                .doesNotHaveDuplicates()
                .allMatch(filter::passes)
                .noneMatch(all::isNull);
        int right = 0;
        for (int i = 0; i < found; i++) {
            right += hits.distances[i] <= truth.distances[wanted - 1] ? 1 : 0;
            assertThat(i == 0 || hits.distances[i - 1] <= hits.distances[i]).isTrue();
        }
        return wanted == 0 ? 1 : (double) right / wanted;
    }

    @Test
    void scoresCodesWhereThatIsCheaperAndComparesRowsWhereItIsNot() {
        var kind = new Kind(Metric.L2, VectorElement.FLOAT32);
        try (BufferAllocator memory = new RootAllocator();
                TestVectors all = vectors(kind);
                InterimCodes codes = new InterimCodes(kind.metric, kind.type(), memory);
                InterimSearcher searcher = codes.newSearcher().over(all)) {
            while (codes.rows() < ROWS / 32 * 32) {
                codes.extend(all);
            }
            Hits hits = new Hits(K);
            float[] query = TestVectors.clustered(1, DIMENSION, 3)[0];
            searcher.search(query, SearchParameters.nearest(K), RowFilter.all(ROWS), hits);
            assertThat(hits.strategy).isEqualTo(SearchStrategy.INDEX);
            assertThat(hits.distancesComputed).isLessThan(ROWS / 20);
            searcher.search(query, SearchParameters.nearest(K), share(ROWS, 0.01), hits);
            assertThat(hits.strategy).isEqualTo(SearchStrategy.EXACT);
        }
    }

    @Test
    void aWarmSearchAllocatesNothing() throws IOException {
        assertThat(AllocationProbe.inFreshJvm(getClass())).isZero();
    }

    @Override
    public long leastAllocation() {
        var kind = new Kind(Metric.L2, VectorElement.FLOAT32);
        try (BufferAllocator memory = new RootAllocator();
                TestVectors all = vectors(kind);
                InterimCodes codes = new InterimCodes(kind.metric, kind.type(), memory);
                InterimSearcher searcher = codes.newSearcher().over(all)) {
            codes.extend(all);
            var hits = new Hits(K);
            var nearest = SearchParameters.nearest(K);
            List<RowFilter> filters = List.of(RowFilter.all(ROWS), share(ROWS, 0.5), share(ROWS, 0.01));
            float[][] queries = TestVectors.clustered(QUERIES, DIMENSION, SEED);
            return AllocationProbe.least(() -> {
                for (float[] query : queries) {
                    for (int i = 0; i < filters.size(); i++) {
                        searcher.search(query, nearest, filters.get(i), hits);
                    }
                }
            });
        }
    }

    @Test
    void keepsItsCodesWhenMemoryRunsOut() {
        var kind = new Kind(Metric.COSINE, VectorElement.FLOAT32);
        try (BufferAllocator root = new RootAllocator();
                BufferAllocator memory = root.newChildAllocator("codes", 0, 400_000);
                TestVectors all = vectors(kind);
                InterimCodes codes = new InterimCodes(kind.metric, kind.type(), memory)) {
            codes.extend(all);
            int coded = codes.rows();
            assertThat(coded).isBetween(1, ROWS - 1);
            assertThatThrownBy(() -> codes.extend(all)).isInstanceOf(OutOfMemoryException.class);
            assertThat(codes.rows()).isEqualTo(coded);
        }
    }
}
