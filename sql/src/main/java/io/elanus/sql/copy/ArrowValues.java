package io.elanus.sql.copy;

import io.elanus.storage.type.ColumnType;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Objects;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.TimeStampNanoTZVector;
import org.apache.arrow.vector.TimeStampSecTZVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.util.Text;
import org.jspecify.annotations.Nullable;

/// Values of Arrow vectors that others made, of any type, as the Java objects that
/// [io.elanus.storage.filter.Literals] converts to the type of a column.
public final class ArrowValues {
    private ArrowValues() {}

    /// The value in a slot; null for NULL.
    ///
    /// @param type of the column or parameter that it is for
    public static @Nullable Object value(FieldVector vector, int row, ColumnType type) {
        if (vector.isNull(row)) {
            return null;
        }
        return switch (vector) {
            case BaseListVector list -> items(list, row, type);
            case Float2Vector half -> half.getValueAsFloat(row);
            case UInt1Vector unsigned -> unsigned.getObjectNoOverflow(row);
            case UInt2Vector unsigned -> (int) unsigned.get(row);
            case UInt4Vector unsigned -> unsigned.getObjectNoOverflow(row);
            case UInt8Vector unsigned -> unsigned.getObjectNoOverflow(row);
            // Arrow's own object of these is a bare number of their unit.
            case TimeStampSecTZVector seconds -> Instant.ofEpochSecond(seconds.get(row));
            case TimeStampMilliTZVector millis -> Instant.ofEpochMilli(millis.get(row));
            case TimeStampNanoTZVector nanos -> Instant.ofEpochSecond(0, nanos.get(row));
            case TimeSecVector seconds -> LocalTime.ofSecondOfDay(seconds.get(row));
            case TimeMilliVector millis -> LocalTime.ofNanoOfDay(millis.get(row) * 1_000_000L);
            case TimeNanoVector nanos -> LocalTime.ofNanoOfDay(nanos.get(row));
            default -> plain(vector.getObject(row), type);
        };
    }

    private static @Nullable Object plain(@Nullable Object value, ColumnType type) {
        return switch (value) {
            case Text text -> text.toString();
            case Integer days when type == ColumnType.Simple.DATE -> LocalDate.ofEpochDay(days);
            case null, default -> value;
        };
    }

    private static Object items(BaseListVector list, int row, ColumnType type) {
        int from = list.getElementStartIndex(row);
        int to = list.getElementEndIndex(row);
        FieldVector child = list.getChildrenFromFields().getFirst();
        Objects.checkFromToIndex(from, to, child.getValueCount());
        if (type instanceof ColumnType.Vector && child.getNullCount() == 0) {
            switch (child) {
                case Float4Vector floats -> {
                    float[] elements = new float[to - from];
                    for (int i = from; i < to; i++) {
                        elements[i - from] = floats.get(i);
                    }
                    return elements;
                }
                case Float8Vector doubles -> {
                    double[] elements = new double[to - from];
                    for (int i = from; i < to; i++) {
                        elements[i - from] = doubles.get(i);
                    }
                    return elements;
                }
                default -> {} // as a list
            }
        }
        ColumnType itemType = type instanceof ColumnType.Array(ColumnType item) ? item : type;
        var items = new ArrayList<@Nullable Object>(to - from);
        for (int i = from; i < to; i++) {
            items.add(value(child, i, itemType));
        }
        return items;
    }
}
