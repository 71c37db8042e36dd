package io.elanus.cluster.datacoord;

import io.elanus.storage.type.HybridTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// When a growing segment gets no more space. Pure.
final class SealPolicy {
    enum Reason {
        /// Its share of rows is used or handed out.
        FULL,
        /// FLUSH asked for it.
        FLUSH_REQUESTED,
        /// It lives too long.
        TOO_OLD,
        /// Nothing came for a while, and it is worth a file.
        IDLE,
        /// A restart would read too much of the log for it.
        LOG_DISTANCE,
        /// Too much grows in its channel, and it is the largest.
        TOO_MUCH_GROWING
    }

    /// A growing segment as the policy sees it.
    ///
    /// @param rows received
    /// @param grantedRows handed out and not expired
    /// @param heldPosition the log is needed from here for it; 0: nowhere
    record Growing(
            long segmentId, long rows, long grantedRows, long bytes, long maxRows, Times times, long heldPosition) {}

    /// In hybrid time.
    record Times(long createdTs, long lastGrowthTs) {}

    record Sealed(long segmentId, Reason reason) {}

    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private final DataCoordConfig.Sealing config;
    private final long maxGrowingBytes;

    /// @param memoryBytes of the process; growing rows are in memory, so a channel may have an eighth of it
    SealPolicy(DataCoordConfig.Sealing config, long memoryBytes) {
        this.config = config;
        this.maxGrowingBytes = Math.min(config.maxGrowingSize().bytes(), memoryBytes / 8);
    }

    /// The segments of one channel that are to be sealed now.
    ///
    /// @param position where the channel's owner reads; 0: unknown
    List<Sealed> decide(List<Growing> segments, long position, long nowTs) {
        var sealed = new ArrayList<Sealed>();
        var left = new ArrayList<Growing>();
        for (Growing segment : segments) {
            Reason reason = reason(segment, position, nowTs);
            if (reason == null) {
                left.add(segment);
            } else {
                sealed.add(new Sealed(segment.segmentId(), reason));
            }
        }
        left.sort(Comparator.comparingLong(Growing::bytes).reversed());
        long growing = left.stream().mapToLong(Growing::bytes).sum();
        for (Growing segment : left) {
            if (growing <= maxGrowingBytes) {
                break;
            }
            sealed.add(new Sealed(segment.segmentId(), Reason.TOO_MUCH_GROWING));
            growing -= segment.bytes();
        }
        return sealed;
    }

    private @Nullable Reason reason(Growing segment, long position, long nowTs) {
        if (segment.rows() + segment.grantedRows() >= fullRows(segment)) {
            return Reason.FULL;
        }
        if (segment.rows() == 0) {
            return null;
        }
        if (age(segment.times().createdTs(), nowTs) >= config.maxLife().toMillis()) {
            return Reason.TOO_OLD;
        }
        if (segment.bytes() >= config.minIdleSize().bytes()
                && age(segment.times().lastGrowthTs(), nowTs)
                        >= config.maxIdle().toMillis()) {
            return Reason.IDLE;
        }
        boolean far = segment.heldPosition() > 0 && position - segment.heldPosition() >= config.maxLogDistance();
        return far ? Reason.LOG_DISTANCE : null;
    }

    /// Differs a little from segment to segment, so that those that started together do not all fill together.
    private long fullRows(Growing segment) {
        double fraction = ((segment.segmentId() * GOLDEN) >>> 11) * 0x1.0p-53;
        double share = config.proportion() * (1 - config.jitter() * fraction);
        return Math.max(1, (long) (segment.maxRows() * share));
    }

    private static long age(long fromTs, long nowTs) {
        return HybridTime.millis(nowTs) - HybridTime.millis(fromTs);
    }
}
