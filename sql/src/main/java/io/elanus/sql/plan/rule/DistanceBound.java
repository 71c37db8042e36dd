package io.elanus.sql.plan.rule;

import io.elanus.sql.plan.FragmentTemplate.Shape.Bound;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import java.util.Optional;

/// Reads a condition as a greatest distance for the search beside it: `d < r`, `r >= d`, `1 - d > s`, `-d >= s` and
/// the like, with constants or parameters.
final class DistanceBound {
    private DistanceBound() {}

    /// A comparison with the side that has the distance on the left.
    private record Comparison(Expr left, Operator operator, Expr right) {}

    static Optional<Bound> of(Expr conjunct, VectorSearch nearest) {
        if (!(conjunct instanceof Expr.Call call) || call.arguments().size() != 2) {
            return Optional.empty();
        }
        Expr first = call.arguments().get(0);
        Expr second = call.arguments().get(1);
        return switch (call.operator()) {
            case LT, LE, GT, GE ->
                Exprs.constant(second)
                        ? solve(new Comparison(first, call.operator(), second), nearest)
                        : Exprs.constant(first)
                                ? solve(new Comparison(second, call.operator().mirrored(), first), nearest)
                                : Optional.empty();
            default -> Optional.empty();
        };
    }

    /// Takes the left side apart until the bare distance is left.
    private static Optional<Bound> solve(Comparison comparison, VectorSearch nearest) {
        if (comparison.left.equals(nearest.distance())) {
            return bound(comparison, nearest);
        }
        if (!(comparison.left instanceof Expr.Call call)) {
            return Optional.empty();
        }
        Operator operator = comparison.operator;
        Expr right = comparison.right;
        List<Expr> parts = call.arguments();
        return switch (call.operator()) {
            case NEGATE -> solve(new Comparison(parts.getFirst(), operator.mirrored(), negated(right)), nearest);
            case SUBTRACT ->
                Exprs.constant(parts.get(1))
                        ? solve(
                                new Comparison(parts.get(0), operator, call(Operator.ADD, right, parts.get(1))),
                                nearest)
                        : Exprs.constant(parts.get(0))
                                ? solve(
                                        new Comparison(
                                                parts.get(1),
                                                operator.mirrored(),
                                                call(Operator.SUBTRACT, parts.get(0), right)),
                                        nearest)
                                : Optional.empty();
            case CAST ->
                call.type() == Simple.DOUBLE && parts.getFirst().type() == Simple.DOUBLE
                        ? solve(new Comparison(parts.getFirst(), operator, right), nearest)
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private static Optional<Bound> bound(Comparison comparison, VectorSearch nearest) {
        boolean similarity = nearest.similarity();
        Operator operator = similarity ? comparison.operator.mirrored() : comparison.operator;
        Expr limit = similarity ? negated(comparison.right) : number(comparison.right);
        return switch (operator) {
            case LT -> Optional.of(new Bound(limit, false));
            case LE -> Optional.of(new Bound(limit, true));
            default -> Optional.empty();
        };
    }

    private static Expr negated(Expr expr) {
        return new Expr.Call(Operator.NEGATE, List.of(number(expr)), Simple.DOUBLE);
    }

    private static Expr call(Operator operator, Expr left, Expr right) {
        return new Expr.Call(operator, List.of(number(left), number(right)), Simple.DOUBLE);
    }

    private static Expr number(Expr expr) {
        ColumnType type = expr.type();
        return type == Simple.DOUBLE ? expr : new Expr.Call(Operator.CAST, List.of(expr), Simple.DOUBLE);
    }
}
