package io.elanus.sql.plan.rule;

import io.elanus.proto.grpc.Literal;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/// Small functions over expression trees.
///
/// Expressions are put into one another only where that makes them little larger: what names its operand twice would
/// double with every query around it.
public final class Exprs {
    /// Nodes by which expressions may grow when others are put into them.
    private static final int GROWTH = 2_000;

    private Exprs() {}

    /// Does it stay about the size of both, to put the inputs into the expressions? Never where an input has another
    /// value each time: it is computed once for a row.
    static boolean fits(List<Expr> exprs, List<Expr> inputs) {
        if (inputs.stream().anyMatch(Expr::varies)) {
            return false;
        }
        long[] sizes = inputs.stream().mapToLong(Exprs::size).toArray();
        long apart = LongStream.of(sizes).sum();
        long together = 0;
        for (Expr expr : exprs) {
            apart += size(expr);
            together += size(expr, sizes);
        }
        return together <= apart + GROWTH;
    }

    static boolean fits(Expr expr, List<Expr> inputs) {
        return fits(List.of(expr), inputs);
    }

    private static long size(Expr expr) {
        return size(expr, new long[0]);
    }

    /// @param inputs what stands for an input counts, by its ordinal; 1 for those beyond
    private static long size(Expr expr, long[] inputs) {
        return switch (expr) {
            case Expr.Input(int ordinal, var _) -> ordinal < inputs.length ? inputs[ordinal] : 1;
            case Expr.Constant _, Expr.Parameter _ -> 1;
            case Expr.Call call -> {
                long size = 1;
                for (Expr argument : call.arguments()) {
                    size += size(argument, inputs);
                }
                yield size;
            }
        };
    }

    /// Replaces every input by the expression at its ordinal.
    public static Expr substitute(Expr expr, List<Expr> inputs) {
        return rewrite(expr, node -> node instanceof Expr.Input input ? inputs.get(input.ordinal()) : node);
    }

    public static List<Expr> substitute(List<Expr> exprs, List<Expr> inputs) {
        return exprs.stream().map(expr -> substitute(expr, inputs)).toList();
    }

    /// Replaces one subtree by another wherever it occurs.
    static Expr replace(Expr expr, Expr subtree, Expr by) {
        if (expr.equals(subtree)) {
            return by;
        }
        return expr instanceof Expr.Call call
                ? new Expr.Call(
                        call.operator(),
                        call.arguments().stream()
                                .map(argument -> replace(argument, subtree, by))
                                .toList(),
                        call.type())
                : expr;
    }

    /// Rewrites leaves, bottom up.
    public static Expr rewrite(Expr expr, UnaryOperator<Expr> leaf) {
        if (expr instanceof Expr.Call call) {
            var arguments = new ArrayList<Expr>(call.arguments().size());
            boolean changed = false;
            for (Expr argument : call.arguments()) {
                Expr rewritten = rewrite(argument, leaf);
                changed |= rewritten != argument;
                arguments.add(rewritten);
            }
            return changed ? new Expr.Call(call.operator(), arguments, call.type()) : expr;
        }
        return leaf.apply(expr);
    }

    /// Does the value stay the same for every row: constants and parameters only?
    static boolean constant(Expr expr) {
        return switch (expr) {
            case Expr.Constant _, Expr.Parameter _ -> true;
            case Expr.Input _ -> false;
            case Expr.Call call ->
                !call.operator().varies() && call.arguments().stream().allMatch(Exprs::constant);
        };
    }

    /// The parts of a condition that must all be TRUE.
    public static List<Expr> conjuncts(Expr condition) {
        if (condition instanceof Expr.Call call && call.operator() == Operator.AND) {
            return call.arguments().stream()
                    .flatMap(argument -> conjuncts(argument).stream())
                    .toList();
        }
        return List.of(condition);
    }

    /// All of them; empty for none.
    public static Optional<Expr> and(List<Expr> conditions) {
        return switch (conditions.size()) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(conditions.getFirst());
            default -> Optional.of(new Expr.Call(Operator.AND, conditions, Simple.BOOLEAN));
        };
    }

    /// LIMIT plus OFFSET, as BIGINT.
    static Expr sum(Expr limit, Optional<Expr> offset) {
        if (offset.isEmpty()) {
            return limit;
        }
        if (limit instanceof Expr.Constant a
                && offset.get() instanceof Expr.Constant b
                && !a.value().hasNull()) {
            long total = a.value().getInt64() + b.value().getInt64();
            long bounded = total < 0 ? Long.MAX_VALUE : total;
            return new Expr.Constant(Literal.newBuilder().setInt64(bounded).build(), Simple.BIGINT);
        }
        return new Expr.Call(Operator.ADD, List.of(limit, offset.get()), Simple.BIGINT);
    }
}
