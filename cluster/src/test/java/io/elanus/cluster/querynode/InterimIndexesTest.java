package io.elanus.cluster.querynode;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.querynode.InterimIndexes.Use;
import io.elanus.cluster.runtime.Workers;
import io.elanus.storage.index.BruteForceSearch;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.index.SearchStrategy;
import io.elanus.storage.index.VectorIndex.Hits;
import io.elanus.storage.index.VectorIndex.SearchParameters;
import io.elanus.storage.index.VectorIndex.Searcher;
import io.elanus.storage.segment.GrowingSegment;
import io.elanus.storage.segment.SegmentId;
import io.elanus.storage.segment.SegmentSnapshot;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.Shard;
import io.elanus.storage.type.TableName;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.type.VectorElement;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InterimIndexesTest {
    private static final long SEED = 7;
    private static final int DIMENSION = 70;
    private static final Column VECTOR = Column.of(2, "vec", new ColumnType.Vector(DIMENSION, VectorElement.FLOAT32));
    private static final TableSchema TABLE = new TableSchema(
            1,
            new TableName("public", "t"),
            1,
            List.of(Column.key(1, "id", ColumnType.Simple.BIGINT), VECTOR),
            1,
            List.of(new Shard(0, Shard.HASHES - 1, "p0_1v0", "p0")),
            Map.of());

    private final RootAllocator root = new RootAllocator();
    private final BufferAllocator memory = root.newChildAllocator("codes", 0, Long.MAX_VALUE);
    private final ByHand workers = new ByHand();
    private final GrowingSegment segment = new GrowingSegment(new SegmentId(1, 1, 1), TABLE, 1_024, root);
    private final InterimIndexes interims = new InterimIndexes(segment, workers, memory);
    private final SplittableRandom random = new SplittableRandom(SEED);

    /// Tasks that run when the test says so.
    private static final class ByHand implements Workers {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

        @Override
        public <T> CompletableFuture<T> io(Callable<T> task) {
            return compute(task);
        }

        @Override
        public <T> CompletableFuture<T> compute(Callable<T> task) {
            var result = new CompletableFuture<T>();
            tasks.add(() -> {
                try {
                    result.complete(task.call());
                } catch (Exception e) {
                    result.completeExceptionally(e);
                }
            });
            return result;
        }

        void runAll() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }

    @AfterEach
    void leaksNothing() {
        memory.close();
        root.close();
    }

    private void append(int rows) {
        int first = segment.rows();
        try (VectorSchemaRoot batch = VectorSchemaRoot.create(ArrowTypes.schema(TABLE.columns()), root)) {
            var ids = (BigIntVector) batch.getVector(0);
            var vectors = (FixedSizeListVector) batch.getVector(1);
            var elements = (Float4Vector) vectors.getDataVector();
            ids.allocateNew(rows);
            vectors.setInitialCapacity(rows);
            vectors.allocateNew();
            elements.allocateNew(rows * DIMENSION);
            for (int row = 0; row < rows; row++) {
                ids.set(row, first + row);
                vectors.setNotNull(row);
                for (int d = 0; d < DIMENSION; d++) {
                    elements.set(row * DIMENSION + d, (float) random.nextGaussian());
                }
            }
            batch.setRowCount(rows);
            segment.append(batch, 0, rows, 100 + first);
        }
    }

    private Hits check(Use use, SegmentSnapshot rows) {
        float[] query = new float[DIMENSION];
        for (int d = 0; d < DIMENSION; d++) {
            query[d] = (float) random.nextGaussian();
        }
        Hits hits = new Hits(5);
        Hits truth = new Hits(5);
        try (Searcher searcher = use.newSearcher()) {
            searcher.search(query, SearchParameters.nearest(5), RowFilter.all(rows.rows()), hits);
        }
        try (var exact = new BruteForceSearch(rows.vectors(VECTOR), Metric.L2)) {
            exact.search(query, SearchParameters.nearest(5), RowFilter.all(rows.rows()), truth);
        }
        assertThat(hits.rows).as("seed %d", SEED).containsExactly(truth.rows);
        return hits;
    }

    @Test
    void codesFollowTheRowsOfASegmentThatIsSearched() {
        append(4_000);
        try (SegmentSnapshot few = segment.snapshot()) {
            assertThat(interims.find(VECTOR, Metric.L2, few)).isEmpty();
        }
        append(9_000);
        try (SegmentSnapshot rows = segment.snapshot();
                Use before = interims.find(VECTOR, Metric.L2, rows).orElseThrow()) {
            assertThat(check(before, rows).strategy).isEqualTo(SearchStrategy.EXACT);
            workers.runAll();
            assertThat(check(before, rows).strategy).isEqualTo(SearchStrategy.INDEX);
            assertThat(interims.memoryBytes()).isEqualTo(memory.getAllocatedMemory());
        }
        append(3_000);
        try (SegmentSnapshot rows = segment.snapshot();
                Use after = interims.find(VECTOR, Metric.L2, rows).orElseThrow()) {
            check(after, rows);
            workers.runAll();
            assertThat(check(after, rows).distancesComputed).isLessThan(2_500);
        }
        interims.close();
        segment.close();
    }

    @Test
    void readersKeepCodesOfASegmentThatLeaves() {
        append(6_000);
        try (SegmentSnapshot rows = segment.snapshot();
                Use use = interims.find(VECTOR, Metric.L2, rows).orElseThrow()) {
            interims.close();
            segment.close();
            workers.runAll();
            check(use, rows);
            assertThat(interims.find(VECTOR, Metric.L2, rows)).isEmpty();
        }
    }

    @Test
    void rowsBeyondTheMemoryAreCompared() {
        append(14_000);
        try (BufferAllocator small = root.newChildAllocator("small", 0, 300_000);
                SegmentSnapshot rows = segment.snapshot();
                var limited = new InterimIndexes(segment, workers, small);
                Use use = limited.find(VECTOR, Metric.L2, rows).orElseThrow()) {
            workers.runAll();
            assertThat(small.getAllocatedMemory()).isPositive();
            check(use, rows);
            limited.find(VECTOR, Metric.L2, rows).orElseThrow().close();
            assertThat(workers.tasks).isEmpty();
        }
        interims.close();
        segment.close();
    }
}
