package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.math.BigDecimal;
import java.math.RoundingMode;

/// Ranges of the numeric types.
final class Numbers {
    private Numbers() {}

    static long min(ColumnType type) {
        return switch (type) {
            case Simple.TINYINT -> Byte.MIN_VALUE;
            case Simple.SMALLINT -> Short.MIN_VALUE;
            case Simple.INTEGER, Simple.DATE -> Integer.MIN_VALUE;
            default -> Long.MIN_VALUE;
        };
    }

    static long max(ColumnType type) {
        return -1 - min(type);
    }

    static long checkRange(long value, ColumnType type) {
        if (value < min(type) || value > max(type)) {
            throw outOfRange(type);
        }
        return value;
    }

    /// Rounds to the type's scale, half away from zero, and checks the precision.
    static BigDecimal fit(BigDecimal value, ColumnType.Decimal type) {
        BigDecimal fitted = value.scale() == type.scale() ? value : value.setScale(type.scale(), RoundingMode.HALF_UP);
        if (fitted.precision() > type.precision()) {
            throw outOfRange(type);
        }
        return fitted;
    }

    static long toLong(BigDecimal value, ColumnType type) {
        BigDecimal whole = value.setScale(0, RoundingMode.HALF_UP);
        if (whole.precision() > 19 || whole.toBigInteger().bitLength() > 63) {
            throw outOfRange(type);
        }
        return checkRange(whole.longValue(), type);
    }

    static long toLong(double value, ColumnType type) {
        double whole = Math.rint(value);
        if (!(whole >= -0x1p63 && whole < 0x1p63)) {
            throw outOfRange(type);
        }
        return checkRange((long) whole, type);
    }

    static BigDecimal toDecimal(double value, boolean real, ColumnType type) {
        if (!Double.isFinite(value)) {
            throw outOfRange(type);
        }
        return real ? new BigDecimal(Float.toString((float) value)) : BigDecimal.valueOf(value);
    }

    static double toReal(double value) {
        float narrow = (float) value;
        if (Float.isInfinite(narrow) && !Double.isInfinite(value)) {
            throw outOfRange(Simple.REAL);
        }
        return narrow;
    }

    static StorageException outOfRange(ColumnType type) {
        return new StorageException(
                ErrorCode.NUMBER_OUT_OF_RANGE,
                "A value is out of the range of [%s]. Cast to a wider type or check the values.".formatted(type.sql()));
    }

    static StorageException divisionByZero() {
        return new StorageException(
                ErrorCode.DIVISION_BY_ZERO,
                "Division by zero. Guard the divisor, for example with NULLIF(divisor, 0).");
    }
}
