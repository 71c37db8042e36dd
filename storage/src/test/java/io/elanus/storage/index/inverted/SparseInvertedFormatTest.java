package io.elanus.storage.index.inverted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.index.BruteForceSearch;
import io.elanus.storage.index.BuildPool;
import io.elanus.storage.index.IndexFiles;
import io.elanus.storage.index.IndexFormats;
import io.elanus.storage.index.IndexSpec;
import io.elanus.storage.index.Query;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;
import io.elanus.storage.index.VectorIndex;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import io.elanus.storage.type.Metric;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The inverted file against the exact search: same rows, same distances, same order.
class SparseInvertedFormatTest {
    private static final long SEED = 20_260;
    private static final int DIMENSION = 3_000;

    private final SparseInvertedFormat format = new SparseInvertedFormat();

    private final class Opened implements AutoCloseable {
        private final Arena arena = Arena.ofShared();
        private final SparseVectors source;
        private final Searcher searcher;
        private final Searcher oracle;

        Opened(SparseVectors source) {
            this(source, IndexFiles.bytes(format, spec(source, "sq8"), source));
        }

        Opened(SparseVectors source, byte[] bytes) {
            this.source = source;
            VectorIndex index = format.open("test.idx", IndexFiles.mapped(bytes, arena), source);
            index.verify();
            searcher = index.newSearcher();
            oracle = BruteForceSearch.of(source, Metric.IP);
        }

        SearchStrategy check(byte[] query, int k, float maxDistance, RowFilter filter) {
            var parameters = new SearchParameters(k, 0, maxDistance);
            var found = new Hits(k);
            var truth = new Hits(k);
            searcher.search(new Query.Sparse(query), parameters, filter, found);
            oracle.search(new Query.Sparse(query), parameters, filter, truth);
            assertThat(Arrays.copyOf(found.rows, found.count)).isEqualTo(Arrays.copyOf(truth.rows, truth.count));
            assertThat(Arrays.copyOf(found.distances, found.count))
                    .isEqualTo(Arrays.copyOf(truth.distances, truth.count));
            return found.strategy;
        }

        @Override
        public void close() {
            searcher.close();
            arena.close();
            source.close();
        }
    }

    private static IndexSpec spec(SparseVectors source) {
        return new IndexSpec(SparseInvertedFormat.NAME, source.type(), Metric.IP, Map.of());
    }

    private static IndexSpec spec(SparseVectors source, String codes) {
        return new IndexSpec(SparseInvertedFormat.NAME, source.type(), Metric.IP, Map.of("codes", codes));
    }

    private static RowFilter share(int rows, double share, SplittableRandom random) {
        long[] words = new long[(rows + 63) / 64];
        for (int row = 0; row < rows; row++) {
            if (random.nextDouble() < share) {
                words[row >>> 6] |= 1L << row;
            }
        }
        return RowFilter.of(words, rows);
    }

    @ParameterizedTest
    @CsvSource({"false, sq8", "true, sq8", "false, none", "true, none"})
    void findsWhatTheExactSearchFinds(boolean negative, String codes) {
        var random = new SplittableRandom(SEED);
        int rows = 11_000;
        var source = new SparseVectors(DIMENSION, SparseVectors.random(rows, DIMENSION, negative, random));
        int byIndex = 0;
        try (var opened = new Opened(source, IndexFiles.bytes(format, spec(source, codes), source))) {
            for (int i = 0; i < 60; i++) {
                byte[] query = SparseVectors.vector(1 + random.nextInt(25), DIMENSION, negative, random);
                for (double share : new double[] {1, 0.5, 0.1, 0.001, 0}) {
                    RowFilter filter = share == 1 ? RowFilter.all(rows) : share(rows, share, random);
                    int k = new int[] {1, 10, 100, 3_000}[random.nextInt(4)];
                    var strategy = opened.check(query, k, Float.POSITIVE_INFINITY, filter);
                    byIndex += strategy == SearchStrategy.EXACT ? 0 : 1;
                    opened.check(query, k, -2.5f, filter);
                }
            }
            assertThat(byIndex).isGreaterThan(80);
        }
    }

    @Test
    void returnsEveryRowWithAVectorWhenKIsMore() {
        var random = new SplittableRandom(SEED);
        var source = new SparseVectors(DIMENSION, SparseVectors.random(700, DIMENSION, true, random));
        try (var opened = new Opened(source)) {
            byte[] query = SparseVectors.vector(9, DIMENSION, true, random);
            opened.check(query, 2_000, Float.POSITIVE_INFINITY, RowFilter.all(700));
            opened.check(new byte[0], 2_000, Float.POSITIVE_INFINITY, RowFilter.all(700));
        }
    }

    @Test
    void servesEqualVectorsOneRowAndNone() {
        var random = new SplittableRandom(SEED);
        byte[] vector = SparseVectors.vector(12, DIMENSION, false, random);
        for (int rows : new int[] {0, 1, 127, 128, 129, 9_000}) {
            try (var opened = new Opened(new SparseVectors(DIMENSION, Collections.nCopies(rows, vector)))) {
                opened.check(vector, 20, Float.POSITIVE_INFINITY, RowFilter.all(rows));
            }
        }
        try (var opened = new Opened(new SparseVectors(DIMENSION, Arrays.asList(null, new byte[0], null)))) {
            opened.check(vector, 3, Float.POSITIVE_INFINITY, RowFilter.all(3));
        }
    }

    @Test
    void readsAFileOfTheVersionWithoutCodes() {
        var random = new SplittableRandom(SEED);
        var source = new SparseVectors(DIMENSION, SparseVectors.random(5_000, DIMENSION, true, random));
        byte[] older = IndexFiles.olderVersion(IndexFiles.bytes(format, spec(source, "none"), source), 1);
        try (var opened = new Opened(source, older)) {
            byte[] query = SparseVectors.vector(9, DIMENSION, true, random);
            opened.check(query, 20, Float.POSITIVE_INFINITY, RowFilter.all(5_000));
        }
    }

    /// A code stands for no less than its weight, and for less than a step more.
    @Test
    void codesRoundUp() {
        var random = new SplittableRandom(SEED);
        for (int i = 0; i < 20_000; i++) {
            float least = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(-6, 6)));
            float most = least + (float) (random.nextDouble() * Math.pow(10, random.nextInt(-9, 6)));
            float weight = Math.clamp((float) (least + random.nextDouble() * ((double) most - least)), least, most);
            double step = Postings.step(most, least);
            double decoded = Postings.decode(Postings.code(weight, least, step), least, step);
            assertThat(decoded).as("seed %d, %d", SEED, i).isGreaterThanOrEqualTo(weight);
            assertThat(decoded - step).isLessThanOrEqualTo(weight);
            assertThat(Postings.decode(Postings.code(most, least, step), least, step))
                    .isGreaterThanOrEqualTo(most);
        }
    }

    @Test
    void isWhatAutoindexPicks() {
        var formats = new IndexFormats(BuildPool.CALLER);
        try (var source = new SparseVectors(9, List.of(new byte[0]))) {
            var spec = new IndexSpec("autoindex", source.type(), Metric.IP, Map.of());
            byte[] bytes = IndexFiles.bytes(formats.check(spec), spec, source);
            try (Arena arena = Arena.ofConfined()) {
                assertThat(formats.open("auto.idx", IndexFiles.mapped(bytes, arena), source)
                                .spec()
                                .format())
                        .isEqualTo(SparseInvertedFormat.NAME);
            }
            var cosine = new IndexSpec(SparseInvertedFormat.NAME, source.type(), Metric.COSINE, Map.of());
            assertThatThrownBy(() -> formats.check(cosine))
                    .hasMessageContaining("cannot serve the metric [cosine] on a column of type [SPARSEVEC(9)]");
        }
    }

    @Test
    void refusesADamagedFileByName() {
        var random = new SplittableRandom(SEED);
        try (var source = new SparseVectors(DIMENSION, SparseVectors.random(500, DIMENSION, false, random))) {
            byte[] bytes = IndexFiles.bytes(format, spec(source), source);
            for (int length : new int[] {0, 71, 200, bytes.length / 2, bytes.length - 1}) {
                assertRefused(Arrays.copyOf(bytes, length), source);
            }
            for (int i = 0; i < 300; i++) {
                byte[] damaged = bytes.clone();
                damaged[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                assertRefused(damaged, source);
            }
        }
    }

    private void assertRefused(byte[] bytes, SparseVectors source) {
        try (Arena arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> format.open("bad.idx", IndexFiles.mapped(bytes, arena), source)
                            .verify())
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("bad.idx");
        }
    }

    @Test
    void survivesDamageThatWasNotVerified() {
        var random = new SplittableRandom(SEED);
        try (var source = new SparseVectors(DIMENSION, SparseVectors.random(9_000, DIMENSION, false, random))) {
            byte[] bytes = IndexFiles.bytes(format, spec(source), source);
            int header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(12);
            for (int i = 0; i < 60; i++) {
                byte[] damaged = bytes.clone();
                for (int hit = 0; hit < 3_000; hit++) {
                    damaged[random.nextInt(header, bytes.length)] = (byte) random.nextInt();
                }
                byte[] query = SparseVectors.vector(20, DIMENSION, false, random);
                try (Arena arena = Arena.ofConfined()) {
                    VectorIndex index = format.open("bad.idx", IndexFiles.mapped(damaged, arena), source);
                    try (Searcher searcher = index.newSearcher()) {
                        searcher.search(
                                new Query.Sparse(query),
                                SearchParameters.nearest(10),
                                RowFilter.all(source.rows()),
                                new Hits(10));
                    }
                } catch (StorageException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.CORRUPT);
                }
            }
        }
    }

    @Test
    void aWarmSearchAllocatesNothing() {
        var random = new SplittableRandom(SEED);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        var source = new SparseVectors(DIMENSION, SparseVectors.random(9_000, DIMENSION, false, random));
        try (var opened = new Opened(source)) {
            RowFilter half = share(9_000, 0.5, random);
            var query = new Query.Sparse(SparseVectors.vector(20, DIMENSION, false, random));
            var parameters = SearchParameters.nearest(10);
            var hits = new Hits(10);
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 200 && least > 0; i++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                opened.searcher.search(query, parameters, half, hits);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).isZero();
        }
    }
}
