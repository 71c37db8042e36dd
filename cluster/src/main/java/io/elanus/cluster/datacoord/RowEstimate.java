package io.elanus.cluster.datacoord;

import io.elanus.storage.segment.ChunkSize;
import io.elanus.storage.type.TableSchema;

/// How many rows fill a segment of a table, by the estimated size of a row. Good for planning only; nothing relies
/// on it being right. Pure.
final class RowEstimate {
    private RowEstimate() {}

    static long maxRows(TableSchema table, DataCoordConfig.Segments limits) {
        long rows = limits.maxSize().bytes() / ChunkSize.rowBytes(table);
        return Math.clamp(rows, limits.minRows(), Math.max(limits.minRows(), limits.maxRows()));
    }
}
