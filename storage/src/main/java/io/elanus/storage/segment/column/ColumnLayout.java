package io.elanus.storage.segment.column;

import io.elanus.storage.type.ColumnType;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/// How the values of a column lie in memory; see the package documentation.
public sealed interface ColumnLayout {
    Bits BITS = new Bits();
    Variable VARIABLE = new Variable();

    record Bits() implements ColumnLayout {}

    record Fixed(int width) implements ColumnLayout {}

    record Variable() implements ColumnLayout {}

    record Items(ColumnLayout item) implements ColumnLayout {}

    static ColumnLayout of(ColumnType type) {
        return switch (type) {
            case ColumnType.Simple simple ->
                switch (simple) {
                    case BOOLEAN -> BITS;
                    case TINYINT -> new Fixed(1);
                    case SMALLINT -> new Fixed(2);
                    case INTEGER, REAL, DATE -> new Fixed(4);
                    case BIGINT, DOUBLE, TIME, TIMESTAMP, TIMESTAMP_TZ -> new Fixed(8);
                    case UUID -> new Fixed(16);
                    case VARBINARY, JSON -> VARIABLE;
                };
            case ColumnType.Decimal _ -> new Fixed(16);
            case ColumnType.Varchar _ -> VARIABLE;
            case ColumnType.Array(ColumnType item) -> new Items(of(item));
            case ColumnType.Vector vector -> vector.sparse() ? VARIABLE : new Fixed(vector.bytes());
        };
    }

    /// Of a field of a batch; its type is one of those that [io.elanus.storage.type.ArrowTypes] makes.
    static ColumnLayout of(Field field) {
        return switch (field.getType()) {
            case ArrowType.Bool _ -> BITS;
            case ArrowType.Int integer -> new Fixed(integer.getBitWidth() / 8);
            case ArrowType.FloatingPoint real -> new Fixed(bytes(real.getPrecision()));
            case ArrowType.Decimal decimal -> new Fixed(decimal.getBitWidth() / 8);
            case ArrowType.Date date -> new Fixed(date.getUnit() == DateUnit.DAY ? 4 : 8);
            case ArrowType.Time time -> new Fixed(time.getBitWidth() / 8);
            case ArrowType.Timestamp _ -> new Fixed(8);
            case ArrowType.FixedSizeBinary binary -> new Fixed(binary.getByteWidth());
            case ArrowType.Utf8 _, ArrowType.Binary _ -> VARIABLE;
            case ArrowType.List _ -> new Items(of(field.getChildren().getFirst()));
            case ArrowType.FixedSizeList list
            when of(field.getChildren().getFirst()) instanceof Fixed(int width) ->
                new Fixed(list.getListSize() * width);
            default ->
                throw new IllegalArgumentException("No column type has the Arrow form [%s]".formatted(field.getType()));
        };
    }

    private static int bytes(FloatingPointPrecision precision) {
        return switch (precision) {
            case HALF -> 2;
            case SINGLE -> 4;
            case DOUBLE -> 8;
        };
    }
}
