package io.elanus.sql.plan.rel;

import io.elanus.cluster.proxy.Catalog;
import io.elanus.proto.grpc.IndexSchema;
import io.elanus.sql.plan.FragmentTemplate.Shape;
import io.elanus.sql.plan.Merge;
import io.elanus.sql.plan.Partitions;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.Plan.FragmentScan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.rule.BatchedSearch;
import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.index.scalar.JsonPathValues;
import io.elanus.storage.index.scalar.ScalarFormat;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A plan as EXPLAIN shows it: one line per node, its inputs indented below, and below a table what its shards do.
public final class PlanText {
    private final Catalog catalog;
    private final Function<Plan, List<String>> remarks;
    private final List<String> lines = new ArrayList<>();
    /// Numbers of subqueries, by the parameters that they give values to.
    private final Map<Integer, Integer> subQueries = new HashMap<>();

    private PlanText(Catalog catalog, Function<Plan, List<String>> remarks) {
        this.catalog = catalog;
        this.remarks = remarks;
    }

    /// @param remarks lines to put below a node
    public static List<String> of(Plan plan, Catalog catalog, Function<Plan, List<String>> remarks) {
        var text = new PlanText(catalog, remarks);
        text.add(plan, 0);
        return List.copyOf(text.lines);
    }

    private void line(int depth, String text) {
        lines.add("  ".repeat(depth) + text);
    }

    /// The plan, and below it the subqueries that run before it.
    private void prepared(Plan.Prepared plan, int depth) {
        plan.values().forEach(value -> subQueries.put(value.parameter(), subQueries.size() + 1));
        add(plan.input(), depth);
        for (Plan.Value value : plan.values()) {
            line(depth, "Subquery #" + subQueries.get(value.parameter()) + " (runs first, once)");
            add(value.rows(), depth + 1);
        }
    }

    private void add(Plan plan, int depth) {
        if (plan instanceof Plan.Prepared prepared) {
            prepared(prepared, depth);
            return;
        }
        line(plan, depth);
        remarks.apply(plan).forEach(remark -> line(depth + 1, remark));
        plan.inputs().forEach(input -> add(input, depth + 1));
    }

    private void line(Plan plan, int depth) {
        switch (plan) {
            case FragmentScan scan -> scan(scan, depth);
            case Plan.SystemScan scan -> line(depth, "SystemScan " + scan.name());
            case Plan.FileScan scan ->
                line(depth, "FileScan " + scan.file().name() + " columns=" + String.join(", ", names(scan.columns())));
            case Plan.Values values ->
                line(depth, "Values rows=" + values.rows().size());
            case Plan.Filter filter ->
                line(
                        depth,
                        "Filter "
                                + expr(filter.condition(), names(filter.input().columns())));
            case Plan.Project project ->
                line(
                        depth,
                        "Project " + list(project.exprs(), names(project.input().columns())));
            case Plan.Aggregate aggregate ->
                line(
                        depth,
                        "Aggregate "
                                + grouping(
                                        aggregate.keys(),
                                        aggregate.calls(),
                                        names(aggregate.input().columns())));
            case Plan.Sort sort ->
                line(depth, "Sort " + keys(sort.keys(), names(sort.columns())) + bounds(sort.offset(), sort.limit()));
            case Plan.Limit limit -> line(depth, "Limit" + bounds(limit.offset(), limit.limit()));
            case Plan.Window window ->
                line(
                        depth,
                        "Window calls=" + window.calls().size() + " partition="
                                + list(window.partition(), names(window.input().columns())));
            case Plan.HashJoin join -> line(depth, hashJoin(join));
            case Plan.NestedLoopJoin join -> line(depth, nestedLoopJoin(join));
            case Plan.Unnest unnest ->
                line(
                        depth,
                        "Unnest " + list(unnest.arrays(), names(unnest.input().columns())));
            case Plan.Lookup lookup -> line(depth, lookup(lookup));
            case Plan.Recursive recursive ->
                line(depth, "Recursive #" + recursive.working().id() + (recursive.all() ? " all" : ""));
            case Plan.WorkingTable working -> line(depth, "WorkingTable #" + working.id());
            case Plan.Union union -> line(depth, union.all() ? "Union all" : "Union");
            case Plan.Intersect set -> line(depth, set.all() ? "Intersect all" : "Intersect");
            case Plan.Except set -> line(depth, set.all() ? "Except all" : "Except");
            case Plan.Prepared(Plan input, var _) -> line(input, depth);
        }
    }

    private String hashJoin(Plan.HashJoin join) {
        List<String> left = names(join.left().columns());
        List<String> right = names(join.right().columns());
        return "HashJoin " + join.kind() + " " + list(join.leftKeys(), left) + " = " + list(join.rightKeys(), right)
                + join.residual()
                        .map(expr -> " and " + expr(expr, both(left, right)))
                        .orElse("");
    }

    private String nestedLoopJoin(Plan.NestedLoopJoin join) {
        List<String> columns =
                both(names(join.left().columns()), names(join.right().columns()));
        return "NestedLoopJoin " + join.kind()
                + join.condition().map(expr -> " on " + expr(expr, columns)).orElse("");
    }

    private static String lookup(Plan.Lookup lookup) {
        List<String> given = names(lookup.input().columns());
        return "Lookup " + (lookup.outer() ? "LEFT " : "")
                + BatchedSearch.of(lookup)
                        .map(batched -> "by " + given.get(batched.given().column()) + ", many searches at once")
                        .orElse("one search after the other");
    }

    private static List<String> names(List<PlanColumn> columns) {
        return columns.stream().map(PlanColumn::name).toList();
    }

    private static List<String> both(List<String> left, List<String> right) {
        var names = new ArrayList<>(left);
        names.addAll(right);
        return names;
    }

    private void scan(FragmentScan scan, int depth) {
        List<String> columns = scan.fragment().inputColumnIds().stream()
                .map(id -> scan.table().column(id).name())
                .collect(Collectors.toCollection(ArrayList::new));
        String table = scan.table().name().toString();
        switch (scan.fragment().shape()) {
            case Shape.Scan shape ->
                line(
                        depth,
                        "Scan " + table
                                + shape.limit()
                                        .map(limit -> " limit=" + expr(limit, columns))
                                        .orElse(""));
            case Shape.TopK topK -> {
                search("VectorTopK ", scan, topK, columns, depth);
                columns.add("distance");
            }
            case Shape.GroupedTopK(var nearest, var groups, var size) -> {
                search("GroupedSearch ", scan, nearest, columns, depth);
                line(depth + 1, "groups: at most " + expr(size, columns) + " of each " + list(groups, columns));
                columns.add("distance");
            }
            case Shape.SortLimit sort ->
                line(
                        depth,
                        (sort.partition().isEmpty() ? "TopRows " : "BestOfGroups ")
                                + table
                                + " "
                                + keys(sort.keys(), columns)
                                + " limit="
                                + expr(sort.limit(), columns)
                                + (sort.partition().isEmpty() ? "" : " of each " + list(sort.partition(), columns)));
            case Shape.PartialAggregate aggregate ->
                line(
                        depth,
                        "AggregateOnShards " + table + " " + grouping(aggregate.keys(), aggregate.calls(), columns));
        }
        if (!scan.fragment().keys().isEmpty()) {
            line(
                    depth + 1,
                    "key: " + scan.table().keyColumn().name() + " in "
                            + list(scan.fragment().keys(), columns));
        }
        scan.fragment().filter().ifPresent(filter -> {
            line(depth + 1, "filter: " + expr(filter, columns));
            filterIndexes(scan, filter, depth + 1);
            Partitions.of(scan.table(), scan.fragment().inputColumnIds(), filter)
                    .ifPresent(partitions -> line(depth + 1, "partitions: " + partitions));
        });
        if (!scan.fragment().projection().isEmpty()) {
            line(depth + 1, "reads: " + list(scan.fragment().projection(), columns));
        }
        scan.asOf().ifPresent(time -> line(depth + 1, "as of: " + expr(time, columns)));
        if (scan.merge() instanceof Merge.Sorted sorted) {
            line(
                    depth + 1,
                    "merge: " + scan.table().shards().size() + " shards by "
                            + keys(sorted.keys(), names(scan.columns())) + bounds(sorted.offset(), sorted.limit()));
        }
    }

    private void search(String how, FragmentScan scan, Shape.TopK topK, List<String> columns, int depth) {
        Column column = scan.table().column(topK.columnId());
        boolean grouped = scan.fragment().shape() instanceof Shape.GroupedTopK;
        line(
                depth,
                how + scan.table().name() + " (" + column.name() + " "
                        + topK.metric().sql() + " "
                        + expr(topK.queryVector(), columns) + ") k=" + expr(topK.k(), columns)
                        + (topK.exact() ? " exact" : "")
                        + (topK.parameters().containsKey("stream") && !grouped ? " approx" : ""));
        index(scan, topK, column, depth + 1);
        topK.maxDistance()
                .ifPresent(bound -> line(
                        depth + 1, "distance " + (bound.inclusive() ? "<= " : "< ") + expr(bound.distance(), columns)));
    }

    /// The index that the search can use, or why there is none and what to type.
    private void index(FragmentScan scan, Shape.TopK topK, Column column, int depth) {
        List<IndexSchema> onColumn = catalog.indexesOf(scan.table().tableId()).stream()
                .filter(index -> index.getColumnId() == column.id())
                .toList();
        Optional<IndexSchema> fitting = onColumn.stream()
                .filter(index ->
                        index.getMetric().equalsIgnoreCase(topK.metric().sql()))
                .findFirst();
        if (topK.exact()) {
            line(depth, "index: not used, FETCH EXACT asks for the exact answer");
        } else if (fitting.isPresent()) {
            IndexSchema index = fitting.get();
            line(depth, "index: " + index.getName() + " (" + index.getType() + ", " + index.getMetric() + ")");
        } else {
            String why = onColumn.isEmpty()
                    ? "none on column " + column.name()
                    : "of column " + column.name() + " is for metric "
                            + onColumn.getFirst().getMetric() + ", not "
                            + topK.metric().sql();
            line(depth, "index: " + why + "; every row is compared");
            line(
                    depth,
                    "hint: CREATE INDEX ON " + scan.table().name()
                            + (topK.metric() == Metric.BM25
                                    ? " USING fulltext (" + column.name() + ")"
                                    : " USING hnsw (" + column.name() + " vector_"
                                            + topK.metric().sql() + "_ops)"));
        }
    }

    /// Indexes over columns of the filter, which segments use where few enough rows are left.
    private void filterIndexes(FragmentScan scan, Expr filter, int depth) {
        String usable = catalog.indexesOf(scan.table().tableId()).stream()
                .filter(index -> ScalarFormat.find(index.getType()).isPresent())
                .filter(index ->
                        serves(index, filter, scan.fragment().inputColumnIds().indexOf(index.getColumnId())))
                .map(index -> index.getName() + " (" + index.getType() + ")")
                .collect(Collectors.joining(", "));
        if (!usable.isEmpty()) {
            line(depth, "index: " + usable);
        }
    }

    /// Can the filter ask the index, which is over the column with this ordinal or over a path of its documents?
    private static boolean serves(IndexSchema index, Expr filter, int ordinal) {
        return JsonPathValues.of(index.getParametersMap())
                .map(path -> path.occursIn(filter, ordinal))
                .orElseGet(() -> reads(filter, ordinal));
    }

    private static boolean reads(Expr expr, int ordinal) {
        return switch (expr) {
            case Expr.Input input -> input.ordinal() == ordinal;
            case Expr.Call call -> call.arguments().stream().anyMatch(argument -> reads(argument, ordinal));
            case Expr.Constant _, Expr.Parameter _ -> false;
        };
    }

    private String bounds(Optional<Expr> offset, Optional<Expr> limit) {
        return limit.map(expr -> " limit=" + expr(expr, List.of())).orElse("")
                + offset.map(expr -> " offset=" + expr(expr, List.of())).orElse("");
    }

    private String grouping(List<Expr> keys, List<AggregateCall> calls, List<String> columns) {
        String functions = calls.stream()
                .map(call -> call.function().name().toLowerCase(Locale.ROOT)
                        + (call.distinct() ? "(distinct " : "(")
                        + (call.arguments().isEmpty()
                                ? "*"
                                : call.arguments().stream()
                                        .map(argument -> expr(argument, columns))
                                        .collect(Collectors.joining(", ")))
                        + ")"
                        + call.filter()
                                .map(filter -> " filter " + expr(filter, columns))
                                .orElse(""))
                .collect(Collectors.joining(", ", "[", "]"));
        return functions + (keys.isEmpty() ? "" : " by " + list(keys, columns));
    }

    private String keys(List<SortKey> keys, List<String> columns) {
        return keys.stream()
                .map(key -> expr(key.expr(), columns)
                        + (key.descending() ? " desc" : "")
                        + (key.nullsFirst() == key.descending()
                                ? ""
                                : key.nullsFirst() ? " nulls first" : " nulls last"))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private String list(List<Expr> exprs, List<String> columns) {
        return exprs.stream().map(expr -> expr(expr, columns)).collect(Collectors.joining(", ", "[", "]"));
    }

    /// An expression with columns by name; long constants are cut.
    private String expr(Expr expr, List<String> columns) {
        return switch (expr) {
            case Expr.Input input ->
                input.ordinal() < columns.size() ? columns.get(input.ordinal()) : "$" + input.ordinal();
            case Expr.Parameter parameter -> parameter(parameter);
            case Expr.Constant constant -> constant(constant);
            case Expr.Call call -> call(call, columns);
        };
    }

    private String parameter(Expr.Parameter parameter) {
        Integer subQuery = subQueries.get(parameter.index());
        return subQuery == null ? "?" + (parameter.index() + 1) : "subquery #" + subQuery;
    }

    private String call(Expr.Call call, List<String> columns) {
        var arguments = call.arguments().stream()
                .map(argument -> expr(argument, columns))
                .toList();
        String symbol = switch (call.operator()) {
            case AND -> "and";
            case OR -> "or";
            case EQ -> "=";
            case NE -> "<>";
            case LT -> "<";
            case LE -> "<=";
            case GT -> ">";
            case GE -> ">=";
            case ADD -> "+";
            case SUBTRACT -> "-";
            case MULTIPLY -> "*";
            case DIVIDE -> "/";
            case CONCAT -> "||";
            default -> "";
        };
        if (!symbol.isEmpty()) {
            return "(" + String.join(" " + symbol + " ", arguments) + ")";
        }
        if (arguments.size() > 8) {
            return call.operator().name().toLowerCase(Locale.ROOT) + "(" + String.join(", ", arguments.subList(0, 8))
                    + ", … " + arguments.size() + " in all)";
        }
        String suffix = call.operator() == io.elanus.storage.filter.Operator.CAST
                ? " as " + call.type().sql()
                : "";
        return call.operator().name().toLowerCase(Locale.ROOT) + "(" + String.join(", ", arguments) + suffix + ")";
    }

    private static String constant(Expr.Constant constant) {
        if (constant.value().hasNull()) {
            return "null";
        }
        if (constant.type() instanceof ColumnType.Vector vector) {
            return "[…" + vector.dimension() + "]";
        }
        return switch (constant.value().getValueCase()) {
            case BOOL -> Boolean.toString(constant.value().getBool());
            case INT64 -> Long.toString(constant.value().getInt64());
            case FLOAT64 -> Double.toString(constant.value().getFloat64());
            case TEXT -> "'" + cut(constant.value().getText()) + "'";
            case BINARY -> "x'…" + constant.value().getBinary().size() + "'";
            case LIST -> "array[…" + constant.value().getList().getItemsCount() + "]";
            case NULL, VALUE_NOT_SET -> "null";
        };
    }

    private static String cut(String text) {
        return text.length() <= 60 ? text : text.substring(0, 57) + "…";
    }
}
