package io.elanus.storage.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What every index format promises, checked against brute force. A format's test extends this class.
public abstract class VectorIndexContract implements AllocationProbe.Measured {
    protected static final long SEED = 4711;
    private static final int ROWS = 1_200;
    private static final int DIMENSION = 24;
    private static final int QUERIES = 12;

    protected abstract VectorIndexFormat format();

    protected Map<String, String> parameters() {
        return Map.of();
    }

    /// Least mean recall over a few queries.
    protected double recall() {
        return 0.95;
    }

    /// Is this combination for this format?
    private void assumeServed(Kind kind) {
        assumeTrue(format().supports(new IndexSpec(format().name(), kind.type(16), kind.metric, parameters())));
    }

    static Stream<Kind> kinds() {
        return Stream.of(Metric.values())
                .flatMap(metric -> Stream.of(VectorElement.values())
                        .filter(element -> element != VectorElement.SPARSE)
                        .filter(metric::supports)
                        .map(element -> new Kind(metric, element)));
    }

    record Kind(Metric metric, VectorElement element) {
        ColumnType.Vector type(int dimension) {
            return new ColumnType.Vector(dimension, element);
        }
    }

    /// An open index and all that it needs.
    protected final class Opened implements AutoCloseable {
        private final Arena arena = Arena.ofShared();
        public final TestVectors source;
        public final VectorIndex index;
        public final Searcher searcher;
        private final Searcher oracle;

        public Opened(TestVectors source, Metric metric) {
            this.source = source;
            IndexSpec spec = spec(source, metric);
            byte[] bytes = IndexFiles.bytes(format(), spec, source);
            index = format().open("test.idx", IndexFiles.mapped(bytes, arena), source);
            index.verify();
            searcher = index.newSearcher();
            oracle = new BruteForceSearch(source, metric);
        }

        /// Searches, checks everything but recall, and returns the share of the true neighbours that was found.
        public double check(float[] query, int k, RowFilter filter) {
            Hits hits = new Hits(k);
            Hits truth = new Hits(k);
            int count = searcher.search(query, SearchParameters.nearest(k), filter, hits);
            int expected = oracle.search(query, SearchParameters.nearest(k), filter, truth);
            assertThat(count).as("as many rows as qualify").isEqualTo(expected).isEqualTo(hits.count);
            assertThat(Arrays.stream(hits.rows, 0, count)).doesNotHaveDuplicates();
            assertThat(Arrays.stream(hits.rows, 0, count))
                    .allMatch(filter::passes)
                    .noneMatch(source::isNull);
            int found = 0;
            Map<Integer, Float> exact = exactDistances(query, hits);
            for (int i = 0; i < count; i++) {
                assertThat(hits.distances[i])
                        .as("distance of hit %d", i)
                        .isCloseTo(exact.get(hits.rows[i]), offset(tolerance(hits.distances[i])));
                if (i > 0) {
                    assertThat(Float.compare(hits.distances[i - 1], hits.distances[i]))
                            .as("order")
                            .isLessThanOrEqualTo(0);
                    if (hits.distances[i - 1] == hits.distances[i]) {
                        assertThat(hits.rows[i - 1])
                                .as("ties come in row order")
                                .isLessThan(hits.rows[i]);
                    }
                }
                float farthest = truth.distances[expected - 1];
                found += hits.distances[i] <= farthest + tolerance(farthest) ? 1 : 0;
            }
            return expected == 0 ? 1 : (double) found / expected;
        }

        /// Takes all rows from an iterator, so many at a time.
        IteratorChecks.Measured checkIterator(float[] query, RowFilter filter, int batch) {
            return iteratorChecks().check(new Query.Dense(query), filter, batch);
        }

        IteratorChecks iteratorChecks() {
            return new IteratorChecks(searcher, oracle, tolerance(1));
        }

        private Map<Integer, Float> exactDistances(float[] query, Hits hits) {
            Map<Integer, Float> exact = new HashMap<>();
            Hits one = new Hits(1);
            for (int i = 0; i < hits.count; i++) {
                oracle.search(query, SearchParameters.nearest(1), only(source.rows(), hits.rows[i]), one);
                exact.put(hits.rows[i], one.distances[0]);
            }
            return exact;
        }

        @Override
        public void close() {
            searcher.close();
            oracle.close();
            index.close();
            arena.close();
            source.close();
        }
    }

    protected final IndexSpec spec(VectorSource source, Metric metric) {
        return new IndexSpec(format().name(), source.type(), metric, parameters());
    }

    private static float tolerance(float distance) {
        return 1e-4f * Math.max(1, Math.abs(distance));
    }

    protected static RowFilter only(int rows, int row) {
        long[] words = new long[(rows + 63) >>> 6];
        words[row >>> 6] = 1L << row;
        return RowFilter.of(words, rows);
    }

    protected static RowFilter share(int rows, double share, SplittableRandom random) {
        long[] words = new long[(rows + 63) >>> 6];
        for (int row = 0; row < rows; row++) {
            words[row >>> 6] |= random.nextDouble() < share ? 1L << row : 0;
        }
        return RowFilter.of(words, rows);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void findsTheNearestUnderEveryFilter(Kind kind) {
        assumeServed(kind);
        SplittableRandom random = new SplittableRandom(SEED);
        TestVectors source = new TestVectors(kind.type(DIMENSION), TestVectors.clustered(ROWS, DIMENSION, SEED));
        for (int row = 5; row < ROWS; row += 13) {
            source.withNull(row);
        }
        float[][] queries = TestVectors.clustered(QUERIES, DIMENSION, SEED);
        List<RowFilter> filters = List.of(
                RowFilter.all(ROWS),
                share(ROWS, 0.95, random),
                share(ROWS, 0.5, random),
                share(ROWS, 0.1, random),
                share(ROWS, 0.01, random),
                only(ROWS, 700),
                only(ROWS, 5),
                share(ROWS, 0, random));
        try (Opened opened = new Opened(source, kind.metric)) {
            for (RowFilter filter : filters) {
                double sum = 0;
                for (float[] query : queries) {
                    sum += opened.check(query, 10, filter);
                }
                assertThat(sum / queries.length)
                        .as("recall, seed %d, %s, %d of %d rows pass", SEED, kind, filter.cardinality(), ROWS)
                        .isGreaterThanOrEqualTo(recall());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anIteratorGivesEveryRowOnceNearestFirst(Kind kind) {
        assumeServed(kind);
        SplittableRandom random = new SplittableRandom(SEED);
        TestVectors source = new TestVectors(kind.type(DIMENSION), TestVectors.clustered(ROWS, DIMENSION, SEED));
        for (int row = 5; row < ROWS; row += 13) {
            source.withNull(row);
        }
        float[][] queries = TestVectors.clustered(4, DIMENSION, SEED);
        try (Opened opened = new Opened(source, kind.metric)) {
            for (double share : new double[] {1, 0.9, 0.5, 0.1, 0.01, 0}) {
                RowFilter filter = share == 1 ? RowFilter.all(ROWS) : share(ROWS, share, random);
                double recall = 0;
                double astray = 0;
                for (float[] query : queries) {
                    IteratorChecks.Measured measured = opened.checkIterator(query, filter, random.nextInt(1, 40));
                    recall += measured.recall() / queries.length;
                    astray += measured.astray() / queries.length;
                    opened.check(query, 10, filter);
                }
                assertThat(recall)
                        .as(
                                "recall of the first 100, seed %d, %s, %d of %d rows",
                                SEED, kind, filter.cardinality(), ROWS)
                        .isGreaterThanOrEqualTo(recall() - 0.03);
                assertThat(astray).as("places from the right one").isLessThan(0.05);
            }
        }
    }

    @Test
    void anIteratorOverFewOrEqualVectorsGivesAll() {
        ColumnType.Vector type = new ColumnType.Vector(16, VectorElement.FLOAT32);
        float[] query = TestVectors.clustered(1, 16, 3)[0];
        for (int rows : new int[] {1, 2, 400}) {
            float[][] same = new float[rows][];
            Arrays.fill(same, TestVectors.clustered(1, 16, SEED)[0]);
            TestVectors source = new TestVectors(type, same);
            try (Opened opened = new Opened(rows > 2 ? source.withNull(7) : source, Metric.L2)) {
                for (RowFilter filter : List.of(RowFilter.all(rows), only(rows, 0), RowFilter.of(new long[7], rows))) {
                    for (int batch : new int[] {1, 64, 1_000}) {
                        assertThat(opened.checkIterator(query, filter, batch).recall())
                                .isEqualTo(1);
                    }
                }
            }
        }
        try (Opened opened = new Opened(new TestVectors(type, new float[0][]), Metric.L2)) {
            assertThat(opened.checkIterator(query, RowFilter.all(0), 10).recall())
                    .isEqualTo(1);
        }
    }

    @Test
    void anIteratorEndsAtTheMaximumDistance() {
        ColumnType.Vector type = new ColumnType.Vector(DIMENSION, VectorElement.FLOAT32);
        try (Opened opened =
                new Opened(new TestVectors(type, TestVectors.clustered(ROWS, DIMENSION, SEED)), Metric.L2)) {
            Hits hits = new Hits(60);
            for (float[] query : TestVectors.clustered(4, DIMENSION, SEED)) {
                opened.oracle.search(query, SearchParameters.nearest(60), RowFilter.all(ROWS), hits);
                opened.iteratorChecks()
                        .checkWithin(new Query.Dense(query), RowFilter.all(ROWS), hits.distances[49], recall() - 0.1);
            }
        }
    }

    /// The hard case for a walk: what passes lies together, away from the query.
    @Test
    void neverFallsShortOfKWhereverThePassingRowsLie() {
        long seed = 20_261_122;
        SplittableRandom random = new SplittableRandom(seed);
        ColumnType.Vector type = new ColumnType.Vector(DIMENSION, VectorElement.FLOAT32);
        float[][] elements = TestVectors.clustered(ROWS, DIMENSION, seed);
        float[][] queries = TestVectors.clustered(QUERIES, DIMENSION, seed + 1);
        try (Opened opened = new Opened(new TestVectors(type, elements), Metric.L2)) {
            for (int i = 0; i < 100; i++) {
                int dimension = random.nextInt(DIMENSION);
                float least = elements[random.nextInt(ROWS)][dimension];
                long[] words = new long[(ROWS + 63) >>> 6];
                for (int row = 0; row < ROWS; row++) {
                    words[row >>> 6] |= elements[row][dimension] >= least ? 1L << row : 0;
                }
                float[] query = queries[random.nextInt(QUERIES)].clone();
                query[dimension] = -Math.abs(query[dimension]) * random.nextInt(1, 10);
                RowFilter filter = RowFilter.of(words, ROWS);
                try {
                    opened.check(query, random.nextInt(1, 200), filter);
                } catch (AssertionError e) {
                    throw new AssertionError("seed " + seed, e);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void returnsEveryRowWhenKIsMore(Kind kind) {
        assumeServed(kind);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int rows : new int[] {1, 2, 70}) {
            TestVectors source = new TestVectors(kind.type(16), TestVectors.clustered(rows, 16, SEED));
            try (Opened opened = new Opened(source, kind.metric)) {
                for (RowFilter filter : List.of(RowFilter.all(rows), only(rows, 0), share(rows, 0, random))) {
                    assertThat(opened.check(TestVectors.clustered(1, 16, 3)[0], 100, filter))
                            .isEqualTo(1);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anEmptySegmentHasNoHits(Kind kind) {
        assumeServed(kind);
        try (Opened opened = new Opened(new TestVectors(kind.type(16), new float[0][]), kind.metric)) {
            assertThat(opened.check(TestVectors.clustered(1, 16, 3)[0], 10, RowFilter.all(0)))
                    .isEqualTo(1);
        }
        TestVectors nulls = new TestVectors(kind.type(16), TestVectors.clustered(3, 16, SEED));
        IntStream.range(0, 3).forEach(nulls::withNull);
        try (Opened opened = new Opened(nulls, kind.metric)) {
            assertThat(opened.check(TestVectors.clustered(1, 16, 3)[0], 10, RowFilter.all(3)))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void equalVectorsAreAllFound(Kind kind) {
        assumeServed(kind);
        int rows = 400;
        float[][] drawn = TestVectors.clustered(3, 16, SEED);
        float[][] elements = new float[rows][];
        Arrays.setAll(elements, row -> drawn[row % drawn.length]);
        float[][] same = new float[rows][];
        Arrays.fill(same, drawn[0]);
        List<RowFilter> filters = List.of(RowFilter.all(rows), share(rows, 0.3, new SplittableRandom(SEED)));
        for (float[][] each : List.of(elements, same)) {
            try (Opened opened = new Opened(new TestVectors(kind.type(16), each), kind.metric)) {
                for (RowFilter filter : filters) {
                    for (int k : new int[] {1, 10, 100, rows}) {
                        assertThat(opened.check(drawn[1], k, filter)).isEqualTo(1);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void servesTheLeastDimensionAndTheMost(Kind kind) {
        assumeServed(kind);
        int least = kind.element == VectorElement.BINARY ? Byte.SIZE : 1;
        int rows = 24;
        for (int dimension : new int[] {least, ColumnType.Vector.MAX_DIMENSION}) {
            TestVectors source = new TestVectors(kind.type(dimension), TestVectors.clustered(rows, dimension, SEED));
            source.withNull(3);
            try (Opened opened = new Opened(source, kind.metric)) {
                float[][] queries = TestVectors.clustered(QUERIES, dimension, 3);
                for (RowFilter filter : List.of(RowFilter.all(rows), only(rows, 7))) {
                    double sum = 0;
                    for (float[] query : queries) {
                        sum += opened.check(query, 10, filter);
                    }
                    assertThat(sum / QUERIES)
                            .as("recall, %d dimensions", dimension)
                            .isGreaterThanOrEqualTo(recall());
                }
            }
        }
    }

    @Test
    void dropsHitsBeyondTheMaximumDistance() {
        float[][] elements = new float[100][1];
        Arrays.setAll(elements, row -> new float[] {row});
        TestVectors source = new TestVectors(new ColumnType.Vector(1, VectorElement.FLOAT32), elements);
        try (Opened opened = new Opened(source, Metric.L2)) {
            Hits hits = new Hits(100);
            opened.searcher.search(new float[] {50}, new SearchParameters(100, 0, 2.5f), RowFilter.all(100), hits);
            assertThat(Arrays.copyOf(hits.rows, hits.count)).containsExactly(50, 49, 51, 48, 52);
        }
    }

    @Test
    void aWarmSearchAllocatesNothing() throws Exception {
        assertThat(AllocationProbe.inFreshJvm(getClass())).isZero();
    }

    @Override
    public final long leastAllocation() {
        TestVectors source = new TestVectors(
                new ColumnType.Vector(20, VectorElement.FLOAT32), TestVectors.clustered(ROWS, 20, SEED));
        RowFilter half = share(ROWS, 0.5, new SplittableRandom(SEED));
        RowFilter most = share(ROWS, 0.9, new SplittableRandom(SEED));
        float[][] queries = TestVectors.clustered(50, 20, SEED);
        try (Opened opened = new Opened(source, Metric.L2)) {
            Hits hits = new Hits(10);
            SearchParameters parameters = SearchParameters.nearest(10);
            return AllocationProbe.least(() -> {
                for (float[] query : queries) {
                    opened.searcher.search(query, parameters, RowFilters.ALL, hits);
                    opened.searcher.search(query, parameters, half, hits);
                    opened.searcher.search(query, parameters, most, hits);
                }
            });
        }
    }

    /// Filters made once: making one allocates.
    private static final class RowFilters {
        static final RowFilter ALL = RowFilter.all(ROWS);
    }

    @Test
    void refusesADamagedFileByName() {
        TestVectors source =
                new TestVectors(new ColumnType.Vector(8, VectorElement.FLOAT32), TestVectors.clustered(300, 8, SEED));
        byte[] bytes = IndexFiles.bytes(format(), spec(source, Metric.COSINE), source);
        int headerBytes = headerBytes(bytes);
        for (int at = 0; at < headerBytes; at++) {
            assertRefused(flipped(bytes, at), source, false);
        }
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 60 && bytes.length > headerBytes; i++) {
            assertRefused(flipped(bytes, random.nextInt(headerBytes, bytes.length)), source, true);
        }
        for (int length : new int[] {0, 1, 8, 71, headerBytes - 1, bytes.length - 1}) {
            assertRefused(Arrays.copyOf(bytes, length), source, false);
        }
        assertRefused(Arrays.copyOf(bytes, bytes.length + 64), source, false);
        source.close();
    }

    /// A search in a file whose damage nobody looked for ends, with rows or with an error, but never elsewhere.
    @Test
    void survivesDamageThatWasNotVerified() {
        TestVectors source =
                new TestVectors(new ColumnType.Vector(8, VectorElement.FLOAT32), TestVectors.clustered(ROWS, 8, SEED));
        byte[] bytes = IndexFiles.bytes(format(), spec(source, Metric.L2), source);
        int headerBytes = headerBytes(bytes);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 100 && bytes.length > headerBytes; i++) {
            byte[] damaged = bytes.clone();
            for (int hit = 0; hit < 200; hit++) {
                damaged[random.nextInt(headerBytes, bytes.length)] = (byte) random.nextInt();
            }
            try (Arena arena = Arena.ofConfined()) {
                VectorIndex index = format().open("bad.idx", IndexFiles.mapped(damaged, arena), source);
                try (Searcher searcher = index.newSearcher()) {
                    searcher.search(new float[8], SearchParameters.nearest(10), RowFilters.ALL, new Hits(10));
                }
            } catch (StorageException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT);
            }
        }
        source.close();
    }

    private static int headerBytes(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(12);
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= 0x20;
        return flipped;
    }

    private void assertRefused(byte[] bytes, VectorSource source, boolean onlyVerified) {
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> {
                        VectorIndex index = format().open("bad.idx", IndexFiles.mapped(bytes, arena), source);
                        if (onlyVerified) {
                            index.verify();
                        }
                    })
                    .isInstanceOfSatisfying(StorageException.class, e -> {
                        assertThat(e.code()).isIn(ErrorCode.CORRUPT, ErrorCode.FORMAT_TOO_NEW);
                        assertThat(e).hasMessageContaining("[bad.idx]");
                    });
        }
    }
}
