package io.elanus.storage.segment;

import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.TableSchema;

/// How many rows a chunk holds: a power of two, so that an ordinal splits by shift and mask, and about
/// [#TARGET_BYTES] of values, so that a chunk is one write of a size that object stores like.
public final class ChunkSize {
    /// What the values of a full chunk take, roughly.
    public static final long TARGET_BYTES = 16L << 20;
    /// Most rows: bounds the scratch of whoever works chunk by chunk.
    public static final int MAX_ROWS = 1 << 16;
    /// Fewest rows.
    public static final int MIN_ROWS = 1 << 7;

    /// Assumed length of a value of a type without a useful bound.
    private static final int LONG_VALUE = 256;

    private ChunkSize() {}

    /// For new segments of this table; a segment keeps what it got.
    public static int rows(TableSchema schema) {
        long rows = TARGET_BYTES / rowBytes(schema);
        return Math.clamp(Long.highestOneBit(rows), MIN_ROWS, MAX_ROWS);
    }

    /// Estimated bytes of one row, its timestamp included. Values without a fixed length are guessed.
    public static long rowBytes(TableSchema schema) {
        long bytes = Long.BYTES;
        for (Column column : schema.columns()) {
            bytes += valueBytes(column.type());
        }
        return bytes;
    }

    private static int valueBytes(ColumnType type) {
        return switch (type) {
            case ColumnType.Simple simple ->
                switch (simple) {
                    case BOOLEAN, TINYINT -> 1;
                    case SMALLINT -> 2;
                    case INTEGER, REAL, DATE -> 4;
                    case BIGINT, DOUBLE, TIME, TIMESTAMP, TIMESTAMP_TZ -> 8;
                    case UUID -> 16;
                    case VARBINARY, JSON -> LONG_VALUE;
                };
            case ColumnType.Decimal _ -> 16;
            case ColumnType.Varchar(int maxLength) -> Math.clamp(maxLength / 2, 8, LONG_VALUE) + Integer.BYTES;
            case ColumnType.Array(ColumnType item) -> Integer.BYTES + 8 * valueBytes(item);
            case ColumnType.Vector vector -> vector.sparse() ? LONG_VALUE : vector.bytes();
        };
    }
}
