package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The meaning of expressions, one row at a time and as plainly as it can be said. Values are cells.
final class RowOracle {
    private final List<? extends @Nullable Object> row;

    RowOracle(List<? extends @Nullable Object> row) {
        this.row = row;
    }

    @Nullable
    Object evaluate(Expr expr) {
        return switch (expr) {
            case Expr.Input(int ordinal, ColumnType _) -> row.get(ordinal);
            case Expr.Constant(var value, ColumnType type) -> Cells.fromLiteral(value, type);
            case Expr.Parameter _ -> throw new IllegalStateException("unbound");
            case Expr.Call call -> call(call);
        };
    }

    private @Nullable Object call(Expr.Call call) {
        List<Expr> arguments = call.arguments();
        return switch (call.operator()) {
            case AND, OR -> chain(arguments, call.operator() == Operator.AND);
            case CASE -> caseOf(arguments);
            case COALESCE -> coalesce(arguments);
            default -> {
                var values = new ArrayList<@Nullable Object>();
                for (Expr argument : arguments) {
                    values.add(evaluate(argument));
                }
                yield eager(call, values);
            }
        };
    }

    private @Nullable Object coalesce(List<Expr> arguments) {
        for (Expr argument : arguments) {
            Object value = evaluate(argument);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private @Nullable Object chain(List<Expr> arguments, boolean conjunction) {
        boolean unknown = false;
        for (Expr argument : arguments) {
            Object value = evaluate(argument);
            if (value == null) {
                unknown = true;
            } else if ((Boolean) value != conjunction) {
                return value;
            }
        }
        return unknown ? null : (Boolean) conjunction;
    }

    private @Nullable Object caseOf(List<Expr> arguments) {
        int i = 0;
        for (; i + 1 < arguments.size(); i += 2) {
            if (Boolean.TRUE.equals(evaluate(arguments.get(i)))) {
                return evaluate(arguments.get(i + 1));
            }
        }
        return i < arguments.size() ? evaluate(arguments.get(i)) : null;
    }

    private @Nullable Object eager(Expr.Call call, List<@Nullable Object> values) {
        Object a = values.get(0);
        Object b = values.size() > 1 ? values.get(1) : null;
        return switch (call.operator()) {
            case IS_NULL -> a == null;
            case IS_NOT_NULL -> a != null;
            case IS_TRUE -> Boolean.TRUE.equals(a);
            case IS_NOT_TRUE -> !Boolean.TRUE.equals(a);
            case IS_FALSE -> Boolean.FALSE.equals(a);
            case IS_NOT_FALSE -> !Boolean.FALSE.equals(a);
            case IS_DISTINCT_FROM -> !same(a, b);
            case IS_NOT_DISTINCT_FROM -> same(a, b);
            case IN -> in(values);
            default -> values.contains(null) ? null : strict(call, present(a), b);
        };
    }

    private static boolean same(@Nullable Object a, @Nullable Object b) {
        if (a == null || b == null) {
            return a == null && b == null;
        }
        return compare(a, b) == 0;
    }

    private static Object present(@Nullable Object value) {
        if (value == null) {
            throw new IllegalStateException("NULL");
        }
        return value;
    }

    private static @Nullable Object in(List<@Nullable Object> values) {
        Object value = values.getFirst();
        if (value == null) {
            return null;
        }
        boolean unknown = false;
        for (Object candidate : values.subList(1, values.size())) {
            if (candidate == null) {
                unknown = true;
            } else if (compare(value, candidate) == 0) {
                return true;
            }
        }
        return unknown ? null : (Boolean) false;
    }

    private static Object strict(Expr.Call call, Object a, @Nullable Object b) {
        return switch (call.operator()) {
            case NOT -> !(Boolean) a;
            case EQ -> compare(a, present(b)) == 0;
            case NE -> compare(a, present(b)) != 0;
            case LT -> compare(a, present(b)) < 0;
            case LE -> compare(a, present(b)) <= 0;
            case GT -> compare(a, present(b)) > 0;
            case GE -> compare(a, present(b)) >= 0;
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, MOD -> arithmetic(call.operator(), call.type(), a, present(b));
            case NEGATE -> arithmetic(Operator.SUBTRACT, call.type(), zero(call.type()), a);
            case CONCAT -> (String) a + present(b);
            case CHAR_LENGTH -> ((String) a).codePoints().count();
            case LIKE ->
                like(
                        ((String) a).codePoints().toArray(),
                        0,
                        ((String) present(b)).codePoints().toArray(),
                        0);
            case STARTS_WITH -> ((String) a).startsWith((String) present(b));
            default -> throw new IllegalStateException("No oracle for " + call.operator());
        };
    }

    private static Object zero(ColumnType type) {
        return switch (Lane.of(type)) {
            case Lane.Longs _ -> 0L;
            case Lane.Doubles _ -> -0.0;
            default -> BigDecimal.ZERO;
        };
    }

    private static int compare(Object a, Object b) {
        return switch (a) {
            case Boolean bool -> bool.compareTo((Boolean) b);
            case Long number -> number.compareTo((Long) b);
            case Double number -> number.doubleValue() == (Double) b ? 0 : number.compareTo((Double) b);
            case BigDecimal number -> number.compareTo((BigDecimal) b);
            default ->
                java.util.Arrays.compareUnsigned(
                        ((String) a).getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        ((String) b).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        };
    }

    private static Object arithmetic(Operator operator, ColumnType type, Object a, Object b) {
        boolean divides = operator == Operator.DIVIDE || operator == Operator.MOD;
        if (divides && ((Number) b).doubleValue() == 0) {
            throw new StorageException(ErrorCode.DIVISION_BY_ZERO, "oracle");
        }
        if (a instanceof Long x && b instanceof Long y) {
            return whole(operator, (Simple) type, BigInteger.valueOf(x), BigInteger.valueOf(y));
        }
        if (a instanceof Double x && b instanceof Double y) {
            return floating(operator, type, x, y);
        }
        var x = (BigDecimal) a;
        var y = (BigDecimal) b;
        var decimal = (ColumnType.Decimal) type;
        BigDecimal exact = switch (operator) {
            case ADD -> x.add(y);
            case SUBTRACT -> x.subtract(y);
            case MULTIPLY -> x.multiply(y);
            case DIVIDE -> x.divide(y, decimal.scale(), RoundingMode.HALF_UP);
            default -> x.remainder(y);
        };
        BigDecimal rounded = exact.setScale(decimal.scale(), RoundingMode.HALF_UP);
        if (rounded.precision() > decimal.precision()) {
            throw new StorageException(ErrorCode.NUMBER_OUT_OF_RANGE, "oracle");
        }
        return rounded;
    }

    private static Object whole(Operator operator, Simple type, BigInteger x, BigInteger y) {
        BigInteger result = switch (operator) {
            case ADD -> x.add(y);
            case SUBTRACT -> x.subtract(y);
            case MULTIPLY -> x.multiply(y);
            case DIVIDE -> x.divide(y);
            default -> x.remainder(y);
        };
        int bits = switch (type) {
            case TINYINT -> 8;
            case SMALLINT -> 16;
            case INTEGER -> 32;
            default -> 64;
        };
        if (result.bitLength() >= bits) {
            throw new StorageException(ErrorCode.NUMBER_OUT_OF_RANGE, "oracle");
        }
        return result.longValue();
    }

    private static Object floating(Operator operator, ColumnType type, double x, double y) {
        double result = switch (operator) {
            case ADD -> x + y;
            case SUBTRACT -> x - y;
            case MULTIPLY -> x * y;
            case DIVIDE -> x / y;
            default -> x % y;
        };
        double stored = type == Simple.REAL ? (float) result : result;
        if (Double.isInfinite(stored) && Double.isFinite(x) && Double.isFinite(y)) {
            throw new StorageException(ErrorCode.NUMBER_OUT_OF_RANGE, "oracle");
        }
        return stored;
    }

    /// Backslash escapes, as in SQL.
    private static boolean like(int[] text, int i, int[] pattern, int j) {
        if (j == pattern.length) {
            return i == text.length;
        }
        if (pattern[j] == '%') {
            for (int k = i; k <= text.length; k++) {
                if (like(text, k, pattern, j + 1)) {
                    return true;
                }
            }
            return false;
        }
        int at = pattern[j] == '\\' ? j + 1 : j;
        boolean any = pattern[j] == '_';
        return i < text.length && (any || text[i] == pattern[at]) && like(text, i + 1, pattern, at + 1);
    }
}
