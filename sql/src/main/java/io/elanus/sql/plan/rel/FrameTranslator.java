package io.elanus.sql.plan.rel;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.Windows;
import io.elanus.sql.plan.WindowCall.Frame;
import io.elanus.sql.plan.WindowCall.Frame.Bound;
import io.elanus.sql.plan.WindowCall.Frame.Exclusion;
import io.elanus.sql.plan.WindowCall.Frame.Unit;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import java.util.function.Function;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.core.Window;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexWindowBound;
import org.apache.calcite.rex.RexWindowExclusion;

/// The frame of a group of window calls.
final class FrameTranslator {
    private final Window.Group group;
    private final Function<RexNode, Expr> argument;
    private final List<Expr> inputs;

    /// @param argument a constant of the window, or a column of its input
    FrameTranslator(Window.Group group, Function<RexNode, Expr> argument, List<Expr> inputs) {
        this.group = group;
        this.argument = argument;
        this.inputs = inputs;
    }

    Frame frame() {
        boolean groups = counted(group.lowerBound) || counted(group.upperBound);
        Unit unit = groups ? Unit.GROUPS : group.isRows ? Unit.ROWS : Unit.RANGE;
        return new Frame(unit, bound(group.lowerBound, unit), bound(group.upperBound, unit), exclusion(group.exclude));
    }

    /// Is the offset one of a GROUPS frame?
    private boolean counted(RexWindowBound bound) {
        return group.isRows && bound.getOffset() != null && whole(argument.apply(bound.getOffset())) >= Windows.GROUPS;
    }

    private static Exclusion exclusion(RexWindowExclusion exclude) {
        return switch (exclude) {
            case EXCLUDE_NO_OTHER -> Exclusion.NOTHING;
            case EXCLUDE_CURRENT_ROW -> Exclusion.CURRENT_ROW;
            case EXCLUDE_GROUP -> Exclusion.GROUP;
            case EXCLUDE_TIES -> Exclusion.TIES;
        };
    }

    private Bound bound(RexWindowBound bound, Unit unit) {
        if (bound.isUnbounded()) {
            return new Bound.Unbounded();
        }
        if (bound.isCurrentRow()) {
            return new Bound.Current();
        }
        RexNode offset = bound.getOffset();
        if (offset == null) {
            throw new IllegalStateException("A bound without an offset: " + bound);
        }
        if (unit == Unit.RANGE) {
            return new Bound.At(key(offset, bound.isPreceding()));
        }
        long rows = whole(argument.apply(offset)) - (unit == Unit.GROUPS ? Windows.GROUPS : 0);
        return new Bound.Counted(bound.isPreceding() ? -rows : rows);
    }

    private static long whole(Expr offset) {
        if (offset instanceof Expr.Constant constant && !constant.value().hasNull()) {
            long count = ((Expr.Constant) Coercion.cast(constant, Simple.BIGINT))
                    .value()
                    .getInt64();
            if (count >= 0) {
                return count;
            }
        }
        throw notCounted();
    }

    private static QueryException notCounted() {
        return new QueryException(
                ErrorCode.INVALID_PARAMETER, "The offset of a window's frame is a constant that is not negative.");
    }

    /// The current row's key plus or minus the offset; for a descending order the other way round.
    private Expr key(RexNode offset, boolean preceding) {
        List<RelFieldCollation> order = group.orderKeys.getFieldCollations();
        if (order.size() != 1) {
            throw new QueryException(
                    ErrorCode.FEATURE_NOT_SUPPORTED,
                    "A RANGE frame with an offset is over one column, ORDER BY has [%d].".formatted(order.size()),
                    "Count rows or groups, with ROWS or GROUPS.");
        }
        Expr key = inputs.get(order.getFirst().getFieldIndex());
        boolean back = preceding != order.getFirst().getDirection().isDescending();
        Expr amount = argument.apply(offset);
        if (!(amount instanceof Expr.Constant constant) || negative(constant)) {
            throw notCounted();
        }
        RelDataType type = offset.getType();
        if (LiteralTranslator.interval(type.getSqlTypeName())) {
            return shifted(key, Coercion.cast(amount, Simple.BIGINT), back, LiteralTranslator.months(type));
        }
        ColumnType common = Coercion.integer(key.type()) && Coercion.integer(amount.type())
                ? new ColumnType.Decimal(20, 0)
                : Coercion.common(key.type(), amount.type());
        return new Expr.Call(
                back ? Operator.SUBTRACT : Operator.ADD,
                List.of(Coercion.cast(key, common), Coercion.cast(amount, common)),
                common instanceof ColumnType.Decimal(int _, int scale) ? new ColumnType.Decimal(38, scale) : common);
    }

    private static boolean negative(Expr.Constant constant) {
        if (constant.value().hasNull() || constant.type() == Simple.BOOLEAN) {
            return true;
        }
        Expr.Constant number = (Expr.Constant) Coercion.cast(constant, Simple.DOUBLE);
        return number.value().getFloat64() < 0;
    }

    private static Expr shifted(Expr key, Expr amount, boolean back, boolean months) {
        Expr signed = back ? Coercion.fold(new Expr.Call(Operator.NEGATE, List.of(amount), Simple.BIGINT)) : amount;
        ColumnType type = key.type() == Simple.DATE ? Simple.TIMESTAMP : key.type();
        return new Expr.Call(
                months ? Operator.ADD_MONTHS : Operator.ADD_MICROS, List.of(Coercion.cast(key, type), signed), type);
    }
}
