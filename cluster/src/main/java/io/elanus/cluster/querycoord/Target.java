package io.elanus.cluster.querycoord;

import io.elanus.proto.grpc.RecoveryInfo;
import io.elanus.proto.grpc.SegmentIndex;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What reads of a vchannel should be served from: the persisted segments at one moment, and their indexes.
///
/// @param indexes of the sealed segments, in the order of segment and index
record Target(RecoveryInfo recovery, List<SegmentIndex> indexes) {
    Target {
        indexes = List.copyOf(indexes);
    }

    /// Flushed segments with rows.
    List<SegmentInfo> sealed() {
        return recovery.getSegmentsList().stream()
                .filter(segment -> segment.getLevel() != SegmentLevel.L0 && segment.getState() == SegmentState.FLUSHED)
                .toList();
    }

    /// What `LoadSegments` names: sealed segments and the deletes that apply to them.
    List<SegmentInfo> files() {
        return recovery.getSegmentsList().stream()
                .filter(segment -> segment.getLevel() == SegmentLevel.L0 || segment.getState() == SegmentState.FLUSHED)
                .toList();
    }

    /// Segments whose rows, or the last of them, are still only in the log.
    List<Long> growingIds() {
        return recovery.getSegmentsList().stream()
                .filter(segment -> segment.getLevel() != SegmentLevel.L0
                        && (segment.getState() == SegmentState.GROWING || segment.getState() == SegmentState.SEALED))
                .map(SegmentInfo::getSegmentId)
                .toList();
    }

    long rows() {
        return recovery.getSegmentsList().stream()
                .mapToLong(SegmentInfo::getRows)
                .sum();
    }

    /// Would a leader that serves the other serve this one without a call?
    boolean servesAs(Target other) {
        return recovery.getCheckpointTs() == other.recovery.getCheckpointTs()
                && recovery.getSchema().equals(other.recovery.getSchema())
                && ids().equals(other.ids())
                && Set.copyOf(indexes).equals(Set.copyOf(other.indexes));
    }

    private Set<Object> ids() {
        Set<Object> ids = new HashSet<>();
        recovery.getSegmentsList().forEach(segment -> ids.add(List.of(segment.getSegmentId(), segment.getState())));
        return ids;
    }
}
