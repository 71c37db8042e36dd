package io.elanus.sql.plan.rel;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.FragmentTemplate;
import io.elanus.sql.plan.Plan;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.filter.Expr;
import java.util.ArrayList;
import java.util.List;

/// Refuses plans that nest deeper than the threads that run them, and the messages that carry them, can follow.
/// Plans are made on a deep stack but run on ordinary ones.
final class Nesting {
    private static final int MAX_EXPRESSION = 500;
    private static final int MAX_PLAN = 500;

    private Nesting() {}

    static void check(Plan plan) {
        check(plan, 1);
    }

    private static void check(Plan plan, int depth) {
        if (depth > MAX_PLAN) {
            throw tooDeep("queries", MAX_PLAN);
        }
        exprs(plan).forEach(expr -> check(expr, 1));
        plan.inputs().forEach(input -> check(input, depth + 1));
    }

    private static void check(Expr expr, int depth) {
        if (depth > MAX_EXPRESSION) {
            throw tooDeep("expressions", MAX_EXPRESSION);
        }
        if (expr instanceof Expr.Call call) {
            call.arguments().forEach(argument -> check(argument, depth + 1));
        }
    }

    private static QueryException tooDeep(String what, int most) {
        return new QueryException(
                ErrorCode.STATEMENT_TOO_COMPLEX,
                "Statement nests too deeply: the most is [%d] %s within one another.".formatted(most, what),
                "Split it into several statements, or use IN (…) and WITH.");
    }

    /// The expressions that people write; LIMIT and OFFSET are plain.
    private static List<Expr> exprs(Plan plan) {
        return switch (plan) {
            case Plan.FragmentScan scan -> ofFragment(scan.fragment());
            case Plan.Filter filter -> List.of(filter.condition());
            case Plan.Project project -> project.exprs();
            case Plan.Aggregate aggregate -> {
                var exprs = new ArrayList<>(aggregate.keys());
                aggregate.calls().forEach(call -> exprs.addAll(call.arguments()));
                yield exprs;
            }
            case Plan.HashJoin join -> {
                var exprs = new ArrayList<>(join.leftKeys());
                exprs.addAll(join.rightKeys());
                join.residual().ifPresent(exprs::add);
                yield exprs;
            }
            case Plan.NestedLoopJoin join -> join.condition().map(List::of).orElse(List.of());
            case Plan.Values values ->
                values.rows().stream().flatMap(List::stream).toList();
            case Plan.Sort _,
                    Plan.Limit _,
                    Plan.Union _,
                    Plan.Intersect _,
                    Plan.Except _,
                    Plan.SystemScan _,
                    Plan.FileScan _,
                    Plan.Recursive _,
                    Plan.Prepared _,
                    Plan.WorkingTable _,
                    Plan.Lookup _,
                    Plan.Window _ -> List.of();
            case Plan.Unnest unnest -> unnest.arrays();
        };
    }

    private static List<Expr> ofFragment(FragmentTemplate fragment) {
        var exprs = new ArrayList<>(fragment.projection());
        fragment.filter().ifPresent(exprs::add);
        if (fragment.shape() instanceof FragmentTemplate.Shape.PartialAggregate(var keys, var calls)) {
            exprs.addAll(keys);
            calls.forEach(call -> exprs.addAll(call.arguments()));
        }
        return exprs;
    }
}
