package io.elanus.sql.plan.rel;

import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.rule.Exprs;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.calcite.rel.core.JoinInfo;

/// What a join asks of a pair of rows: keys that are equal, and the rest over the columns of both.
///
/// `a IS NOT DISTINCT FROM b` becomes two keys, of which no NULL keeps rows from each other: whether it is NULL, and
/// the value with some constant in the place of NULL.
record JoinCondition(List<Expr> leftKeys, List<Expr> rightKeys, Optional<Expr> residual) {
    /// @param both translates over the columns of both sides
    static JoinCondition of(JoinInfo info, List<PlanColumn> left, List<PlanColumn> right, ExprTranslator both) {
        List<Expr> leftInputs = PlanColumn.inputs(left);
        List<Expr> rightInputs = PlanColumn.inputs(right);
        var leftKeys = new ArrayList<Expr>();
        var rightKeys = new ArrayList<Expr>();
        var others = new ArrayList<>(both.all(info.nonEquiConditions));
        for (int i = 0; i < info.leftKeys.size(); i++) {
            Expr a = leftInputs.get(info.leftKeys.get(i));
            Expr b = rightInputs.get(info.rightKeys.get(i));
            ColumnType common = Coercion.common(a.type(), b.type());
            Optional<Expr> standIn = standIn(common);
            if (info.nullExclusionFlags.get(i)) {
                leftKeys.add(Coercion.cast(a, common));
                rightKeys.add(Coercion.cast(b, common));
            } else if (standIn.isPresent()) {
                addNullSafe(Coercion.cast(a, common), standIn.get(), leftKeys);
                addNullSafe(Coercion.cast(b, common), standIn.get(), rightKeys);
            } else {
                Expr moved = new Expr.Input(left.size() + info.rightKeys.get(i), b.type());
                others.add(ExprTranslator.compare(Operator.IS_NOT_DISTINCT_FROM, a, moved));
            }
        }
        others.removeIf(JoinCondition::alwaysTrue);
        return new JoinCondition(leftKeys, rightKeys, Exprs.and(others));
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
