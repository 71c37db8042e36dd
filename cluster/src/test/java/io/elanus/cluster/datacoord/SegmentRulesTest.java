package io.elanus.cluster.datacoord;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.cluster.datacoord.Allocation.Part.InNewSegment;
import io.elanus.cluster.datacoord.Allocation.Part.InSegment;
import io.elanus.cluster.datacoord.SealPolicy.Reason;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.visibility.TimeToLive;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// as rules.
class SegmentRulesTest {
    private static final long NOW = HybridTime.of(1_700_000_000_000L, 0);
    private static final long MB = 1 << 20;

    private final DataCoordConfig config = DataCoordConfig.defaults();
    private final SealPolicy seal = new SealPolicy(config.sealing(), 64 * 1024 * MB);
    private final CompactionPlanner planner = new CompactionPlanner(config.compaction(), 512 * MB);

    @Test
    void allocatesFullNewSegmentsThenTheFirstWithRoomThenOneMore() {
        List<Allocation.Room> rooms = List.of(new Allocation.Room(1, 5), new Allocation.Room(2, 50));
        assertThat(Allocation.plan(40, rooms, 100)).containsExactly(new InSegment(2, 40));
        assertThat(Allocation.plan(250, rooms, 100))
                .containsExactly(new InNewSegment(100), new InNewSegment(100), new InSegment(2, 50));
        assertThat(Allocation.plan(60, rooms, 100)).containsExactly(new InNewSegment(60));
        assertThat(Allocation.plan(100, rooms, 100)).containsExactly(new InNewSegment(100));
    }

    @Test
    void unusedSpaceReturnsOnceTheTickHasPassedItsExpiry() {
        var grants = new Grants();
        grants.add(10, 100);
        grants.add(20, 200);
        grants.expire(100);
        assertThat(grants.rows()).isEqualTo(30);
        grants.expire(101);
        assertThat(grants.rows()).isEqualTo(20);
        grants.expire(201);
        assertThat(grants.rows()).isZero();
        assertThat(grants.lastExpiry()).isEqualTo(200);
    }

    @Test
    void sealsAFullSegment() {
        assertThat(reason(growing(760, 0, MB, 0, 0, 0))).isEqualTo(Reason.FULL);
        assertThat(reason(growing(0, 760, 0, 0, 0, 0))).isEqualTo(Reason.FULL);
        assertThat(reason(growing(500, 0, MB, 0, 0, 0))).isNull();
    }

    @Test
    void sealsASegmentThatLivesTooLong() {
        assertThat(reason(growing(1, 0, MB, days(2), 0, 0))).isEqualTo(Reason.TOO_OLD);
        assertThat(reason(growing(0, 0, 0, days(2), 0, 0))).isNull();
    }

    @Test
    void sealsAnIdleSegmentThatIsWorthAFile() {
        assertThat(reason(growing(1, 0, 16 * MB, minutes(20), minutes(11), 0))).isEqualTo(Reason.IDLE);
        assertThat(reason(growing(1, 0, 15 * MB, minutes(20), minutes(11), 0))).isNull();
    }

    @Test
    void sealsWhatARestartWouldHaveToReadTooMuchFor() {
        assertThat(reason(growing(1, 0, MB, 0, 0, 1_000_000 - 200_000))).isEqualTo(Reason.LOG_DISTANCE);
        assertThat(reason(growing(1, 0, MB, 0, 0, 1_000_000 - 199_999))).isNull();
    }

    @Test
    void sealsTheLargestWhenTooMuchGrowsInAChannel() {
        SealPolicy.Growing small = new SealPolicy.Growing(1, 1, 0, 1000 * MB, 1000, new SealPolicy.Times(NOW, NOW), 0);
        SealPolicy.Growing large = new SealPolicy.Growing(2, 1, 0, 3500 * MB, 1000, new SealPolicy.Times(NOW, NOW), 0);
        assertThat(seal.decide(List.of(small, large), 0, NOW))
                .containsExactly(new SealPolicy.Sealed(2, Reason.TOO_MUCH_GROWING));
    }

    @Test
    void aChannelGrowsToAnEighthOfTheMemoryAtMost() {
        var small = new SealPolicy(config.sealing(), 8 * 1024 * MB);
        SealPolicy.Growing most = new SealPolicy.Growing(1, 1, 0, 1024 * MB, 1000, new SealPolicy.Times(NOW, NOW), 0);
        SealPolicy.Growing more = new SealPolicy.Growing(2, 1, 0, 1025 * MB, 1000, new SealPolicy.Times(NOW, NOW), 0);
        assertThat(small.decide(List.of(most), 0, NOW)).isEmpty();
        assertThat(small.decide(List.of(more), 0, NOW))
                .containsExactly(new SealPolicy.Sealed(2, Reason.TOO_MUCH_GROWING));
    }

    @Test
    void segmentsThatStartTogetherDoNotFillTogether() {
        long distinct = java.util.stream.LongStream.rangeClosed(1, 20)
                .map(id -> firstFull(id))
                .distinct()
                .count();
        assertThat(distinct).isGreaterThan(15);
    }

    private long firstFull(long id) {
        for (long rows = 1; rows <= 10_000; rows++) {
            var segment = new SealPolicy.Growing(id, rows, 0, 0, 10_000, new SealPolicy.Times(NOW, NOW), 0);
            if (!seal.decide(List.of(segment), 0, NOW).isEmpty()) {
                return rows;
            }
        }
        throw new AssertionError("never full");
    }

    @Test
    void flushesASealedSegmentOnceTheTickHasReachedItsExpiry() {
        SegmentInfo sealed = segment(1, SegmentState.SEALED).setLastExpiry(100).build();
        long enough = Duration.ofSeconds(2).toNanos();
        assertThat(FlushPolicy.decide(sealed, 99, 5, enough)).isEqualTo(FlushPolicy.Verdict.WAIT);
        assertThat(FlushPolicy.decide(sealed, 100, 5, enough)).isEqualTo(FlushPolicy.Verdict.FLUSH);
        assertThat(FlushPolicy.decide(sealed, 100, 5, enough - 1)).isEqualTo(FlushPolicy.Verdict.WAIT);
        assertThat(FlushPolicy.decide(sealed, 100, 0, enough)).isEqualTo(FlushPolicy.Verdict.DROP);
        for (SegmentState state :
                List.of(SegmentState.GROWING, SegmentState.FLUSHED, SegmentState.DROPPED, SegmentState.IMPORTING)) {
            assertThat(FlushPolicy.decide(segment(1, state).build(), 100, 5, enough))
                    .isEqualTo(FlushPolicy.Verdict.WAIT);
        }
    }

    @Test
    void mergesEnoughSmallSegmentsAndLeavesFewAlone() {
        List<SegmentInfo> few = java.util.stream.IntStream.range(0, 3)
                .mapToObj(i -> flushed(i, 10, MB))
                .toList();
        assertThat(planner.plan(few, Set.of(), NOW, false)).isEmpty();
        assertThat(planner.plan(few, Set.of(), NOW, true))
                .singleElement()
                .satisfies(plan -> assertThat(plan.from()).hasSize(3));
        List<SegmentInfo> many = java.util.stream.IntStream.range(0, 8)
                .mapToObj(i -> flushed(i, 10, MB))
                .toList();
        assertThat(planner.plan(many, Set.of(), NOW, false)).hasSize(1);
        assertThat(planner.plan(many, Set.of(0L), NOW, false)).isEmpty();
    }

    @Test
    void rewritesASegmentWithManyDeletesToApplyOrToReclaim() {
        SegmentInfo rows = flushed(1, 100, 400 * MB);
        SegmentInfo few = delta(2, 20, NOW);
        SegmentInfo many = delta(2, 21, NOW);
        assertThat(planner.plan(List.of(rows, few), Set.of(), NOW, false)).isEmpty();
        assertThat(planner.plan(List.of(rows, many), Set.of(), NOW, false))
                .extracting(CompactionPlanner.Plan::reason)
                .containsExactly(CompactionPlanner.Reason.APPLY_DELETES);
        SegmentInfo ended = rows.toBuilder().setEndedRows(21).setDeletesTs(NOW).build();
        assertThat(planner.plan(List.of(ended), Set.of(), NOW - 1, false)).isEmpty();
        assertThat(planner.plan(List.of(ended), Set.of(), NOW, false))
                .extracting(CompactionPlanner.Plan::reason)
                .containsExactly(CompactionPlanner.Reason.RECLAIM);
    }

    @Test
    void rewritesASegmentWhoseRowsHaveOutlivedTheirTime() {
        Column made = Column.of(1, "made", ColumnType.Simple.TIMESTAMP_TZ);
        var day = Optional.of(new TimeToLive(made, Duration.ofDays(1).toMillis() * 1000));
        long dayAgo = HybridTime.plusMillis(NOW, -days(1));
        SegmentInfo old = flushed(1, 100, 400 * MB).toBuilder().setMaxTs(dayAgo).build();
        SegmentInfo young = old.toBuilder().setMaxTs(dayAgo + 1).build();

        assertThat(planner.plan(List.of(old), Set.of(), NOW, false)).isEmpty();
        assertThat(planner.plan(List.of(young), Set.of(), NOW, false, day)).isEmpty();
        assertThat(planner.plan(List.of(old), Set.of(1L), NOW, false, day)).isEmpty();
        assertThat(planner.plan(List.of(old), Set.of(), NOW, false, day))
                .extracting(CompactionPlanner.Plan::reason)
                .containsExactly(CompactionPlanner.Reason.EXPIRE);
        assertThat(planner.plan(List.of(young), Set.of(), NOW, true, day)).hasSize(1);
        // What is left of it waits as long again.
        SegmentInfo left =
                old.toBuilder().addCompactedFrom(7).setCreatedTs(dayAgo + 1).build();
        assertThat(planner.plan(List.of(left), Set.of(), NOW, false, day)).isEmpty();
        assertThat(planner.plan(List.of(left), Set.of(), HybridTime.plusMillis(NOW, 1), false, day))
                .hasSize(1);
    }

    @Test
    void aDeltaIsSpentWhenEverySegmentWithOlderRowsHasIt() {
        SegmentInfo delta = delta(9, 5, NOW);
        SegmentInfo without = flushed(1, 100, MB);
        SegmentInfo with = without.toBuilder().setDeletesTs(NOW).build();
        SegmentInfo younger = without.toBuilder().setMinTs(NOW + 1).build();
        SegmentInfo growing =
                segment(3, SegmentState.GROWING).setCreatedTs(NOW - 1).build();
        assertThat(CompactionPlanner.spentDeltas(List.of(delta, without))).isEmpty();
        assertThat(CompactionPlanner.spentDeltas(List.of(delta, with, younger))).containsExactly(delta);
        assertThat(CompactionPlanner.spentDeltas(List.of(delta, with, growing))).isEmpty();
    }

    private @Nullable Reason reason(SealPolicy.Growing segment) {
        List<SealPolicy.Sealed> sealed = seal.decide(List.of(segment), 1_000_000, NOW);
        return sealed.isEmpty() ? null : sealed.getFirst().reason();
    }

    private static SealPolicy.Growing growing(
            long rows, long granted, long bytes, long ageMillis, long idleMillis, long held) {
        var times =
                new SealPolicy.Times(HybridTime.plusMillis(NOW, -ageMillis), HybridTime.plusMillis(NOW, -idleMillis));
        return new SealPolicy.Growing(1, rows, granted, bytes, 1000, times, held);
    }

    private static long days(int days) {
        return Duration.ofDays(days).toMillis();
    }

    private static long minutes(int minutes) {
        return Duration.ofMinutes(minutes).toMillis();
    }

    private static SegmentInfo.Builder segment(long id, SegmentState state) {
        return SegmentInfo.newBuilder().setSegmentId(id).setState(state).setLevel(SegmentLevel.L1);
    }

    private static SegmentInfo flushed(long id, long rows, long bytes) {
        return segment(id, SegmentState.FLUSHED)
                .setRows(rows)
                .setBytes(bytes)
                .setMinTs(1)
                .setMaxTs(2)
                .build();
    }

    private static SegmentInfo delta(long id, long rows, long maxTs) {
        return segment(id, SegmentState.FLUSHED)
                .setLevel(SegmentLevel.L0)
                .setRows(rows)
                .setMinTs(maxTs)
                .setMaxTs(maxTs)
                .build();
    }
}
