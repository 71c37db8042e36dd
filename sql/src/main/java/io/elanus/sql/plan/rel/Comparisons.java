package io.elanus.sql.plan.rel;

import static io.elanus.storage.filter.Operator.CAST;

import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The two sides of a comparison, brought to one type.
final class Comparisons {
    private static final long MICROS_PER_DAY = TimeUnit.DAYS.toMicros(1);

    private Comparisons() {}

    /// Compares at the common type; a constant that fits the other side's type takes it, so that a column stays
    /// bare and its statistics, and the key's hash, can be used.
    static Expr of(Operator operator, Expr left, Expr right) {
        if (left instanceof Expr.Constant && !(right instanceof Expr.Constant)) {
            return of(operator.mirrored(), right, left);
        }
        return ExprTranslator.fold(new Expr.Call(operator, sides(left, right), Simple.BOOLEAN));
    }

    private static List<Expr> sides(Expr left, Expr right) {
        if (right instanceof Expr.Constant constant) {
            if (fits(constant, left.type())) {
                return List.of(left, Coercion.cast(constant, left.type()));
            }
            if (day(left) && midnight(constant)) {
                Expr date = ((Expr.Call) left).arguments().getFirst();
                return List.of(date, Coercion.cast(constant, Simple.DATE));
            }
        }
        ColumnType common = Coercion.common(left.type(), right.type());
        return List.of(Coercion.cast(left, common), Coercion.cast(right, common));
    }

    /// A DATE as a TIMESTAMP, which is how it is compared with `date + interval`.
    private static boolean day(Expr expr) {
        return expr instanceof Expr.Call(Operator operator, List<Expr> arguments, ColumnType type)
                && operator == CAST
                && type == Simple.TIMESTAMP
                && arguments.size() == 1
                && arguments.getFirst().type() == Simple.DATE;
    }

    private static boolean midnight(Expr.Constant constant) {
        return constant.type() == Simple.TIMESTAMP
                && !constant.value().hasNull()
                && constant.value().getInt64() % MICROS_PER_DAY == 0;
    }

    /// Is the integer constant within the range of the integer type?
    static boolean fits(Expr.Constant constant, ColumnType type) {
        if (constant.value().hasNull() || !Coercion.integer(constant.type()) || !(type instanceof Simple)) {
            return false;
        }
        long value = constant.value().getInt64();
        return switch ((Simple) type) {
            case TINYINT -> value == (byte) value;
            case SMALLINT -> value == (short) value;
            case INTEGER -> value == (int) value;
            case BIGINT -> true;
            default -> false;
        };
    }
}
