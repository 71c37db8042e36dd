package io.elanus.sql.plan.rule;

import io.elanus.sql.plan.FragmentTemplate;
import io.elanus.sql.plan.FragmentTemplate.Shape;
import io.elanus.sql.plan.Merge;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.Plan.FragmentScan;
import io.elanus.sql.plan.WindowCall.Ranking;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.Metric;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/// `row_number() OVER (PARTITION BY g ORDER BY d) <= n` over a table: every shard sends only its first n rows of
/// each group. The window above numbers what comes, so the rule changes what is moved and never the answer.
///
/// With `ORDER BY d LIMIT k` above, d a distance, it is a grouped search: every shard sends the k nearest of its
/// rows that are among the first n of their groups, which an index finds without a look at the others. The k first
/// of all are among those: for a row that a shard leaves out, it sends k nearer ones, and where rows of other
/// shards crowd some of these out of their groups, they are nearer still.
final class GroupedSearch {
    /// Rows of a group that a shard keeps at most; above it everything is sent.
    private static final long MOST = 10_000;

    private GroupedSearch() {}

    /// The input with less to move; empty when the condition is no such bound.
    ///
    /// @param condition that the input's rows have to meet
    static Optional<Plan> of(Plan input, Expr condition) {
        return switch (input) {
            case Plan.Project project
            when Exprs.fits(condition, project.exprs()) ->
                of(project.input(), Exprs.substitute(condition, project.exprs()))
                        .map(below -> new Plan.Project(below, project.exprs(), project.columns()));
            case Plan.Window window -> bound(window, condition).flatMap(bound -> below(window, bound));
            default -> Optional.empty();
        };
    }

    /// The input as a grouped search.
    ///
    /// @param key that orders the rows of the input
    /// @param search makes a search by a distance of what a scan reads
    static Optional<Plan> nearest(
            Plan input, SortKey key, BiFunction<FragmentScan, VectorSearch, FragmentScan> search) {
        return nearest(input, key, Optional.empty(), search);
    }

    private static Optional<Plan> nearest(
            Plan input,
            SortKey key,
            Optional<Expr> condition,
            BiFunction<FragmentScan, VectorSearch, FragmentScan> search) {
        return switch (input) {
            case Plan.Project project
            when Exprs.fits(key.expr(), project.exprs())
                    && condition.stream().allMatch(expr -> Exprs.fits(expr, project.exprs())) ->
                nearest(
                                project.input(),
                                new SortKey(
                                        Exprs.substitute(key.expr(), project.exprs()),
                                        key.descending(),
                                        key.nullsFirst()),
                                condition.map(expr -> Exprs.substitute(expr, project.exprs())),
                                search)
                        .map(below -> new Plan.Project(below, project.exprs(), project.columns()));
            case Plan.Filter filter
            when condition.isEmpty() ->
                nearest(filter.input(), key, Optional.of(filter.condition()), search)
                        .map(below -> new Plan.Filter(below, filter.condition()));
            case Plan.Window window
            when condition.isPresent() && orders(window, key) ->
                first(window, condition.get()).flatMap(size -> search(window, key, size, search));
            default -> Optional.empty();
        };
    }

    /// How many first rows of each group the condition asks for, if that is all it asks for.
    private static Optional<Expr> first(Plan.Window window, Expr condition) {
        if (Exprs.conjuncts(condition).size() != 1 || !(condition instanceof Expr.Call call)) {
            return Optional.empty();
        }
        return bound(window, condition)
                .filter(Expr.Constant.class::isInstance)
                .map(bound -> ((Expr.Constant) bound).value().getInt64())
                .filter(number -> call.operator() == Operator.LE
                        || call.operator() == Operator.LT && number > 1
                        || call.operator() == Operator.EQ && number == 1)
                .map(number -> call.operator() == Operator.LT ? number - 1 : number)
                .map(number -> new Expr.Constant(Literals.of(number, Simple.BIGINT), Simple.BIGINT));
    }

    private static boolean orders(Plan.Window window, SortKey key) {
        SortKey order = window.order().getFirst();
        return window.order().size() == 1
                && order.descending() == key.descending()
                && order.expr().equals(key.expr())
                && window.partition().stream().noneMatch(Exprs::constant);
    }

    private static Optional<Plan> search(
            Plan.Window window, SortKey key, Expr size, BiFunction<FragmentScan, VectorSearch, FragmentScan> search) {
        if (!(window.input() instanceof FragmentScan scan)
                || !(scan.fragment().shape() instanceof Shape.SortLimit sort)
                || sort.partition().isEmpty()
                || !Exprs.fits(key.expr(), scan.fragment().projection())) {
            return Optional.empty();
        }
        FragmentTemplate old = scan.fragment();
        var overInputs =
                new SortKey(Exprs.substitute(key.expr(), old.projection()), key.descending(), key.nullsFirst());
        return VectorSearch.of(overInputs)
                .filter(nearest -> nearest.metric() != Metric.BM25)
                .map(nearest -> {
                    FragmentScan found = search.apply(scan, nearest);
                    var shape =
                            new Shape.GroupedTopK((Shape.TopK) found.fragment().shape(), sort.partition(), size);
                    return new Plan.Window(
                            Pushdown.shaped(found, shape),
                            window.partition(),
                            window.order(),
                            window.calls(),
                            window.columns());
                });
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
        if (!(window.input() instanceof FragmentScan scan)
                || !Pushdown.open(scan)
                || !Exprs.fits(window.partition(), scan.fragment().projection())
                || !Exprs.fits(exprs(window.order()), scan.fragment().projection())) {
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

    private static List<Expr> exprs(List<SortKey> keys) {
        return keys.stream().map(SortKey::expr).toList();
    }
}
