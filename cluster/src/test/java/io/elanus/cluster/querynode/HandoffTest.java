package io.elanus.cluster.querynode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.cluster.ClusterException;
import io.elanus.cluster.exchange.BatchStream;
import io.elanus.cluster.querynode.RowModel.Row;
import io.elanus.cluster.querynode.ShardWorld.Statement;
import io.elanus.proto.grpc.FragmentStatistics;
import io.elanus.storage.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.LongStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Growing to sealed, parents to children, brute force to index, while reads go on.
class HandoffTest {
    private static final int ROWS = 300;

    @TempDir
    Path folder;

    private ShardWorld world;
    private long segment;

    @BeforeEach
    void startLeader() {
        world = new ShardWorld(folder);
        world.tick();
        world.start();
        segment = world.newSegment();
        world.write(insert(segment, 0));
    }

    @AfterEach
    void closeLeader() {
        world.close();
    }

    @Test
    void countStaysTheSameFromGrowingToSealedToIndexedToCompacted() {
        assertServed(List.of(), 1);
        long next = world.newSegment();
        world.write(insert(next, ROWS));
        world.flush(segment);
        assertCount(2 * ROWS);
        world.checkpoint();
        var target = world.recovery();
        world.load(target);
        assertServed(List.of(), 2);
        assertCount(2 * ROWS);
        world.sync(target);
        assertServed(List.of(segment), 1);
        assertCount(2 * ROWS);

        world.index(segment, "hnsw");
        world.syncTarget();
        assertCount(2 * ROWS);
        assertThat(strategy()).contains("hnsw").contains("no index");

        world.flush(next);
        world.syncTarget();
        world.compact(List.of(segment, next), 0);
        assertCount(2 * ROWS);
        world.syncTarget();
        assertThat(world.flushedIds()).hasSize(1);
        assertServed(world.flushedIds(), 0);
        assertCount(2 * ROWS);
    }

    @Test
    void rowsOfASealedSegmentThatTheLogStillHoldsAreNotSeenTwice() {
        world.flush(segment);
        world.restart();
        assertServed(List.of(segment), 0);
        assertCount(ROWS);
    }

    @Test
    void aDeleteThatArrivesWhileASegmentIsBeingLoadedReachesIt() {
        world.flush(segment);
        segment = world.newSegment();
        var target = world.recovery();
        world.write(world.delete(5L, 6L));
        world.load(target);
        world.write(world.delete(7L));
        world.sync(target);
        assertCount(ROWS - 3);
    }

    @Test
    void aReaderKeepsWhatItReadsUntilItLeaves() {
        world.flush(segment);
        world.syncTarget();
        BatchStream stream = world.execute(Fragments.scan(world.lastTick()).build());
        try (VectorSchemaRoot first = stream.next()) {
            assertThat(first).isNotNull();
        }
        world.compact(List.of(segment), 0);
        world.syncTarget();
        assertThat(world.leader.distribution().getSealedSegmentIdsList()).doesNotContain(segment);
        stream.close();
        assertCount(ROWS);
    }

    @Test
    void anUnfinishedTargetIsNotShown() {
        world.flush(segment);
        var target = world.recovery();
        assertThatThrownBy(() -> world.sync(target))
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("is not loaded here");
        assertCount(ROWS);
    }

    @Test
    void countingTouchesNoColumnAndStatisticsTellWhatASearchDid() {
        FragmentStatistics counted =
                statistics(Fragments.count(world.lastTick()).build());
        assertThat(counted.getRowsScanned()).isZero();
        assertThat(counted.getRowsPassed()).isEqualTo(ROWS);

        world.flush(segment);
        world.syncTarget();
        FragmentStatistics pruned = statistics(
                Fragments.scan(world.lastTick()).setFilter(Fragments.below(-1)).build());
        assertThat(pruned.getSegmentsPruned()).isEqualTo(1);
        assertThat(pruned.getSegmentsSearched()).isZero();
    }

    @Test
    void aQueryBeyondItsMemoryFailsByName() {
        BatchStream stream = world.execute(
                Fragments.sums(world.lastTick()).setMemoryLimitBytes(100).build());
        assertThatThrownBy(() -> Fragments.longs(stream)).isInstanceOfSatisfying(ClusterException.class, error -> {
            assertThat(error.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY);
            assertThat(error).hasMessageContaining("Query [q]");
        });
        assertCount(ROWS);
    }

    @Test
    void aCancelledQueryStops() {
        BatchStream stream = world.execute(Fragments.scan(world.lastTick()).build());
        stream.cancel();
        assertThatThrownBy(() -> Fragments.longs(stream))
                .isInstanceOfSatisfying(
                        ClusterException.class,
                        error -> assertThat(error.code()).isEqualTo(ErrorCode.CANCELLED));
    }

    @Test
    void nearestRowsAreAsManyAsAskedForWheneverSoManyQualify() {
        world.flush(segment);
        world.index(segment, "hnsw");
        long next = world.newSegment();
        world.write(insert(next, ROWS));
        world.syncTarget();
        List<Long> found =
                Fragments.longs(world.execute(Fragments.nearest(world.lastTick(), new float[] {0, 0, 0, 0}, 20)
                        .setFilter(Fragments.below(15))
                        .build()));
        assertThat(found)
                .containsExactlyElementsOf(LongStream.range(0, 15).boxed().toList());
    }

    private FragmentStatistics statistics(io.elanus.proto.grpc.Fragment fragment) {
        BatchStream stream = world.execute(fragment);
        Fragments.longs(stream);
        return stream.statistics();
    }

    private String strategy() {
        BatchStream stream = world.execute(
                Fragments.nearest(world.lastTick(), new float[] {1, 1, 1, 1}, 3).build());
        Fragments.longs(stream);
        return stream.statistics().getStrategy();
    }

    private void assertServed(List<Long> sealed, int growing) {
        var served = world.leader.distribution();
        assertThat(served.getSealedSegmentIdsList()).containsExactlyInAnyOrderElementsOf(sealed);
        assertThat(served.getGrowingSegmentIdsCount()).isEqualTo(growing);
    }

    private void assertCount(long rows) {
        assertThat(Fragments.sum(world.execute(Fragments.count(world.lastTick()).build())))
                .isEqualTo(rows);
        assertThat(Fragments.longs(
                        world.execute(Fragments.scan(world.lastTick()).build())))
                .doesNotHaveDuplicates()
                .hasSize((int) rows);
    }

    private Statement insert(long segmentId, long firstKey) {
        long ts = world.nextTs();
        List<Row> rows = new ArrayList<>();
        for (long key = firstKey; key < firstKey + ROWS; key++) {
            rows.add(new Row(key, (int) key, new float[] {key, 0, 0, 0}, ts));
        }
        return new Statement(ts, segmentId, rows, List.of(), false);
    }
}
