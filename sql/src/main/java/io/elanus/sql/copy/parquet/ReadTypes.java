package io.elanus.sql.copy.parquet;

import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.VectorElement;
import java.util.Optional;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DecimalType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;

/// The SQL type of a field, by its annotation, the newer before the older; what [ValueReader] reads, it takes.
final class ReadTypes {
    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    private static final int UINT64_DIGITS = 20;

    private ReadTypes() {}

    /// Empty when no type takes it.
    ///
    /// @param length how many items each of its lists has; 0: they differ
    static Optional<ColumnType> of(ParquetColumn.Leaf leaf, int length) {
        Optional<ColumnType> item = of(leaf.element());
        if (!leaf.list() || item.isEmpty()) {
            return item;
        }
        boolean vector = length > 1 && length <= ColumnType.Vector.MAX_DIMENSION;
        boolean bytes =
                item.get() == Simple.TINYINT && leaf.element().getRepetition_type() == FieldRepetitionType.REQUIRED;
        return Optional.of(
                vector && (item.get() == Simple.REAL || item.get() == Simple.DOUBLE)
                        ? new ColumnType.Vector(length, VectorElement.FLOAT32)
                        : vector && bytes
                                ? new ColumnType.Vector(length, VectorElement.INT8)
                                : new ColumnType.Array(item.get()));
    }

    private static Optional<ColumnType> of(SchemaElement element) {
        if (decimal(element)) {
            return decimalOf(element);
        }
        return Optional.of(
                switch (Fields.present(element.getType())) {
                    case BOOLEAN -> Simple.BOOLEAN;
                    case FLOAT -> Simple.REAL;
                    case DOUBLE -> Simple.DOUBLE;
                    case INT96 -> Simple.TIMESTAMP_TZ;
                    case INT32, INT64 -> integer(element);
                    case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> bytes(element);
                });
    }

    private static boolean decimal(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        return (logical != null && logical.isSetDECIMAL()) || element.getConverted_type() == ConvertedType.DECIMAL;
    }

    private static Optional<ColumnType> decimalOf(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        DecimalType newer = logical != null && logical.isSetDECIMAL() ? logical.getDECIMAL() : null;
        int precision = newer != null ? newer.getPrecision() : element.getPrecision();
        int scale = newer != null ? newer.getScale() : element.getScale();
        boolean fits =
                precision >= 1 && precision <= ColumnType.Decimal.MAX_PRECISION && scale >= 0 && scale <= precision;
        return fits ? Optional.of(new ColumnType.Decimal(precision, scale)) : Optional.empty();
    }

    private static ColumnType integer(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        if (logical != null) {
            if (logical.isSetDATE()) {
                return Simple.DATE;
            }
            if (logical.isSetTIME()) {
                return Simple.TIME;
            }
            if (logical.isSetTIMESTAMP()) {
                return logical.getTIMESTAMP().isIsAdjustedToUTC() ? Simple.TIMESTAMP_TZ : Simple.TIMESTAMP;
            }
            if (logical.isSetINTEGER()) {
                return whole(
                        logical.getINTEGER().getBitWidth(), logical.getINTEGER().isIsSigned());
            }
        }
        ConvertedType converted = element.getConverted_type();
        if (converted == null) {
            return whole(element.getType() == Type.INT32 ? Integer.SIZE : Long.SIZE, true);
        }
        return switch (converted) {
            case DATE -> Simple.DATE;
            case TIME_MILLIS, TIME_MICROS -> Simple.TIME;
            case TIMESTAMP_MILLIS, TIMESTAMP_MICROS -> Simple.TIMESTAMP_TZ;
            case INT_8 -> whole(Byte.SIZE, true);
            case INT_16 -> whole(Short.SIZE, true);
            case UINT_8 -> whole(Byte.SIZE, false);
            case UINT_16 -> whole(Short.SIZE, false);
            case UINT_32 -> whole(Integer.SIZE, false);
            case UINT_64 -> whole(Long.SIZE, false);
            default -> whole(element.getType() == Type.INT32 ? Integer.SIZE : Long.SIZE, true);
        };
    }

    /// Without a sign it takes the next wider type.
    private static ColumnType whole(int bits, boolean signed) {
        int needed = signed ? bits : bits + 1;
        return needed <= Byte.SIZE
                ? Simple.TINYINT
                : needed <= Short.SIZE
                        ? Simple.SMALLINT
                        : needed <= Integer.SIZE
                                ? Simple.INTEGER
                                : needed <= Long.SIZE ? Simple.BIGINT : new ColumnType.Decimal(UINT64_DIGITS, 0);
    }

    private static ColumnType bytes(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        if (logical != null) {
            if (logical.isSetUUID()) {
                return Simple.UUID;
            }
            if (logical.isSetFLOAT16()) {
                return Simple.REAL;
            }
            if (logical.isSetJSON()) {
                return Simple.JSON;
            }
            if (logical.isSetSTRING() || logical.isSetENUM()) {
                return TEXT;
            }
        }
        ConvertedType converted = element.getConverted_type();
        if (converted == ConvertedType.JSON) {
            return Simple.JSON;
        }
        return converted == ConvertedType.UTF8 || converted == ConvertedType.ENUM ? TEXT : Simple.VARBINARY;
    }
}
