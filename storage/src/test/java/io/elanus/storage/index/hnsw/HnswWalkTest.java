package io.elanus.storage.index.hnsw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.IndexFiles;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;
import io.elanus.storage.index.TestVectors;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndexContract;
import io.elanus.storage.index.VectorIndexFormat;
import io.elanus.storage.index.VectorIndexFormat.BuildMonitor;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.VectorElement;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The same promises with every search made to walk the graph, however small the segment.
class HnswWalkTest extends VectorIndexContract {
    /// Low enough that only a filter of a few dozen rows is searched exactly.
    private static final Costs WALK_ALWAYS = new Costs(0.03, 1, 1, 1.5, 1);
    private static final ColumnType.Vector TYPE = new ColumnType.Vector(16, VectorElement.FLOAT32);

    @Override
    protected VectorIndexFormat format() {
        return new HnswFormat(BuildPool.CALLER, WALK_ALWAYS);
    }

    @Test
    void walksWithinTheFilterOrPastItByWhatPasses() {
        int rows = 3_000;
        try (Opened opened = new Opened(new TestVectors(TYPE, TestVectors.clustered(rows, 16, SEED)), Metric.L2)) {
            SplittableRandom random = new SplittableRandom(SEED);
            Hits hits = new Hits(10);
            float[] query = TestVectors.clustered(1, 16, SEED)[0];
            opened.searcher.search(query, SearchParameters.nearest(10), RowFilter.all(rows), hits);
            assertThat(hits.strategy).isEqualTo(SearchStrategy.INDEX);
            assertThat(hits.distancesComputed).isBetween(100L, 2_000L);
            opened.searcher.search(query, SearchParameters.nearest(10), share(rows, 0.9, random), hits);
            assertThat(hits.strategy).isEqualTo(SearchStrategy.INDEX_THEN_FILTER);
            opened.searcher.search(query, SearchParameters.nearest(10), share(rows, 0.3, random), hits);
            assertThat(hits.strategy).isEqualTo(SearchStrategy.INDEX_WITHIN_FILTER);
        }
    }

    @Test
    void findsWhatPassesFarFromTheQuery() {
        int rows = 3_000;
        float[][] elements = TestVectors.clustered(rows, 16, SEED);
        long[] words = new long[(rows + 63) >>> 6];
        float[] query = elements[0];
        // Only rows that are far from the query pass.
        for (int row = 0; row < rows; row++) {
            double square = 0;
            for (int i = 0; i < 16; i++) {
                square += Math.pow((double) elements[row][i] - query[i], 2);
            }
            words[row >>> 6] |= square > 50_000 ? 1L << row : 0;
        }
        RowFilter far = RowFilter.of(words, rows);
        assertThat(far.cardinality()).isBetween(50, rows / 2);
        try (Opened opened = new Opened(new TestVectors(TYPE, elements), Metric.L2)) {
            assertThat(opened.check(query, 10, far)).isGreaterThanOrEqualTo(0.9);
        }
    }

    @Test
    void oneThreadAndOneSeedGiveOneFile() {
        try (TestVectors source = new TestVectors(TYPE, TestVectors.clustered(2_000, 16, SEED))) {
            byte[] first = IndexFiles.bytes(format(), spec(source, Metric.L2), source);
            assertThat(IndexFiles.bytes(format(), spec(source, Metric.L2), source))
                    .isEqualTo(first);
        }
    }

    @Test
    void severalThreadsBuildAGoodGraph() {
        int rows = 5_000;
        float[][] queries = TestVectors.clustered(40, 16, SEED);
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            VectorIndexFormat concurrent = new HnswFormat(new BuildPool(threads, 4), WALK_ALWAYS);
            HnswWalkTest built = new HnswWalkTest() {
                @Override
                protected VectorIndexFormat format() {
                    return concurrent;
                }
            };
            try (Opened opened =
                    built.new Opened(new TestVectors(TYPE, TestVectors.clustered(rows, 16, SEED)), Metric.L2)) {
                double sum = 0;
                for (float[] query : queries) {
                    sum += opened.check(query, 10, RowFilter.all(rows));
                }
                assertThat(sum / queries.length).isGreaterThan(0.95);
            }
        }
    }

    @Test
    void reportsProgressAndStopsWhenAsked() {
        AtomicLong most = new AtomicLong();
        BuildMonitor stopping = new BuildMonitor() {
            @Override
            public boolean cancelled() {
                return most.get() >= 500;
            }

            @Override
            public void progress(long done, long total) {
                assertThat(total).isLessThanOrEqualTo(3_000);
                most.accumulateAndGet(done, Math::max);
            }
        };
        try (TestVectors source = new TestVectors(TYPE, TestVectors.clustered(3_000, 16, SEED))) {
            assertThatThrownBy(() -> format().build(spec(source, Metric.L2), source, stopping))
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
            assertThat(most.get()).isLessThan(1_000);
        }
    }

    @Test
    void aWiderBeamFindsMore() {
        int rows = 4_000;
        try (Opened opened = new Opened(new TestVectors(TYPE, TestVectors.clustered(rows, 16, SEED)), Metric.L2)) {
            double narrow = 0;
            double wide = 0;
            for (float[] query : TestVectors.clustered(30, 16, SEED)) {
                narrow += tenth(opened, query, 10, rows);
                wide += tenth(opened, query, 400, rows);
            }
            assertThat(wide).isLessThan(narrow);
        }
    }

    /// Distance of the tenth hit.
    private static double tenth(Opened opened, float[] query, int effort, int rows) {
        Hits hits = new Hits(10);
        opened.searcher.search(
                query, new SearchParameters(10, effort, Float.POSITIVE_INFINITY), RowFilter.all(rows), hits);
        return hits.distances[9];
    }
}
