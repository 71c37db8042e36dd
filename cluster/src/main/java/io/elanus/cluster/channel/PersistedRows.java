package io.elanus.cluster.channel;

import io.elanus.proto.grpc.SegmentInfo;

/// Says which rows of a segment a consumer of the log has already: those persisted before it started. Rows enter a
/// segment in the order of time, so the persisted ones are all rows below a timestamp and the first few at it (the
/// end of a chunk may cut a message). One owner; ask once for each slice of rows, in order.
public final class PersistedRows {
    private final long maxTs;
    private long leftAtMaxTs;

    private PersistedRows(long maxTs, long rowsAtMaxTs) {
        this.maxTs = maxTs;
        this.leftAtMaxTs = rowsAtMaxTs;
    }

    public static PersistedRows of(SegmentInfo segment) {
        return segment.getRows() == 0
                ? new PersistedRows(0, 0)
                : new PersistedRows(segment.getMaxTs(), segment.getRowsAtMaxTs());
    }

    /// How many of the slice's first rows are persisted.
    public int skip(long ts, int rows) {
        if (ts != maxTs) {
            return ts < maxTs ? rows : 0;
        }
        int skipped = (int) Math.min(leftAtMaxTs, rows);
        leftAtMaxTs -= skipped;
        return skipped;
    }
}
