package io.elanus.cluster.querynode;

import io.elanus.proto.grpc.RecoveryInfo;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.proto.grpc.SyncTargetRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which rows of the log a target has in its sealed segments. Immutable.
///
/// A row is covered when its segment is sealed or was replaced; and when it is at or below the checkpoint and its
/// segment does not grow: then it is persisted, and what held it has been replaced so long ago that nobody lists it
/// any more.
///
/// @param replaced segments that compaction replaced or that were dropped
/// @param growing segments with rows that are only in the log
record Coverage(Set<Long> sealed, Set<Long> replaced, Set<Long> growing, long checkpointTs) {
    Coverage {
        sealed = Set.copyOf(sealed);
        replaced = Set.copyOf(replaced);
        growing = Set.copyOf(growing);
    }

    static Coverage of(RecoveryInfo recovery) {
        var sealed = new HashSet<Long>();
        var growing = new HashSet<Long>();
        for (SegmentInfo segment : recovery.getSegmentsList()) {
            if (segment.getLevel() != SegmentLevel.L0) {
                (segment.getState() == SegmentState.FLUSHED ? sealed : growing).add(segment.getSegmentId());
            }
        }
        return new Coverage(
                sealed, Set.copyOf(recovery.getDroppedSegmentIdsList()), growing, recovery.getCheckpointTs());
    }

    static Coverage of(SyncTargetRequest target) {
        return new Coverage(
                Set.copyOf(target.getSealedSegmentIdsList()),
                Set.copyOf(target.getDroppedGrowingIdsList()),
                Set.copyOf(target.getGrowingSegmentIdsList()),
                target.getCheckpointTs());
    }

    /// Is a row of this segment, written at `ts`, in the target's sealed segments?
    boolean covers(long segmentId, long ts) {
        return sealed.contains(segmentId)
                || replaced.contains(segmentId)
                || (ts <= checkpointTs && !growing.contains(segmentId));
    }

    List<Long> sealedIds() {
        return List.copyOf(sealed);
    }
}
