package io.elanus.storage.segment;

/// Which segment: ids are never used again.
public record SegmentId(long tableId, long partitionId, long segmentId) {
    /// Prefix of the keys of its objects.
    public String prefix() {
        return "segments/" + tableId + "/" + partitionId + "/" + segmentId + "/";
    }

    @Override
    public String toString() {
        return tableId + "/" + partitionId + "/" + segmentId;
    }
}
