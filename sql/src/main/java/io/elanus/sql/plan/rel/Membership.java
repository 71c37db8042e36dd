package io.elanus.sql.plan.rel;

import static io.elanus.storage.filter.Operator.*;

import com.google.common.collect.Range;
import io.elanus.sql.type.Types;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexUnknownAs;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlQuantifyOperator;
import org.apache.calcite.util.Sarg;

/// Conditions that a value is one of some.
final class Membership {
    private Membership() {}

    /// `x = ? OR x = ? …`, which is what becomes of an IN list of parameters, is IN again: a set is looked up where
    /// a chain would compare with each.
    static Expr or(List<Expr> terms) {
        var points = new LinkedHashMap<Expr, List<Expr>>();
        var others = new ArrayList<Expr>();
        for (Expr term : terms) {
            if (term instanceof Expr.Call(Operator operator, List<Expr> sides, var _)
                    && operator == EQ
                    && (sides.get(1) instanceof Expr.Parameter || sides.get(1) instanceof Expr.Constant)
                    && sides.get(0).type().equals(sides.get(1).type())) {
                points.computeIfAbsent(sides.get(0), value -> new ArrayList<>(List.of(value)))
                        .add(sides.get(1));
            } else {
                others.add(term);
            }
        }
        points.values().forEach(sides -> others.add(new Expr.Call(sides.size() == 2 ? EQ : IN, sides, Simple.BOOLEAN)));
        return others.size() == 1 ? others.getFirst() : new Expr.Call(OR, others, Simple.BOOLEAN);
    }

    /// Is the value one of the points of a set, or none of them?
    ///
    /// @param pointType of the points
    static Expr points(Expr value, Sarg<?> sarg, RelDataType pointType) {
        boolean negated = sarg.isComplementedPoints();
        Sarg<?> points = negated ? sarg.negate() : sarg;
        Expr in = in(value, points, pointType);
        Expr result = negated ? new Expr.Call(NOT, List.of(in), Simple.BOOLEAN) : in;
        if (sarg.nullAs == RexUnknownAs.UNKNOWN) {
            return result;
        }
        Operator wrap = sarg.nullAs == RexUnknownAs.TRUE ? IS_NOT_FALSE : IS_TRUE;
        return new Expr.Call(wrap, List.of(result), Simple.BOOLEAN);
    }

    private static Expr in(Expr value, Sarg<?> points, RelDataType pointType) {
        var constants = new ArrayList<Expr.Constant>();
        ColumnType type = ExprTranslator.unbounded(Types.fromRel(pointType));
        boolean fit = true;
        for (Range<?> range : points.rangeSet.asRanges()) {
            var constant = new Expr.Constant(LiteralTranslator.literal(range.lowerEndpoint(), pointType, type), type);
            constants.add(constant);
            fit &= Comparisons.fits(constant, value.type());
        }
        if (constants.isEmpty()) {
            return new Expr.Call(
                    AND,
                    List.of(
                            new Expr.Call(IS_NULL, List.of(value), Simple.BOOLEAN),
                            new Expr.Constant(Literals.NULL, Simple.BOOLEAN)),
                    Simple.BOOLEAN);
        }
        ColumnType common = fit ? value.type() : Coercion.common(value.type(), type);
        var arguments = new ArrayList<Expr>();
        arguments.add(Coercion.cast(value, common));
        constants.forEach(constant -> arguments.add(Coercion.cast(constant, common)));
        return arguments.size() == 2
                ? new Expr.Call(EQ, arguments, Simple.BOOLEAN)
                : new Expr.Call(IN, arguments, Simple.BOOLEAN);
    }

    /// `x = ANY (array)`.
    static Expr some(RexCall call, ExprTranslator exprs) {
        Expr array = exprs.of(call.operands.get(1));
        boolean equal = call.getOperator() instanceof SqlQuantifyOperator quantified
                && quantified.comparisonKind == SqlKind.EQUALS;
        if (!equal || !(array.type() instanceof ColumnType.Array(ColumnType item))) {
            throw ExprTranslator.unsupported("ANY with this comparison");
        }
        return new Expr.Call(ARRAY_CONTAINS, List.of(array, exprs.cast(call.operands.get(0), item)), Simple.BOOLEAN);
    }
}
