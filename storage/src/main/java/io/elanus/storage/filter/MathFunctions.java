package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Lane.Doubles;
import io.elanus.storage.filter.Step.RowFunction;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/// Functions of numbers.
final class MathFunctions {
    private MathFunctions() {}

    /// A function of one DOUBLE, in a loop.
    static Step unary(Operator operator, Step argument) {
        DoubleUnaryOperator function = switch (operator) {
            case SQRT -> Math::sqrt;
            case EXP -> Math::exp;
            case LN -> Math::log;
            case LOG10 -> Math::log10;
            case CBRT -> Math::cbrt;
            case SIN -> Math::sin;
            case COS -> Math::cos;
            case TAN -> Math::tan;
            case ASIN -> Math::asin;
            case ACOS -> Math::acos;
            case ATAN -> Math::atan;
            case SINH -> Math::sinh;
            case COSH -> Math::cosh;
            case TANH -> Math::tanh;
            case COT -> angle -> 1 / Math.tan(angle);
            case DEGREES -> Math::toDegrees;
            case RADIANS -> Math::toRadians;
            default -> throw new IllegalStateException(operator + " is no function of a DOUBLE");
        };
        return new Step.Strict<>(List.of(argument), new Doubles()) {
            @Override
            void compute(Lane[] in, long[] live, Frame frame) {
                double[] values = ((Doubles) in[0]).values;
                for (int w = 0; w < frame.words(); w++) {
                    for (long word = live[w]; word != 0; word &= word - 1) {
                        int row = (w << 6) + Long.numberOfTrailingZeros(word);
                        out.values[row] = checked(operator, function.applyAsDouble(values[row]), values[row]);
                    }
                }
            }
        };
    }

    private static double checked(Operator operator, double result, double argument) {
        if (Math.abs(result) <= Double.MAX_VALUE || Double.isNaN(argument) || Double.isInfinite(argument)) {
            return result;
        }
        if (operator == Operator.EXP) {
            throw Numbers.outOfRange(Simple.DOUBLE);
        }
        throw new StorageException(
                ErrorCode.INVALID_PARAMETER,
                "Function [%s] is not defined for this argument. Filter such rows out first.".formatted(operator));
    }

    static RowFunction power() {
        return cells -> {
            double base = (Double) cells[0];
            double exponent = (Double) cells[1];
            if (base == 0 && exponent < 0) {
                throw Numbers.divisionByZero();
            }
            return checked(base < 0 ? Operator.POWER : Operator.EXP, Math.pow(base, exponent), 0);
        };
    }

    static RowFunction logarithm() {
        return cells -> {
            double result = Math.log((Double) cells[1]) / Math.log((Double) cells[0]);
            return checked(Operator.LOG, result, 0);
        };
    }

    static RowFunction atan2() {
        return cells -> Math.atan2((Double) cells[0], (Double) cells[1]);
    }

    static RowFunction negate(ColumnType type) {
        return cells -> switch (cells[0]) {
            case Long value when value == Numbers.min(type) -> throw Numbers.outOfRange(type);
            case Long value -> -value;
            case Double value -> -value;
            default -> ((BigDecimal) cells[0]).negate();
        };
    }

    static RowFunction abs(ColumnType type) {
        return cells -> switch (cells[0]) {
            case Long value when value == Numbers.min(type) -> throw Numbers.outOfRange(type);
            case Long value -> Math.abs(value);
            case Double value -> Math.abs(value);
            default -> ((BigDecimal) cells[0]).abs();
        };
    }

    static RowFunction sign(ColumnType result) {
        return cells -> {
            int sign = switch (cells[0]) {
                case Long value -> Long.signum(value);
                case Double value -> (int) Math.signum(value);
                default -> ((BigDecimal) cells[0]).signum();
            };
            return of(BigDecimal.valueOf(sign), result);
        };
    }

    /// CEIL, FLOOR, and ROUND and TRUNCATE to a number of digits. DOUBLE rounds half to even without digits, as
    /// PostgreSQL does, everything else half away from zero.
    static RowFunction round(Operator operator, ColumnType result) {
        RoundingMode mode = switch (operator) {
            case CEIL -> RoundingMode.CEILING;
            case FLOOR -> RoundingMode.FLOOR;
            case ROUND -> RoundingMode.HALF_UP;
            case TRUNCATE -> RoundingMode.DOWN;
            default -> throw new IllegalStateException(operator + " does not round");
        };
        return cells -> {
            long digits = cells.length > 1 ? (Long) cells[1] : 0;
            if (cells[0] instanceof Double value) {
                return fromDouble(operator, mode, value, digits, cells.length > 1, result);
            }
            if (cells[0] instanceof Long value && digits >= 0) {
                return of(BigDecimal.valueOf(value), result);
            }
            BigDecimal value = cells[0] instanceof Long whole ? BigDecimal.valueOf(whole) : (BigDecimal) cells[0];
            return of(value.setScale(Math.clamp(digits, -60, 60), mode), result);
        };
    }

    private static Object fromDouble(
            Operator operator, RoundingMode mode, double value, long digits, boolean decimal, ColumnType result) {
        if (!Double.isFinite(value)) {
            return value;
        }
        if (decimal) {
            var rounded = BigDecimal.valueOf(value).setScale(Math.clamp(digits, -330, 330), mode);
            return of(rounded, result);
        }
        double whole = switch (operator) {
            case CEIL -> Math.ceil(value);
            case FLOOR -> Math.floor(value);
            case ROUND -> Math.rint(value);
            default -> value < 0 ? Math.ceil(value) : Math.floor(value);
        };
        return result == Simple.DOUBLE || result == Simple.REAL ? (Object) whole : of(new BigDecimal(whole), result);
    }

    private static Object of(BigDecimal value, ColumnType type) {
        return switch (type) {
            case ColumnType.Decimal decimal -> Numbers.fit(value, decimal);
            case Simple.DOUBLE, Simple.REAL -> value.doubleValue();
            default -> Numbers.toLong(value, type);
        };
    }
}
