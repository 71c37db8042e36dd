package io.elanus.sql.plan.rule;

import io.elanus.sql.parser.ParsedStatement.SearchMode;
import io.elanus.sql.plan.FragmentTemplate;
import io.elanus.sql.plan.FragmentTemplate.Shape;
import io.elanus.sql.plan.Merge;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.Plan.FragmentScan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.AggregateFunction;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Builds plan nodes from the bottom up, each as far down as it may go.
public final class Pushdown {
    /// Rows that a shard may be asked to keep in order; above it they are sorted where the memory is budgeted.
    private static final long MAX_SHARD_SORT = 10_000;

    private final SearchMode search;
    private final Map<String, String> searchParameters;
    private final Indexes indexes;

    /// The indexes of the catalog.
    @FunctionalInterface
    public interface Indexes {
        Indexes NONE = (_, _, _) -> Optional.empty();

        /// Name of one that serves searches of a column by a metric.
        Optional<String> findServing(long tableId, int columnId, Metric metric);
    }

    /// @param searchParameters of the statement's hints: ef_search, nprobe
    public Pushdown(SearchMode search, Map<String, String> searchParameters, Indexes indexes) {
        this.search = search;
        this.indexes = indexes;
        this.searchParameters = search.targetAccuracy() > 0
                ? Map.of("target_accuracy", Integer.toString(search.targetAccuracy()))
                : Map.copyOf(searchParameters);
    }

    /// All rows of these columns of a table.
    public static FragmentScan scan(TableSchema table, List<Column> columns, Optional<Expr> asOf) {
        var ids = new ArrayList<Integer>();
        var projection = new ArrayList<Expr>();
        var outputs = new ArrayList<PlanColumn>();
        for (Column column : columns) {
            projection.add(new Expr.Input(ids.size(), column.type()));
            outputs.add(new PlanColumn(column.name(), column.type()));
            ids.add(column.id());
        }
        var template =
                new FragmentTemplate(ids, Optional.empty(), List.of(), new Shape.Scan(Optional.empty()), projection);
        return new FragmentScan(table, template, Merge.Concat.ALL, asOf, outputs);
    }

    /// Has the scan done nothing yet that depends on the number or the order of its rows?
    static boolean open(FragmentScan scan) {
        return scan.fragment().shape() instanceof Shape.Scan(var limit)
                && limit.isEmpty()
                && scan.merge().equals(Merge.Concat.ALL);
    }

    public Plan filter(Plan input, Expr condition) {
        if (!(input instanceof FragmentScan scan)
                || !open(scan)
                || !Exprs.fits(condition, scan.fragment().projection())) {
            return new Plan.Filter(GroupedSearch.of(input, condition).orElse(input), condition);
        }
        FragmentTemplate old = scan.fragment();
        var conditions = new ArrayList<Expr>();
        old.filter().ifPresent(filter -> conditions.addAll(Exprs.conjuncts(filter)));
        for (Expr conjunct : Exprs.conjuncts(Exprs.substitute(condition, old.projection()))) {
            if (!conditions.contains(conjunct)) {
                conditions.add(conjunct);
            }
        }
        var template = new FragmentTemplate(
                old.inputColumnIds(), Exprs.and(conditions), old.keys(), old.shape(), old.projection());
        return new FragmentScan(scan.table(), template, scan.merge(), scan.asOf(), scan.columns());
    }

    public Plan project(Plan input, List<Expr> exprs, List<String> names) {
        var node = Plan.Project.of(input, exprs, names);
        if (identity(input, exprs)) {
            return rename(input, node.columns());
        }
        if (input instanceof Plan.Project below && Exprs.fits(exprs, below.exprs())) {
            return project(below.input(), Exprs.substitute(exprs, below.exprs()), names);
        }
        if (!(input instanceof FragmentScan scan)
                || scan.fragment().shape() instanceof Shape.PartialAggregate
                || !Exprs.fits(exprs, scan.fragment().projection())) {
            return node;
        }
        Optional<Merge> merge = remap(scan.merge(), exprs);
        if (merge.isEmpty()) {
            return node;
        }
        FragmentTemplate old = scan.fragment();
        var template = new FragmentTemplate(
                old.inputColumnIds(), old.filter(), old.keys(), old.shape(), Exprs.substitute(exprs, old.projection()));
        return new FragmentScan(scan.table(), template, merge.get(), scan.asOf(), node.columns());
    }

    private static boolean identity(Plan input, List<Expr> exprs) {
        if (exprs.size() != input.columns().size()) {
            return false;
        }
        for (int i = 0; i < exprs.size(); i++) {
            if (!(exprs.get(i) instanceof Expr.Input ref) || ref.ordinal() != i) {
                return false;
            }
        }
        return true;
    }

    private static Plan rename(Plan input, List<PlanColumn> columns) {
        if (input.columns().equals(columns)) {
            return input;
        }
        return switch (input) {
            case FragmentScan scan ->
                new FragmentScan(scan.table(), scan.fragment(), scan.merge(), scan.asOf(), columns);
            case Plan.Project project -> new Plan.Project(project.input(), project.exprs(), columns);
            case Plan.Aggregate node -> new Plan.Aggregate(node.input(), node.keys(), node.calls(), columns);
            case Plan.Values values -> new Plan.Values(values.rows(), columns);
            case Plan other -> new Plan.Project(other, PlanColumn.inputs(other.columns()), columns);
        };
    }

    /// The merge over new output columns, if they still have the sort keys.
    private static Optional<Merge> remap(Merge merge, List<Expr> exprs) {
        return switch (merge) {
            case Merge.Concat concat -> Optional.of(concat);
            case Merge.FinalAggregate _ -> Optional.empty();
            case Merge.Sorted(List<SortKey> keys, var offset, var limit) -> {
                var moved = new ArrayList<SortKey>();
                for (SortKey key : keys) {
                    int at = exprs.indexOf(key.expr());
                    if (at < 0) {
                        yield Optional.empty();
                    }
                    var expr = new Expr.Input(at, key.expr().type());
                    moved.add(new SortKey(expr, key.descending(), key.nullsFirst()));
                }
                yield Optional.of(new Merge.Sorted(moved, offset, limit));
            }
        };
    }

    public Plan limit(Plan input, Optional<Expr> offset, Optional<Expr> limit) {
        if (offset.isEmpty() && limit.isEmpty()) {
            return input;
        }
        if (input instanceof FragmentScan scan && open(scan) && limit.isPresent()) {
            FragmentTemplate old = scan.fragment();
            var shape = new Shape.Scan(Optional.of(Exprs.sum(limit.get(), offset)));
            var template =
                    new FragmentTemplate(old.inputColumnIds(), old.filter(), old.keys(), shape, old.projection());
            return new FragmentScan(
                    scan.table(), template, new Merge.Concat(offset, limit), scan.asOf(), scan.columns());
        }
        return new Plan.Limit(input, offset, limit);
    }

    /// @param keys over the input's columns
    public Plan sort(Plan input, List<SortKey> keys, Optional<Expr> offset, Optional<Expr> limit) {
        if (limit.isEmpty()) {
            return new Plan.Sort(input, keys, offset, limit);
        }
        List<Expr> sorted = keys.stream().map(SortKey::expr).toList();
        if (!(input instanceof FragmentScan scan)
                || !open(scan)
                || !Exprs.fits(sorted, scan.fragment().projection())) {
            return new Plan.Sort(grouped(input, keys, Exprs.sum(limit.get(), offset)), keys, offset, limit);
        }
        var overInputs = keys.stream()
                .map(key -> new SortKey(
                        Exprs.substitute(key.expr(), scan.fragment().projection()), key.descending(), key.nullsFirst()))
                .toList();
        Expr rows = Exprs.sum(limit.get(), offset);
        Optional<VectorSearch> nearest = VectorSearch.of(overInputs.getFirst());
        if (nearest.isPresent()) {
            FragmentScan found = topK(scan, nearest.get(), rows);
            return keys.size() == 1
                    ? merged(found, new Merge.Sorted(keys, offset, limit))
                    : new Plan.Sort(found, keys, offset, limit);
        }
        if (rows instanceof Expr.Constant constant && constant.value().getInt64() > MAX_SHARD_SORT) {
            return new Plan.Sort(input, keys, offset, limit);
        }
        FragmentTemplate old = scan.fragment();
        var template = new FragmentTemplate(
                old.inputColumnIds(),
                old.filter(),
                old.keys(),
                new Shape.SortLimit(overInputs, rows),
                old.projection());
        return new FragmentScan(
                scan.table(), template, new Merge.Sorted(keys, offset, limit), scan.asOf(), scan.columns());
    }

    private Plan grouped(Plan input, List<SortKey> keys, Expr rows) {
        Optional<Plan> search = keys.size() == 1
                ? GroupedSearch.nearest(input, keys.getFirst(), (scan, nearest) -> topK(scan, nearest, rows))
                : Optional.empty();
        return search.orElse(input);
    }

    /// The same rows of a table, chosen in another way.
    static FragmentScan shaped(FragmentScan scan, Shape shape) {
        FragmentTemplate old = scan.fragment();
        var template = new FragmentTemplate(old.inputColumnIds(), old.filter(), old.keys(), shape, old.projection());
        return new FragmentScan(scan.table(), template, scan.merge(), scan.asOf(), scan.columns());
    }

    private static FragmentScan merged(FragmentScan scan, Merge merge) {
        return new FragmentScan(scan.table(), scan.fragment(), merge, scan.asOf(), scan.columns());
    }

    private FragmentScan topK(FragmentScan scan, VectorSearch nearest, Expr k) {
        FragmentTemplate old = scan.fragment();
        int columnId = old.inputColumnIds().get(nearest.column());
        var rest = new ArrayList<Expr>();
        Optional<Shape.Bound> maxDistance = Optional.empty();
        for (Expr conjunct : old.filter().map(Exprs::conjuncts).orElse(List.of())) {
            Optional<Shape.Bound> bound =
                    maxDistance.isPresent() ? Optional.empty() : DistanceBound.of(conjunct, nearest);
            if (bound.isPresent()) {
                maxDistance = bound;
            } else {
                rest.add(conjunct);
            }
        }
        Expr column = nearest.distanceColumn(old.inputColumnIds().size());
        var projection = old.projection().stream()
                .map(expr -> Exprs.replace(expr, nearest.distance(), column))
                .toList();
        var parameters = new HashMap<>(searchParameters);
        indexes.findServing(scan.table().tableId(), columnId, nearest.metric())
                .ifPresent(index -> parameters.put("index", index));
        if (search.approximate()) {
            parameters.put("stream", "true");
        }
        var shape =
                new Shape.TopK(columnId, nearest.metric(), nearest.query(), k, search.exact(), parameters, maxDistance);
        var template = new FragmentTemplate(old.inputColumnIds(), Exprs.and(rest), old.keys(), shape, projection);
        return new FragmentScan(scan.table(), template, Merge.Concat.ALL, scan.asOf(), scan.columns());
    }

    public Plan aggregate(Plan input, List<Expr> keys, List<AggregateCall> calls, List<PlanColumn> columns) {
        boolean splits = calls.stream().allMatch(Pushdown::splits)
                && keys.stream().noneMatch(key -> key.type() instanceof ColumnType.Vector);
        if (!splits
                || !(input instanceof FragmentScan scan)
                || !open(scan)
                || !Exprs.fits(named(keys, calls), scan.fragment().projection())) {
            return new Plan.Aggregate(input, keys, calls, columns);
        }
        FragmentTemplate old = scan.fragment();
        List<Expr> keysOverInputs = Exprs.substitute(keys, old.projection());
        var callsOverInputs = calls.stream()
                .map(call -> new AggregateCall(
                        call.function(),
                        Exprs.substitute(call.arguments(), old.projection()),
                        call.filter().map(filter -> Exprs.substitute(filter, old.projection())),
                        call.distinct(),
                        call.type()))
                .toList();
        var template = new FragmentTemplate(
                old.inputColumnIds(),
                old.filter(),
                old.keys(),
                new Shape.PartialAggregate(keysOverInputs, callsOverInputs),
                List.of());
        var merge = new Merge.FinalAggregate(keysOverInputs, callsOverInputs);
        return new FragmentScan(scan.table(), template, merge, scan.asOf(), columns);
    }

    private static List<Expr> named(List<Expr> keys, List<AggregateCall> calls) {
        var named = new ArrayList<>(keys);
        for (AggregateCall call : calls) {
            named.addAll(call.arguments());
            call.filter().ifPresent(named::add);
        }
        return named;
    }

    /// May shards compute parts of it?
    private static boolean splits(AggregateCall call) {
        boolean sameForDoubles = call.function() == AggregateFunction.MIN || call.function() == AggregateFunction.MAX;
        return !call.function().collects() && (!call.distinct() || sameForDoubles);
    }
}
