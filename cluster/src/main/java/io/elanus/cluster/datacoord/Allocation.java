package io.elanus.cluster.datacoord;

import java.util.ArrayList;
import java.util.List;

/// Where the rows of one request go: as many new segments as the rows fill, then the first growing segment with
/// room for the rest, else one more new segment. Pure.
final class Allocation {
    /// A growing segment and how many rows still fit.
    record Room(long segmentId, long rows) {}

    /// Rows for one segment.
    sealed interface Part {
        long rows();

        record InSegment(long segmentId, long rows) implements Part {}

        record InNewSegment(long rows) implements Part {}
    }

    private Allocation() {}

    static List<Part> plan(long rows, List<Room> growing, long maxRows) {
        var parts = new ArrayList<Part>();
        long rest = rows;
        while (rest >= maxRows) {
            parts.add(new Part.InNewSegment(maxRows));
            rest -= maxRows;
        }
        if (rest > 0) {
            parts.add(place(rest, growing));
        }
        return parts;
    }

    private static Part place(long rows, List<Room> growing) {
        for (Room room : growing) {
            if (room.rows() >= rows) {
                return new Part.InSegment(room.segmentId(), rows);
            }
        }
        return new Part.InNewSegment(rows);
    }
}
