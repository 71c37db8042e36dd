package io.elanus.cluster.datacoord;

import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import java.time.Duration;

/// What becomes of a sealed segment. Pure.
final class FlushPolicy {
    static final Duration RETRY = Duration.ofSeconds(2);

    enum Verdict {
        /// Rows may still be on their way, or it was asked for just now.
        WAIT,
        /// Nothing can follow: the owner is told to flush.
        FLUSH,
        /// Nothing can follow and nothing came: there is nothing to flush.
        DROP
    }

    private FlushPolicy() {}

    /// @param tick of the channel, as its present owner reported it; 0: not yet
    /// @param receivedRows as reported with that tick
    /// @param sinceAttemptNanos since the last command to flush it
    static Verdict decide(SegmentInfo segment, long tick, long receivedRows, long sinceAttemptNanos) {
        boolean silent = segment.getState() == SegmentState.SEALED
                && segment.getLevel() != SegmentLevel.L0
                && segment.getLastExpiry() <= tick;
        if (!silent) {
            return Verdict.WAIT;
        }
        if (receivedRows == 0) {
            return Verdict.DROP;
        }
        return sinceAttemptNanos >= RETRY.toNanos() ? Verdict.FLUSH : Verdict.WAIT;
    }
}
