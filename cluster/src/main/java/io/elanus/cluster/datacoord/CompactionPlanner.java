package io.elanus.cluster.datacoord;

import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.visibility.TimeToLive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What to rewrite in one channel, and which deltas have done their work. Pure.
///
/// A segment's `deletes_ts` says up to which timestamp later writes have ended its rows. A delta segment whose
/// timestamps all lie at or below that of every segment with older rows is not needed any more.
final class CompactionPlanner {
    /// Segments to rewrite together into one, with all deltas of the channel.
    record Plan(List<SegmentInfo> from, List<SegmentInfo> deletes, Reason reason) {
        Plan {
            from = List.copyOf(from);
            deletes = List.copyOf(deletes);
        }
    }

    enum Reason {
        /// Small segments become a larger one.
        MERGE,
        /// Many deltas wait to be applied.
        APPLY_DELETES,
        /// Many rows have ended and nobody may read them any more.
        RECLAIM,
        /// Its rows have outlived the table's time to live.
        EXPIRE
    }

    /// A merged segment may be a little larger than the limit; rows are estimates.
    private static final double OVERFLOW = 1.25;

    /// At the earliest, where nothing may come of it.
    private static final Duration REWRITE_AGAIN = Duration.ofHours(1);

    private final DataCoordConfig.Compaction config;
    private final long maxBytes;

    CompactionPlanner(DataCoordConfig.Compaction config, long maxBytes) {
        this.config = config;
        this.maxBytes = maxBytes;
    }

    /// @param segments all of one channel
    /// @param busy those that are being rewritten
    /// @param forced merge small segments even if there are few, and apply every delta
    List<Plan> plan(List<SegmentInfo> segments, Set<Long> busy, long retentionTs, boolean forced) {
        return plan(segments, busy, retentionTs, forced, Optional.empty());
    }

    /// @param lives how long rows of the table live; forced, every segment is looked through for those that do not
    List<Plan> plan(
            List<SegmentInfo> segments, Set<Long> busy, long retentionTs, boolean forced, Optional<TimeToLive> lives) {
        var deltas = segments.stream()
                .filter(segment -> segment.getState() == SegmentState.FLUSHED && isDelta(segment))
                .toList();
        var free = segments.stream()
                .filter(segment -> segment.getState() == SegmentState.FLUSHED
                        && !isDelta(segment)
                        && !busy.contains(segment.getSegmentId()))
                .toList();
        var plans = new ArrayList<Plan>();
        var taken = new HashSet<Long>();
        for (List<SegmentInfo> bin : merges(free, forced)) {
            plans.add(new Plan(bin, deltas, Reason.MERGE));
            bin.forEach(segment -> taken.add(segment.getSegmentId()));
        }
        for (SegmentInfo segment : free) {
            if (taken.contains(segment.getSegmentId())) {
                continue;
            }
            if (mustApply(segment, deltas, forced)) {
                plans.add(new Plan(List.of(segment), deltas, Reason.APPLY_DELETES));
            } else if (reclaims(segment, retentionTs)) {
                plans.add(new Plan(List.of(segment), deltas, Reason.RECLAIM));
            } else if (lives.isPresent() && (forced || expires(segment, lives.get(), retentionTs))) {
                plans.add(new Plan(List.of(segment), deltas, Reason.EXPIRE));
            }
        }
        return plans;
    }

    /// Deltas that every segment with older rows has taken in.
    static List<SegmentInfo> spentDeltas(List<SegmentInfo> segments) {
        return segments.stream()
                .filter(segment -> segment.getState() == SegmentState.FLUSHED && isDelta(segment))
                .filter(delta -> segments.stream()
                        .filter(segment -> !isDelta(segment) && holds(segment))
                        .filter(segment -> oldestPossible(segment) < delta.getMaxTs())
                        .allMatch(segment -> segment.getDeletesTs() >= delta.getMaxTs()))
                .toList();
    }

    private static boolean holds(SegmentInfo segment) {
        return segment.getState() != SegmentState.DROPPED;
    }

    /// No row of it is older. Until something is persisted that is when it was opened: rows come later.
    private static long oldestPossible(SegmentInfo segment) {
        return segment.getState() == SegmentState.FLUSHED ? segment.getMinTs() : segment.getCreatedTs();
    }

    private static boolean isDelta(SegmentInfo segment) {
        return segment.getLevel() == SegmentLevel.L0;
    }

    /// Groups of small segments of one partition, oldest first, none above the size limit.
    private List<List<SegmentInfo>> merges(List<SegmentInfo> free, boolean forced) {
        Map<Long, List<SegmentInfo>> small = new LinkedHashMap<>();
        free.stream()
                .filter(segment -> segment.getBytes() < maxBytes * config.smallProportion())
                .sorted(Comparator.comparingLong(SegmentInfo::getMinTs).thenComparingLong(SegmentInfo::getSegmentId))
                .forEach(segment -> small.computeIfAbsent(segment.getPartitionId(), _ -> new ArrayList<>())
                        .add(segment));
        var bins = new ArrayList<List<SegmentInfo>>();
        for (List<SegmentInfo> partition : small.values()) {
            var bin = new ArrayList<SegmentInfo>();
            long bytes = 0;
            long rows = 0;
            for (SegmentInfo segment : partition) {
                long mostRows = (long) (segment.getMaxRows() * OVERFLOW);
                if (bytes + segment.getBytes() > maxBytes * OVERFLOW
                        || (mostRows > 0 && rows + segment.getRows() > mostRows)) {
                    offer(bins, bin, bytes, forced);
                    bin = new ArrayList<>();
                    bytes = 0;
                    rows = 0;
                }
                bin.add(segment);
                bytes += segment.getBytes();
                rows += segment.getRows();
            }
            offer(bins, bin, bytes, forced);
        }
        return bins;
    }

    private void offer(List<List<SegmentInfo>> bins, List<SegmentInfo> bin, long bytes, boolean forced) {
        boolean fills = bytes >= maxBytes * config.smallProportion();
        if (bin.size() > 1 && (forced || fills || bin.size() >= config.mergeFactor())) {
            bins.add(bin);
        }
    }

    private boolean mustApply(SegmentInfo segment, List<SegmentInfo> deltas, boolean forced) {
        int count = 0;
        long deletes = 0;
        for (SegmentInfo delta : deltas) {
            if (delta.getMaxTs() > segment.getDeletesTs() && delta.getMaxTs() > segment.getMinTs()) {
                count++;
                deletes += delta.getRows();
            }
        }
        if (count == 0) {
            return false;
        }
        return forced || count > config.maxDeltaSegments() || deletes > segment.getRows() * config.deletedProportion();
    }

    /// Was its last row written so long ago that, unless rows were dated ahead, all have outlived their time?
    /// What is left after a rewrite is dated ahead, and waits as long again.
    private static boolean expires(SegmentInfo segment, TimeToLive lives, long retentionTs) {
        long millis = Math.ceilDiv(lives.micros(), 1000);
        boolean rewritten = segment.getCompactedFromCount() > 0;
        long again = HybridTime.plusMillis(segment.getCreatedTs(), Math.max(millis, REWRITE_AGAIN.toMillis()));
        return HybridTime.plusMillis(segment.getMaxTs(), millis) <= retentionTs && (!rewritten || again <= retentionTs);
    }

    /// Worth it only once no read may see the ended rows: until then a rewrite must keep them.
    private boolean reclaims(SegmentInfo segment, long retentionTs) {
        return segment.getEndedRows() > segment.getRows() * config.deletedProportion()
                && segment.getDeletesTs() <= retentionTs;
    }
}
