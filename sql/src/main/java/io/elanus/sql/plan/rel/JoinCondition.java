package io.elanus.sql.plan.rel;

import io.elanus.sql.plan.rule.Exprs;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.core.JoinInfo;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;

/// What a join asks of a pair of rows: keys that are equal, and the rest over the columns of both.
///
/// `a IS NOT DISTINCT FROM b` becomes two keys, of which no NULL keeps rows from each other: whether it is NULL, and
/// the value with some constant in the place of NULL.
record JoinCondition(List<Expr> leftKeys, List<Expr> rightKeys, Optional<Expr> residual) {
    JoinCondition {
        leftKeys = List.copyOf(leftKeys);
        rightKeys = List.copyOf(rightKeys);
    }

    /// @param left  translates over the columns of the left side, and so on
    static JoinCondition of(JoinInfo info, Sides sides) {
        var builder = new Builder(sides);
        for (int i = 0; i < info.leftKeys.size(); i++) {
            Expr a = sides.left().input(info.leftKeys.get(i));
            Expr b = sides.right().input(info.rightKeys.get(i));
            if (info.nullExclusionFlags.get(i)) {
                builder.equal(a, b);
            } else {
                builder.notDistinct(a, b);
            }
        }
        info.nonEquiConditions.forEach(builder::take);
        return builder.build();
    }

    /// With the right side's columns before the left side's.
    JoinCondition swapped(int leftCount, int rightCount) {
        Optional<Expr> moved = residual.map(expr -> Exprs.rewrite(
                expr,
                leaf -> leaf instanceof Expr.Input(int ordinal, ColumnType type)
                        ? new Expr.Input(ordinal < leftCount ? ordinal + rightCount : ordinal - leftCount, type)
                        : leaf));
        return new JoinCondition(rightKeys, leftKeys, moved);
    }

    /// Translators over the columns of the left side, of the right, and of the right behind the left.
    record Sides(ExprTranslator left, ExprTranslator right, ExprTranslator both, int leftCount) {}

    private static final class Builder {
        private final Sides sides;
        private final List<Expr> leftKeys = new ArrayList<>();
        private final List<Expr> rightKeys = new ArrayList<>();
        private final List<Expr> others = new ArrayList<>();

        Builder(Sides sides) {
            this.sides = sides;
        }

        JoinCondition build() {
            return new JoinCondition(leftKeys, rightKeys, Exprs.and(others));
        }

        /// Calcite sees equal columns only; a key may be any expression of one side.
        void take(RexNode condition) {
            if (condition.getKind() == SqlKind.EQUALS) {
                var call = (RexCall) condition;
                RexNode a = call.getOperands().get(0);
                RexNode b = call.getOperands().get(1);
                if (ofLeft(a) && ofRight(b)) {
                    equal(sides.left().of(a), right(b));
                    return;
                }
                if (ofRight(a) && ofLeft(b)) {
                    equal(sides.left().of(b), right(a));
                    return;
                }
            }
            Expr other = sides.both().of(condition);
            if (!alwaysTrue(other)) {
                others.add(other);
            }
        }

        private boolean ofLeft(RexNode node) {
            ImmutableBitSet columns = RelOptUtil.InputFinder.bits(node);
            return !columns.isEmpty() && columns.length() <= sides.leftCount();
        }

        private boolean ofRight(RexNode node) {
            ImmutableBitSet columns = RelOptUtil.InputFinder.bits(node);
            return !columns.isEmpty() && columns.nth(0) >= sides.leftCount();
        }

        private Expr right(RexNode node) {
            return sides.right().of(RexUtil.shift(node, -sides.leftCount()));
        }

        void equal(Expr a, Expr b) {
            ColumnType common = Coercion.common(a.type(), b.type());
            leftKeys.add(Coercion.cast(a, common));
            rightKeys.add(Coercion.cast(b, common));
        }

        /// @param a, b columns
        void notDistinct(Expr a, Expr b) {
            ColumnType common = Coercion.common(a.type(), b.type());
            Optional<Expr> standIn = standIn(common);
            if (standIn.isPresent()) {
                addNullSafe(Coercion.cast(a, common), standIn.get(), leftKeys);
                addNullSafe(Coercion.cast(b, common), standIn.get(), rightKeys);
            } else {
                Expr moved = new Expr.Input(sides.leftCount() + ((Expr.Input) b).ordinal(), b.type());
                others.add(Comparisons.of(Operator.IS_NOT_DISTINCT_FROM, a, moved));
            }
        }
    }

    private static void addNullSafe(Expr value, Expr standIn, List<Expr> keys) {
        keys.add(new Expr.Call(Operator.COALESCE, List.of(value, standIn), value.type()));
        keys.add(new Expr.Call(Operator.IS_NULL, List.of(value), Simple.BOOLEAN));
    }

    /// Any constant of the type; empty when the type is no key of a hash table.
    private static Optional<Expr> standIn(ColumnType type) {
        String text = switch (type) {
            case ColumnType.Varchar _ -> "";
            case ColumnType.Decimal _ -> "0";
            case Simple simple ->
                switch (simple) {
                    case BOOLEAN -> "false";
                    case TINYINT, SMALLINT, INTEGER, BIGINT, REAL, DOUBLE -> "0";
                    case DATE -> "1970-01-01";
                    case VARBINARY, TIME, TIMESTAMP, TIMESTAMP_TZ, UUID, JSON -> null;
                };
            case ColumnType.Array _, ColumnType.Vector _ -> null;
        };
        return Optional.ofNullable(text).map(value -> new Expr.Constant(Literals.parse(value, type), type));
    }

    private static boolean alwaysTrue(Expr expr) {
        return expr instanceof Expr.Constant constant && constant.value().getBool();
    }
}
