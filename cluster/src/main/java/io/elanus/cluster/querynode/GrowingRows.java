package io.elanus.cluster.querynode;

import io.elanus.cluster.channel.PersistedRows;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.storage.segment.GrowingSegment;
import org.apache.arrow.vector.VectorSchemaRoot;

/// A growing segment and what it had from files before the log went on. Changed only in a turn.
final class GrowingRows implements AutoCloseable {
    private final GrowingSegment segment;
    private final PersistedRows persisted;
    private final InterimIndexes interims;
    private final GrowingTexts texts = new GrowingTexts();
    private long lastTs;

    /// Takes over the segment.
    ///
    /// @param info of its persisted rows
    /// @param interims of the segment
    GrowingRows(GrowingSegment segment, SegmentInfo info, InterimIndexes interims) {
        this.segment = segment;
        this.interims = interims;
        this.persisted = PersistedRows.of(info);
        this.lastTs = segment.rows() == 0 ? 0 : info.getMaxTs();
    }

    GrowingSegment segment() {
        return segment;
    }

    /// Taken over with the segment; any thread.
    InterimIndexes interims() {
        return interims;
    }

    /// For any thread.
    GrowingTexts texts() {
        return texts;
    }

    long memoryBytes() {
        return segment.memoryBytes() + interims.memoryBytes();
    }

    /// Timestamp of its newest row; 0 without rows.
    long lastTs() {
        return lastTs;
    }

    /// Appends a slice of a write, without the rows it has already.
    void append(VectorSchemaRoot rows, int from, int count, long ts) {
        int skip = persisted.skip(ts, count);
        if (skip < count) {
            segment.append(rows, from + skip, count - skip, ts);
            lastTs = ts;
        }
    }

    @Override
    public void close() {
        interims.close();
        segment.close();
    }
}
