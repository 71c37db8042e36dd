package io.elanus.sql.flight;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.ArrowTypes;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/// The column type for an Arrow field of any origin. A field that came from here carries its SQL type and gets it
/// again; of others a list of a fixed number of floats is a VECTOR.
final class ArrowSqlTypes {
    /// What a type's name is made of; nothing that could end it.
    private static final Pattern TYPE =
            Pattern.compile("[A-Z][A-Z ]{0,40}(\\([0-9]{1,9}(, ?[A-Z0-9]{1,16})?\\))?( ARRAY)?");
    private static final String EXTENSION = "ARROW:extension:name";

    private ArrowSqlTypes() {}

    static String of(Field field) {
        String known = field.getMetadata().get(ArrowTypes.SQL_TYPE);
        if (known != null && TYPE.matcher(known).matches()) {
            return known;
        }
        if ("arrow.uuid".equals(field.getMetadata().get(EXTENSION))) {
            return "UUID";
        }
        return switch (field.getType()) {
            case ArrowType.List _, ArrowType.LargeList _ ->
                of(field.getChildren().getFirst()) + " ARRAY";
            case ArrowType.FixedSizeList list -> vector(field, list);
            default -> scalar(field);
        };
    }

    private static String vector(Field field, ArrowType.FixedSizeList list) {
        int dimension = list.getListSize();
        return switch (field.getChildren().getFirst().getType()) {
            case ArrowType.FloatingPoint real
            when real.getPrecision() == FloatingPointPrecision.HALF -> "VECTOR(" + dimension + ", FLOAT16)";
            case ArrowType.FloatingPoint _ -> "VECTOR(" + dimension + ")";
            case ArrowType.Int element
            when element.getBitWidth() == Byte.SIZE && element.getIsSigned() -> "VECTOR(" + dimension + ", INT8)";
            default -> throw unknown(field);
        };
    }

    private static String scalar(Field field) {
        return switch (field.getType()) {
            case ArrowType.Bool _ -> "BOOLEAN";
            case ArrowType.Int number -> integer(number);
            case ArrowType.FloatingPoint real ->
                real.getPrecision() == FloatingPointPrecision.DOUBLE ? "DOUBLE" : "REAL";
            case ArrowType.Decimal decimal
            when decimal.getPrecision() <= 38 && decimal.getScale() >= 0 ->
                "DECIMAL(" + decimal.getPrecision() + ", " + decimal.getScale() + ")";
            case ArrowType.Utf8 _, ArrowType.LargeUtf8 _, ArrowType.Utf8View _ -> "VARCHAR";
            case ArrowType.Binary _, ArrowType.LargeBinary _, ArrowType.BinaryView _, ArrowType.FixedSizeBinary _ ->
                "VARBINARY";
            case ArrowType.Date _ -> "DATE";
            case ArrowType.Time _ -> "TIME";
            case ArrowType.Timestamp time -> time.getTimezone() == null ? "TIMESTAMP" : "TIMESTAMP WITH TIME ZONE";
            default -> throw unknown(field);
        };
    }

    /// Unsigned numbers take the next larger type.
    private static String integer(ArrowType.Int type) {
        return switch (type.getBitWidth() * (type.getIsSigned() ? 1 : 2)) {
            case 8 -> "TINYINT";
            case 16 -> "SMALLINT";
            case 32 -> "INTEGER";
            case 64 -> "BIGINT";
            default -> "DECIMAL(20, 0)";
        };
    }

    private static QueryException unknown(Field field) {
        return new QueryException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                "Column [%s] has the Arrow type [%s], which no column type stands for."
                        .formatted(field.getName(), field.getType()),
                "Create the table first and send columns that convert to its types.");
    }
}
