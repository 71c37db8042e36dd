package io.elanus.storage.compute;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.jspecify.annotations.Nullable;

/// Single slots of Arrow columns as numbers.
final class Slots {
    private Slots() {}

    static boolean present(List<FieldVector> columns, int row) {
        for (FieldVector column : columns) {
            if (column.isNull(row)) {
                return false;
            }
        }
        return true;
    }

    static boolean isWhole(ColumnType type) {
        return switch (type) {
            case Simple.TINYINT,
                    Simple.SMALLINT,
                    Simple.INTEGER,
                    Simple.BIGINT,
                    Simple.DATE,
                    Simple.TIME,
                    Simple.TIMESTAMP,
                    Simple.TIMESTAMP_TZ -> true;
            case Simple _, ColumnType.Decimal _, ColumnType.Varchar _, ColumnType.Array _, ColumnType.Vector _ -> false;
        };
    }

    static long whole(FieldVector column, int row) {
        return switch (column) {
            case BigIntVector values -> values.get(row);
            case IntVector values -> values.get(row);
            case SmallIntVector values -> values.get(row);
            case TinyIntVector values -> values.get(row);
            case DateDayVector values -> values.get(row);
            case TimeMicroVector values -> values.get(row);
            case TimeStampVector values -> values.get(row);
            default -> throw new IllegalStateException("Vector [%s] holds no integer".formatted(column.getField()));
        };
    }

    static double number(FieldVector column, int row, ColumnType type) {
        return switch (column) {
            case Float8Vector values -> values.get(row);
            case Float4Vector values -> values.get(row);
            default -> Cells.read(column, row, type) instanceof Number number ? number.doubleValue() : 0;
        };
    }

    /// About how much heap a cell takes.
    static long bytes(@Nullable Object cell) {
        return switch (cell) {
            case null -> 0;
            case String text -> 48L + 2L * text.length();
            case byte[] bytes -> 24L + bytes.length;
            case float[] elements -> 24L + 4L * elements.length;
            case List<?> list -> {
                long sum = 40;
                for (Object item : list) {
                    sum += 8 + bytes(item);
                }
                yield sum;
            }
            default -> 48;
        };
    }
}
