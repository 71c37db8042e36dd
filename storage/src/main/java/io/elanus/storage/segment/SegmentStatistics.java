package io.elanus.storage.segment;

import java.util.List;
import java.util.Optional;

/// What is known of the rows of a segment or chunk without reading them.
///
/// @param minTs least write timestamp; [io.elanus.storage.type.HybridTime#MAX] without rows
/// @param maxTs greatest write timestamp; 0 without rows
/// @param columns those that something is known of
public record SegmentStatistics(int rows, long minTs, long maxTs, List<ColumnStatistics> columns) {
    public SegmentStatistics {
        columns = List.copyOf(columns);
    }

    public Optional<ColumnStatistics> find(int columnId) {
        for (ColumnStatistics column : columns) {
            if (column.columnId() == columnId) {
                return Optional.of(column);
            }
        }
        return Optional.empty();
    }
}
