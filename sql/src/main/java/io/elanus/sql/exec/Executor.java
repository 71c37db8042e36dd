package io.elanus.sql.exec;

import io.elanus.proto.grpc.IndexSchema;
import io.elanus.proto.grpc.Literal;
import io.elanus.sql.plan.FragmentTemplate;
import io.elanus.sql.plan.Merge;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongFunction;

/// Turns plans into running operators. Free to share; each [#run] is a run of its own.
public final class Executor {
    private final TableReader tables;
    private final LongFunction<List<IndexSchema>> indexes;

    public Executor(TableReader tables) {
        this(tables, _ -> List.of());
    }

    /// @param indexes of a table, by its id
    public Executor(TableReader tables, LongFunction<List<IndexSchema>> indexes) {
        this.tables = tables;
        this.indexes = indexes;
    }

    /// Starts a plan; nothing is read before the first `next`. The caller closes the source. Errors of `next` are
    /// [io.elanus.sql.error.QueryException]s.
    public RowSource run(Plan plan, QueryContext context) {
        if (plan instanceof Plan.Prepared prepared) {
            return new PreparedSource(prepared, this, context);
        }
        var build = new Build(context, Map.of());
        return new CheckedSource(build.of(plan), build.scans, context);
    }

    /// Does a run of the plan begin without waiting, and is it little but the answers to its fragments?
    public static boolean beginsAtOnce(Plan plan) {
        if (plan instanceof Plan.Project(Plan input, List<Expr> exprs, var _)) {
            return exprs.stream().noneMatch(TextCalls::hasCalls) && beginsAtOnce(input);
        }
        return plan instanceof Plan.Limit limit
                ? beginsAtOnce(limit.input())
                : plan instanceof Plan.FragmentScan scan && !TextCalls.asksFirst(scan);
    }

    /// The shards whose rows together are the result, so that each may be read apart; 1: the plan does more than
    /// to read a table.
    public static int shards(Plan plan) {
        return switch (plan) {
            case Plan.Project(Plan input, List<Expr> exprs, var _) ->
                exprs.stream().noneMatch(TextCalls::hasCalls) ? shards(input) : 1;
            case Plan.FragmentScan scan
            when scan.fragment().shape() instanceof FragmentTemplate.Shape.Scan(var limit)
                    && limit.isEmpty()
                    && scan.fragment().keys().isEmpty()
                    && scan.merge().equals(Merge.Concat.ALL)
                    && !TextCalls.asksFirst(scan) -> scan.table().shards().size();
            default -> 1;
        };
    }

    /// The operators of one run.
    private final class Build {
        private final QueryContext context;
        private final TextCalls texts;
        private final List<ScanSource> scans = new ArrayList<>();
        /// What the working tables of the recursions around hold.
        private final Map<Integer, WorkingRows> working;

        Build(QueryContext context, Map<Integer, WorkingRows> working) {
            this.context = context;
            this.working = Map.copyOf(working);
            this.texts = new TextCalls(tables, indexes, context);
        }

        RowSource of(Plan plan) {
            RowSource source = operator(plan);
            return context.profile()
                    .<RowSource>map(profile -> new MeasuredSource(source, profile.node(plan), context))
                    .orElse(source);
        }

        private RowSource operator(Plan plan) {
            return switch (plan) {
                case Plan.FragmentScan scan -> scan(scan);
                case Plan.Filter(Plan input, Expr condition) ->
                    new FilterSource(of(input), texts.complete(condition, input), context);
                case Plan.Project(Plan input, List<Expr> exprs, List<PlanColumn> columns) ->
                    new ProjectSource(of(input), texts.complete(exprs, input), columns, context);
                case Plan.Aggregate aggregate ->
                    new AggregateSource(aggregate, of(aggregate.input()), bytes -> spilled(aggregate, bytes), context);
                case Plan.Sort sort -> new SortSource(sort, of(sort.input()), bytes -> spilled(sort, bytes), context);
                case Plan.Limit(Plan input, Optional<Expr> offset, Optional<Expr> limit) ->
                    new LimitSource(of(input), count(offset, 0, context), limit(limit, context), context);
                case Plan.HashJoin join -> hashJoin(join);
                case Plan.NestedLoopJoin join ->
                    new JoinSource(
                            of(join.left()),
                            of(join.right()),
                            JoinSpec.of(join, context),
                            JoinSource.Loaded.UNHEARD,
                            new RightSide.Spill(0, _ -> {}),
                            context);
                case Plan.Union union -> union(union);
                case Plan.Intersect intersect ->
                    new SetSource(all(intersect.inputs()), SetRule.intersect(intersect.all()), plan, context);
                case Plan.Except except ->
                    new SetSource(all(except.inputs()), SetRule.except(except.all()), plan, context);
                case Plan.Values values -> RowsSource.of(values, context);
                case Plan.SystemScan system -> RowsSource.of(system, context);
                case Plan.FileScan scan -> new FileSource(scan, context);
                case Plan.Unnest unnest -> new UnnestSource(unnest, of(unnest.input()), context);
                case Plan.Lookup lookup ->
                    new LookupSource(
                            lookup,
                            of(lookup.input()),
                            () -> new Build(context, working).of(lookup.search()),
                            VectorLookup.of(lookup, tables, texts, context),
                            context);
                case Plan.Recursive recursive -> recursive(recursive);
                case Plan.Prepared _ -> throw new IllegalStateException("Stands at the top of a plan only");
                case Plan.WorkingTable(int id, var _) ->
                    Objects.requireNonNull(working.get(id), "A step stands within its recursion")
                            .read();
                case Plan.Window window ->
                    new WindowSource(window, of(window.input()), bytes -> spilled(window, bytes), context);
            };
        }

        private RowSource recursive(Plan.Recursive plan) {
            return new RecursiveSource(
                    plan,
                    of(plan.seed()),
                    rows -> {
                        var inner = new HashMap<>(working);
                        inner.put(plan.working().id(), rows);
                        return new Build(context, inner).of(plan.step());
                    },
                    context);
        }

        private void spilled(Plan plan, long bytes) {
            context.profile().ifPresent(profile -> Profile.spilled(profile.node(plan), bytes));
        }

        private RowSource hashJoin(Plan.HashJoin join) {
            int before = scans.size();
            RowSource left = of(join.left());
            var filters = KeyFilters.of(join, scans.subList(before, scans.size()));
            var spill = new RightSide.Spill(0, bytes -> spilled(join, bytes));
            return new JoinSource(left, of(join.right()), JoinSpec.of(join, context), filters, spill, context);
        }

        private ScanSource scan(Plan.FragmentScan plan) {
            var scan = new ScanSource(plan, tables, texts, context);
            scans.add(scan);
            return scan;
        }

        private List<RowSource> all(List<Plan> plans) {
            return plans.stream().map(this::of).toList();
        }

        private RowSource union(Plan.Union union) {
            var all = new ConcatSource(all(union.inputs()), union.columns(), context);
            if (union.all()) {
                return all;
            }
            var distinct = new Plan.Aggregate(union, PlanColumn.inputs(union.columns()), List.of(), union.columns());
            return new AggregateSource(distinct, all, bytes -> spilled(union, bytes), context);
        }
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

    /// The rows that a LIMIT lets through.
    public static long limit(Optional<Expr> expr, QueryContext context) {
        return count(expr, Long.MAX_VALUE, context);
    }
}
