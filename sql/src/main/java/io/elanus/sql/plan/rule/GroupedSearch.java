package io.elanus.sql.plan.rule;

import io.elanus.sql.plan.FragmentTemplate;
import io.elanus.sql.plan.FragmentTemplate.Shape;
import io.elanus.sql.plan.Merge;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.Plan.FragmentScan;
import io.elanus.sql.plan.WindowCall.Ranking;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;
import java.util.Optional;

/// `row_number() OVER (PARTITION BY g ORDER BY d) <= n` over a table: every shard sends only its first n rows of
/// each group. The window above numbers what comes, so the rule changes what is moved and never the answer.
final class GroupedSearch {
    /// Rows of a group that a shard keeps at most; above it everything is sent.
    private static final long MOST = 10_000;

    private GroupedSearch() {}

    /// The input with less to move; empty when the condition is no such bound.
    ///
    /// @param condition that the input's rows have to meet
    static Optional<Plan> of(Plan input, Expr condition) {
        return switch (input) {
            case Plan.Project project ->
                of(project.input(), Exprs.substitute(condition, project.exprs()))
                        .map(below -> new Plan.Project(below, project.exprs(), project.columns()));
            case Plan.Window window -> bound(window, condition).flatMap(bound -> below(window, bound));
            default -> Optional.empty();
        };
    }

    private static Optional<Expr> bound(Plan.Window window, Expr condition) {
        boolean numbers = window.calls().stream()
                .allMatch(call -> call instanceof Ranking ranking && ranking.function() == Ranking.Function.ROW_NUMBER);
        if (!numbers || window.partition().isEmpty() || window.order().isEmpty()) {
            return Optional.empty();
        }
        int width = window.input().columns().size();
        return Exprs.conjuncts(condition).stream()
                .filter(conjunct -> conjunct instanceof Expr.Call call
                        && (call.operator() == Operator.LE
                                || call.operator() == Operator.LT
                                || call.operator() == Operator.EQ)
                        && call.arguments().getFirst() instanceof Expr.Input(int ordinal, var _)
                        && ordinal >= width
                        && countable(call.arguments().get(1)))
                .map(conjunct -> ((Expr.Call) conjunct).arguments().get(1))
                .findFirst();
    }

    private static boolean countable(Expr bound) {
        return switch (bound) {
            case Expr.Constant constant ->
                constant.type() == Simple.BIGINT
                        && !constant.value().hasNull()
                        && constant.value().getInt64() >= 1
                        && constant.value().getInt64() <= MOST;
            default -> false;
        };
    }

    private static Optional<Plan> below(Plan.Window window, Expr limit) {
        if (!(window.input() instanceof FragmentScan scan) || !Pushdown.open(scan)) {
            return Optional.empty();
        }
        FragmentTemplate old = scan.fragment();
        List<SortKey> order = window.order().stream()
                .map(key ->
                        new SortKey(Exprs.substitute(key.expr(), old.projection()), key.descending(), key.nullsFirst()))
                .toList();
        var shape = new Shape.SortLimit(order, limit, Exprs.substitute(window.partition(), old.projection()));
        var template = new FragmentTemplate(old.inputColumnIds(), old.filter(), old.keys(), shape, old.projection());
        var less = new FragmentScan(scan.table(), template, Merge.Concat.ALL, scan.asOf(), scan.columns());
        return Optional.of(new Plan.Window(less, window.partition(), window.order(), window.calls(), window.columns()));
    }
}
