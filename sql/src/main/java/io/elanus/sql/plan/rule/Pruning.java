package io.elanus.sql.plan.rule;

import io.elanus.sql.plan.FragmentTemplate;
import io.elanus.sql.plan.FragmentTemplate.Shape;
import io.elanus.sql.plan.Merge;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.Plan.FragmentScan;
import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// The last look at a finished plan: fragments read only the columns they use, and a condition that names the keys
/// becomes a key look-up.
public final class Pruning {
    private Pruning() {}

    public static Plan apply(Plan plan) {
        return switch (plan) {
            case FragmentScan scan -> prune(keys(scan));
            case Plan.Values values -> values;
            case Plan.SystemScan scan -> scan;
            case Plan.FileScan scan -> scan;
            case Plan.WorkingTable working -> working;
            case Plan.Recursive node ->
                new Plan.Recursive(node.working(), apply(node.seed()), apply(node.step()), node.all());
            case Plan.Prepared node ->
                new Plan.Prepared(
                        apply(node.input()),
                        node.values().stream()
                                .map(value -> new Plan.Value(value.parameter(), apply(value.rows())))
                                .toList());
            case Plan.Unnest node ->
                new Plan.Unnest(apply(node.input()), node.arrays(), node.ordinality(), node.outer(), node.columns());
            case Plan.Lookup node ->
                new Plan.Lookup(apply(node.input()), apply(node.search()), node.given(), node.outer());
            case Plan.Filter node -> new Plan.Filter(apply(node.input()), node.condition());
            case Plan.Project node ->
                FileColumns.apply(new Plan.Project(apply(node.input()), node.exprs(), node.columns()));
            case Plan.Aggregate node ->
                FileColumns.apply(new Plan.Aggregate(apply(node.input()), node.keys(), node.calls(), node.columns()));
            case Plan.Sort node -> new Plan.Sort(apply(node.input()), node.keys(), node.offset(), node.limit());
            case Plan.Limit node -> new Plan.Limit(apply(node.input()), node.offset(), node.limit());
            case Plan.Window node ->
                new Plan.Window(apply(node.input()), node.partition(), node.order(), node.calls(), node.columns());
            case Plan.HashJoin node ->
                new Plan.HashJoin(
                        apply(node.left()),
                        apply(node.right()),
                        node.kind(),
                        node.leftKeys(),
                        node.rightKeys(),
                        node.residual());
            case Plan.NestedLoopJoin node ->
                new Plan.NestedLoopJoin(apply(node.left()), apply(node.right()), node.kind(), node.condition());
            case Plan.Union node -> new Plan.Union(all(node.inputs()), node.all());
            case Plan.Intersect node -> new Plan.Intersect(all(node.inputs()), node.all());
            case Plan.Except node -> new Plan.Except(all(node.inputs()), node.all());
        };
    }

    private static List<Plan> all(List<Plan> plans) {
        return plans.stream().map(Pruning::apply).toList();
    }

    /// `key = 5 AND rest` reads the one row with key 5 and filters by the rest.
    private static FragmentScan keys(FragmentScan scan) {
        FragmentTemplate old = scan.fragment();
        if (old.filter().isEmpty() || !old.keys().isEmpty()) {
            return scan;
        }
        int keyOrdinal = old.inputColumnIds().indexOf(scan.table().keyColumnId());
        var rest = new ArrayList<Expr>();
        List<Expr> keys = List.of();
        for (Expr conjunct : Exprs.conjuncts(old.filter().get())) {
            List<Expr> found = keys.isEmpty() && keyOrdinal >= 0 ? keyValues(conjunct, keyOrdinal) : List.of();
            if (found.isEmpty()) {
                rest.add(conjunct);
            } else {
                keys = found;
            }
        }
        if (keys.isEmpty()) {
            return scan;
        }
        var template = new FragmentTemplate(old.inputColumnIds(), Exprs.and(rest), keys, old.shape(), old.projection());
        return new FragmentScan(scan.table(), template, scan.merge(), scan.asOf(), scan.columns());
    }

    private static List<Expr> keyValues(Expr conjunct, int keyOrdinal) {
        boolean keyed = conjunct instanceof Expr.Call call
                && (call.operator() == Operator.EQ || call.operator() == Operator.IN)
                && call.arguments().getFirst() instanceof Expr.Input input
                && input.ordinal() == keyOrdinal;
        if (!keyed) {
            return List.of();
        }
        List<Expr> arguments = ((Expr.Call) conjunct).arguments();
        List<Expr> values = arguments.subList(1, arguments.size());
        boolean fit = values.stream()
                .allMatch(value -> Exprs.constant(value)
                        && !(value instanceof Expr.Constant constant
                                && constant.value().hasNull())
                        && sameKind(value.type(), arguments.getFirst().type()));
        return fit ? List.copyOf(values) : List.of();
    }

    private static boolean sameKind(ColumnType value, ColumnType key) {
        return value.equals(key) || (value instanceof ColumnType.Varchar && key instanceof ColumnType.Varchar);
    }

    private static FragmentScan prune(FragmentScan scan) {
        FragmentTemplate old = scan.fragment();
        var used = new TreeMap<Integer, Boolean>();
        int distance = old.inputColumnIds().size();
        UnaryOperator<Expr> collect = leaf -> {
            if (leaf instanceof Expr.Input input && input.ordinal() < distance) {
                used.put(input.ordinal(), true);
            }
            return leaf;
        };
        rewrite(old, scan.merge(), collect);
        if (used.size() == distance) {
            return scan;
        }
        Map<Integer, Integer> moved = new HashMap<>();
        var ids = new ArrayList<Integer>();
        for (int ordinal : used.keySet()) {
            moved.put(ordinal, ids.size());
            ids.add(old.inputColumnIds().get(ordinal));
        }
        moved.put(distance, ids.size());
        UnaryOperator<Expr> move = leaf -> leaf instanceof Expr.Input input
                ? new Expr.Input(moved.getOrDefault(input.ordinal(), input.ordinal()), input.type())
                : leaf;
        Rewritten rewritten = rewrite(old, scan.merge(), move);
        FragmentTemplate template = rewritten.template();
        var pruned =
                new FragmentTemplate(ids, template.filter(), template.keys(), template.shape(), template.projection());
        return new FragmentScan(scan.table(), pruned, rewritten.merge(), scan.asOf(), scan.columns());
    }

    private record Rewritten(FragmentTemplate template, Merge merge) {}

    private static Rewritten rewrite(FragmentTemplate old, Merge merge, UnaryOperator<Expr> leaf) {
        UnaryOperator<Expr> expr = tree -> Exprs.rewrite(tree, leaf);
        Optional<Expr> filter = old.filter().map(expr);
        Shape shape = switch (old.shape()) {
            case Shape.Scan scan -> scan;
            case Shape.TopK topK -> topK;
            case Shape.GroupedTopK(var nearest, var groups, var size) ->
                new Shape.GroupedTopK(nearest, groups.stream().map(expr).toList(), size);
            case Shape.SortLimit(List<SortKey> keys, Expr limit, List<Expr> partition) ->
                new Shape.SortLimit(
                        keys.stream()
                                .map(key -> new SortKey(expr.apply(key.expr()), key.descending(), key.nullsFirst()))
                                .toList(),
                        limit,
                        partition.stream().map(expr).toList());
            case Shape.PartialAggregate(List<Expr> keys, List<AggregateCall> calls) ->
                new Shape.PartialAggregate(keys.stream().map(expr).toList(), calls(calls, expr));
        };
        Merge merged = merge instanceof Merge.FinalAggregate(List<Expr> keys, List<AggregateCall> calls)
                ? new Merge.FinalAggregate(keys.stream().map(expr).toList(), calls(calls, expr))
                : merge;
        var projection = old.projection().stream().map(expr).toList();
        return new Rewritten(new FragmentTemplate(old.inputColumnIds(), filter, old.keys(), shape, projection), merged);
    }

    private static List<AggregateCall> calls(List<AggregateCall> calls, UnaryOperator<Expr> expr) {
        return calls.stream()
                .map(call -> new AggregateCall(
                        call.function(),
                        call.arguments().stream().map(expr).toList(),
                        call.filter().map(expr),
                        call.distinct(),
                        call.type()))
                .toList();
    }
}
