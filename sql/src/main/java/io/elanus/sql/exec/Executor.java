package io.elanus.sql.exec;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import java.util.List;
import java.util.Optional;

/// Turns plans into running operators. Free to share; each [#run] is a run of its own.
public final class Executor {
    private final TableReader tables;

    public Executor(TableReader tables) {
        this.tables = tables;
    }

    /// Starts a plan; nothing is read before the first `next`. The caller closes the source. Errors of `next` are
    /// [io.elanus.sql.error.QueryException]s.
    public RowSource run(Plan plan, QueryContext context) {
        return new CheckedSource(build(plan, context), context);
    }

    private RowSource build(Plan plan, QueryContext context) {
        return switch (plan) {
            case Plan.FragmentScan scan -> new ScanSource(scan, tables, context);
            case Plan.Filter(Plan input, Expr condition) ->
                new FilterSource(build(input, context), bind(condition, context), context);
            case Plan.Project(Plan input, List<Expr> exprs, List<PlanColumn> columns) ->
                new ProjectSource(build(input, context), bind(exprs, context), columns, context);
            case Plan.Aggregate aggregate -> new AggregateSource(aggregate, build(aggregate.input(), context), context);
            case Plan.Sort sort -> new SortSource(sort, build(sort.input(), context), context);
            case Plan.Limit(Plan input, Optional<Expr> offset, Optional<Expr> limit) ->
                new LimitSource(build(input, context), count(offset, 0, context), limit(limit, context), context);
            case Plan.HashJoin join ->
                new JoinSource(
                        build(join.left(), context), build(join.right(), context), JoinSpec.of(join, context), context);
            case Plan.NestedLoopJoin join ->
                new JoinSource(
                        build(join.left(), context), build(join.right(), context), JoinSpec.of(join, context), context);
            case Plan.Union union -> union(union, context);
            case Plan.Intersect intersect ->
                new SetSource(buildAll(intersect.inputs(), context), SetRule.intersect(intersect.all()), plan, context);
            case Plan.Except except ->
                new SetSource(buildAll(except.inputs(), context), SetRule.except(except.all()), plan, context);
            case Plan.Values values -> RowsSource.of(values, context);
            case Plan.SystemScan system -> RowsSource.of(system, context);
            case Plan.Window window -> new WindowSource(window, build(window.input(), context), context);
        };
    }

    private List<RowSource> buildAll(List<Plan> plans, QueryContext context) {
        return plans.stream().map(plan -> build(plan, context)).toList();
    }

    private RowSource union(Plan.Union union, QueryContext context) {
        var all = new ConcatSource(buildAll(union.inputs(), context), union.columns(), context);
        if (union.all()) {
            return all;
        }
        var distinct = new Plan.Aggregate(union, PlanColumn.inputs(union.columns()), List.of(), union.columns());
        return new AggregateSource(distinct, all, context);
    }

    static Expr bind(Expr expr, QueryContext context) {
        return expr.bind(context.parameters());
    }

    static List<Expr> bind(List<Expr> exprs, QueryContext context) {
        return exprs.stream().map(expr -> bind(expr, context)).toList();
    }

    /// The value of a constant BIGINT expression; NULL counts as absent.
    static long count(Optional<Expr> expr, long otherwise, QueryContext context) {
        if (expr.isEmpty()) {
            return otherwise;
        }
        if (expr.get() instanceof Expr.Call(Operator operator, List<Expr> parts, var _) && operator == Operator.ADD) {
            // A pushed-down LIMIT with the OFFSET that is skipped later.
            return Counts.sum(
                    count(Optional.of(parts.get(0)), otherwise, context), count(Optional.of(parts.get(1)), 0, context));
        }
        Literal literal = Literals.evaluate(bind(expr.get(), context));
        Object value = Literals.value(literal, ColumnType.Simple.BIGINT);
        return value instanceof Long number ? Counts.checked(number) : otherwise;
    }

    static long limit(Optional<Expr> expr, QueryContext context) {
        return count(expr, Long.MAX_VALUE, context);
    }
}
