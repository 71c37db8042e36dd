package io.elanus.sql.plan.rel;

import static io.elanus.storage.filter.Operator.*;

import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import java.util.Locale;
import org.apache.calcite.avatica.util.TimeUnitRange;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/// Arithmetic of times and intervals, and their fields.
final class TimeCalls {
    private static final long MICROS_PER_MILLI = 1_000;

    private TimeCalls() {}

    private static boolean isInterval(RexNode node) {
        return LiteralTranslator.interval(node.getType().getSqlTypeName());
    }

    /// A time and an interval; null for numbers.
    static @Nullable Expr plus(RexCall call, ExprTranslator exprs) {
        for (int i = 0; i < 2; i++) {
            if (isInterval(call.operands.get(i)) && !isInterval(call)) {
                return shift(call, call.operands.get(1 - i), call.operands.get(i), false, exprs);
            }
        }
        return null;
    }

    /// A time less an interval, or less a time; null for numbers.
    static @Nullable Expr minus(RexCall call, ExprTranslator exprs) {
        RexNode second = call.operands.get(1);
        boolean byInterval = isInterval(second);
        if (isInterval(call) && !byInterval) {
            var sides = List.of(
                    exprs.cast(call.operands.get(0), Simple.TIMESTAMP_TZ), exprs.cast(second, Simple.TIMESTAMP_TZ));
            return new Expr.Call(MICROS_BETWEEN, sides, Simple.BIGINT);
        }
        if (byInterval && !isInterval(call)) {
            return shift(call, call.operands.get(0), second, true, exprs);
        }
        return null;
    }

    private static Expr shift(RexCall call, RexNode time, RexNode interval, boolean back, ExprTranslator exprs) {
        ColumnType type = ExprTranslator.type(call);
        Expr amount = Coercion.cast(exprs.of(interval), Simple.BIGINT);
        if (back) {
            amount = ExprTranslator.fold(new Expr.Call(NEGATE, List.of(amount), Simple.BIGINT));
        }
        Operator operator = LiteralTranslator.months(interval.getType()) ? ADD_MONTHS : ADD_MICROS;
        return new Expr.Call(operator, List.of(exprs.cast(time, type), amount), type);
    }

    /// An interval as a number, as TIMESTAMPDIFF takes it: milliseconds.
    static Expr reinterpret(RexCall call, ExprTranslator exprs) {
        RexNode interval = call.operands.get(0);
        Expr value = exprs.of(interval);
        if (!isInterval(interval)) {
            return value;
        }
        if (LiteralTranslator.months(interval.getType())) {
            throw ExprTranslator.unsupported("A difference in months, quarters or years");
        }
        Expr micros = new Expr.Constant(Literals.of(MICROS_PER_MILLI, Simple.BIGINT), Simple.BIGINT);
        return ExprTranslator.fold(
                new Expr.Call(DIVIDE, List.of(Coercion.cast(value, Simple.BIGINT), micros), Simple.BIGINT));
    }

    static Expr extract(RexCall call, ExprTranslator exprs) {
        var unit = ((RexLiteral) call.operands.get(0)).getValueAs(TimeUnitRange.class);
        String field = unit == null ? "" : unit.name().toLowerCase(Locale.ROOT);
        return Coercion.cast(
                new Expr.Call(
                        EXTRACT, List.of(ExprTranslator.text(field), exprs.of(call.operands.get(1))), Simple.BIGINT),
                ExprTranslator.type(call));
    }

    /// FLOOR of a time to a unit; null for numbers.
    static @Nullable Expr round(RexCall call, ExprTranslator exprs) {
        if (call.operands.size() == 2
                && call.operands.get(1) instanceof RexLiteral unit
                && unit.getTypeName() == SqlTypeName.SYMBOL) {
            var range = unit.getValueAs(TimeUnitRange.class);
            if (call.getKind() == SqlKind.CEIL || range == null) {
                throw ExprTranslator.unsupported("CEIL of a time");
            }
            return new Expr.Call(
                    DATE_TRUNC,
                    List.of(ExprTranslator.text(range.name().toLowerCase(Locale.ROOT)), exprs.of(call.operands.get(0))),
                    ExprTranslator.type(call));
        }
        return null;
    }
}
