package io.elanus.cluster.datacoord;

import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;

/// How large a row of a table is: exact for types of fixed size, a typical length for the others. Good for planning
/// only; nothing relies on it being right. Pure.
final class RowEstimate {
    private static final int TIMESTAMP_BYTES = 8;
    private static final int OFFSET_BYTES = 4;
    private static final int TYPICAL_TEXT = 64;
    private static final int TYPICAL_BINARY = 256;
    private static final int TYPICAL_ITEMS = 16;

    private RowEstimate() {}

    static long bytes(TableSchema table) {
        long bytes = TIMESTAMP_BYTES;
        for (Column column : table.columns()) {
            bytes += bytes(column.type());
        }
        return bytes;
    }

    /// Rows that fit into a segment of this size, within the limits.
    static long maxRows(TableSchema table, DataCoordConfig.Segments limits) {
        long rows = limits.maxSize().bytes() / bytes(table);
        return Math.clamp(rows, limits.minRows(), Math.max(limits.minRows(), limits.maxRows()));
    }

    private static long bytes(ColumnType type) {
        return switch (type) {
            case ColumnType.Simple simple ->
                switch (simple) {
                    case BOOLEAN, TINYINT -> 1;
                    case SMALLINT -> 2;
                    case INTEGER, REAL, DATE -> 4;
                    case BIGINT, DOUBLE, TIME, TIMESTAMP, TIMESTAMP_TZ -> 8;
                    case UUID -> 16;
                    case VARBINARY, JSON -> OFFSET_BYTES + TYPICAL_BINARY;
                };
            case ColumnType.Decimal _ -> 16;
            case ColumnType.Varchar(int maxLength) -> OFFSET_BYTES + Math.min(maxLength, TYPICAL_TEXT);
            case ColumnType.Array(ColumnType item) -> OFFSET_BYTES + TYPICAL_ITEMS * bytes(item);
            case ColumnType.Vector vector -> vector.bytes();
        };
    }
}
