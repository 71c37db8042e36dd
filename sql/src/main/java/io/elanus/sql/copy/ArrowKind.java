package io.elanus.sql.copy;

import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.VectorElement;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/// The SQL type of an Arrow field, by its type and by the SQL type that our own files write beside it.
final class ArrowKind {
    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    private static final Pattern VECTOR = Pattern.compile("VECTOR\\((\\d{1,5}), (FLOAT16|BFLOAT16|BINARY)\\)");
    private static final Pattern SPARSE = Pattern.compile("SPARSEVEC\\((\\d{1,9})\\)");
    private static final int UINT64_DIGITS = 20;

    private ArrowKind() {}

    /// Empty when no type takes it.
    static Optional<ColumnType> of(Field field) {
        return field.getDictionary() != null
                ? Optional.empty()
                : declared(field).or(() -> structural(field));
    }

    /// Those whose Arrow type alone would be bytes or text.
    private static Optional<ColumnType> declared(Field field) {
        String sql = field.getMetadata().getOrDefault(ArrowTypes.SQL_TYPE, "");
        Matcher dense = VECTOR.matcher(sql);
        Matcher sparse = SPARSE.matcher(sql);
        try {
            Optional<ColumnType> type = dense.matches()
                    ? Optional.of(new ColumnType.Vector(
                            Integer.parseInt(dense.group(1)),
                            VectorElement.valueOf(dense.group(2).toUpperCase(Locale.ROOT))))
                    : sparse.matches()
                            ? Optional.of(
                                    new ColumnType.Vector(Integer.parseInt(sparse.group(1)), VectorElement.SPARSE))
                            : sql.equals("JSON") ? Optional.of(Simple.JSON) : Optional.empty();
            return type.filter(known -> ArrowTypes.arrow(known).equals(field.getType()));
        } catch (IllegalArgumentException e) { // metadata that others wrote
            return Optional.empty();
        }
    }

    private static Optional<ColumnType> structural(Field field) {
        ColumnType type = switch (field.getType()) {
            case ArrowType.Bool _ -> Simple.BOOLEAN;
            case ArrowType.Int whole -> whole(whole);
            case ArrowType.FloatingPoint number ->
                switch (number.getPrecision()) {
                    case HALF, SINGLE -> Simple.REAL;
                    case DOUBLE -> Simple.DOUBLE;
                };
            case ArrowType.Utf8 _, ArrowType.LargeUtf8 _ -> TEXT;
            case ArrowType.Binary _, ArrowType.LargeBinary _ -> Simple.VARBINARY;
            case ArrowType.FixedSizeBinary bytes -> bytes.getByteWidth() == 16 ? Simple.UUID : Simple.VARBINARY;
            case ArrowType.Date _ -> Simple.DATE;
            case ArrowType.Time _ -> Simple.TIME;
            case ArrowType.Timestamp time -> time.getTimezone() == null ? Simple.TIMESTAMP : Simple.TIMESTAMP_TZ;
            default -> null;
        };
        return type == null ? other(field) : Optional.of(type);
    }

    private static ColumnType whole(ArrowType.Int type) {
        int needed = type.getIsSigned() ? type.getBitWidth() : type.getBitWidth() + 1;
        return switch (needed) {
            case 8 -> Simple.TINYINT;
            case 9, 16 -> Simple.SMALLINT;
            case 17, 32 -> Simple.INTEGER;
            case 33, 64 -> Simple.BIGINT;
            default -> new ColumnType.Decimal(UINT64_DIGITS, 0);
        };
    }

    private static Optional<ColumnType> other(Field field) {
        if (field.getType() instanceof ArrowType.Decimal decimal) {
            int precision = decimal.getPrecision();
            int scale = decimal.getScale();
            boolean fits =
                    precision >= 1 && precision <= ColumnType.Decimal.MAX_PRECISION && scale >= 0 && scale <= precision;
            return fits ? Optional.of(new ColumnType.Decimal(precision, scale)) : Optional.empty();
        }
        return field.getChildren().size() == 1
                ? of(field.getChildren().getFirst()).flatMap(item -> list(field, item))
                : Optional.empty();
    }

    private static Optional<ColumnType> list(Field field, ColumnType item) {
        if (item instanceof ColumnType.Array || item instanceof ColumnType.Vector) {
            return Optional.empty();
        }
        if (field.getType() instanceof ArrowType.FixedSizeList fixed
                && fixed.getListSize() >= 1
                && fixed.getListSize() <= ColumnType.Vector.MAX_DIMENSION) {
            if (item == Simple.REAL || item == Simple.DOUBLE) {
                return Optional.of(new ColumnType.Vector(fixed.getListSize(), VectorElement.FLOAT32));
            }
            if (item == Simple.TINYINT) {
                return Optional.of(new ColumnType.Vector(fixed.getListSize(), VectorElement.INT8));
            }
        }
        boolean listed = field.getType() instanceof ArrowType.FixedSizeList
                || field.getType() instanceof ArrowType.List
                || field.getType() instanceof ArrowType.LargeList;
        return listed ? Optional.of(new ColumnType.Array(item)) : Optional.empty();
    }
}
