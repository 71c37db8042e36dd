package io.elanus.sql.exec;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.plan.JoinKind;
import io.elanus.sql.plan.Plan;
import io.elanus.storage.compute.RowStore;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the held side of a join says about the tables that are read for the other side: once its few keys are known,
/// the shards leave out all rows that have none of them. The scans wait for that.
///
/// Only rows that the join would drop are left out: this is for joins that keep no row of the left side without a
/// match.
final class KeyFilters implements JoinSource.Loaded {
    /// Keys beyond these cost more to look up than the rows cost that they leave out.
    private static final int MOST = 4_096;

    private final List<Target> targets;

    /// @param held   column of the held side
    /// @param column what it equals, over the columns that the fragment reads
    private record Target(int held, ColumnType type, ScanSource scan, Expr column) {}

    private KeyFilters(List<Target> targets) {
        this.targets = List.copyOf(targets);
    }

    /// @param below the scans of the left side
    static KeyFilters of(Plan.HashJoin join, List<ScanSource> below) {
        var targets = new ArrayList<Target>();
        if (!keepsUnmatched(join.kind())) {
            for (int i = 0; i < join.leftKeys().size(); i++) {
                if (join.leftKeys().get(i) instanceof Expr.Input(int left, ColumnType type)
                        && join.rightKeys().get(i) instanceof Expr.Input(int held, var _)
                        && looksUp(type)) {
                    find(join.left(), left, below)
                            .ifPresent(found -> targets.add(new Target(held, type, found.scan(), found.column())));
                }
            }
        }
        targets.forEach(target -> target.scan().expectKeys());
        return new KeyFilters(targets);
    }

    /// Do left rows come out that have no match?
    private static boolean keepsUnmatched(JoinKind kind) {
        return switch (kind) {
            case LEFT, FULL, ANTI -> true;
            case INNER, RIGHT, SEMI, RIGHT_SEMI, RIGHT_ANTI -> false;
        };
    }

    private static boolean looksUp(ColumnType type) {
        return type instanceof ColumnType.Varchar
                || type == Simple.BIGINT
                || type == Simple.INTEGER
                || type == Simple.DATE;
    }

    private record Found(ScanSource scan, Expr column) {}

    /// The scan that a column of the plan comes from, unchanged and with all its rows.
    private static Optional<Found> find(Plan plan, int column, List<ScanSource> below) {
        return switch (plan) {
            case Plan.Filter filter -> find(filter.input(), column, below);
            case Plan.Project project ->
                project.exprs().get(column) instanceof Expr.Input(int input, var _)
                        ? find(project.input(), input, below)
                        : Optional.empty();
            case Plan.Aggregate aggregate ->
                column < aggregate.keys().size() && aggregate.keys().get(column) instanceof Expr.Input(int input, var _)
                        ? find(aggregate.input(), input, below)
                        : Optional.empty();
            case Plan.HashJoin join when join.kind().rightOnly() -> find(join.right(), column, below);
            case Plan.HashJoin join -> {
                int left = join.left().columns().size();
                boolean keepsRight = join.kind() == JoinKind.RIGHT || join.kind() == JoinKind.FULL;
                if (column < left) {
                    yield keepsRight ? Optional.empty() : find(join.left(), column, below);
                }
                yield join.kind() == JoinKind.INNER ? find(join.right(), column - left, below) : Optional.empty();
            }
            case Plan.FragmentScan scan -> ofScan(scan, column, below);
            case Plan.NestedLoopJoin _,
                    Plan.Sort _,
                    Plan.Limit _,
                    Plan.Union _,
                    Plan.Intersect _,
                    Plan.Except _,
                    Plan.Values _,
                    Plan.SystemScan _,
                    Plan.FileScan _,
                    Plan.Unnest _,
                    Plan.Lookup _,
                    Plan.Recursive _,
                    Plan.WorkingTable _,
                    Plan.Prepared _,
                    Plan.Window _ -> Optional.empty();
        };
    }

    private static Optional<Found> ofScan(Plan.FragmentScan scan, int column, List<ScanSource> below) {
        List<ScanSource> sources =
                below.stream().filter(source -> source.reads(scan)).toList();
        return sources.size() == 1
                ? sources.getFirst().column(column).map(expr -> new Found(sources.getFirst(), expr))
                : Optional.empty();
    }

    /// Its keys go to the scans, or those stop waiting.
    @Override
    public void held(RowStore held) {
        for (Target target : targets) {
            if (held.rows() <= MOST) {
                Set<Literal> values = held.distinct(target.held(), target.type());
                target.scan().restrict(among(target.column(), values));
            }
        }
        spilled();
    }

    @Override
    public void spilled() {
        targets.forEach(target -> target.scan().keysKnown());
    }

    private static Expr among(Expr column, Set<Literal> values) {
        if (values.isEmpty()) {
            return new Expr.Constant(Literals.of(false, Simple.BOOLEAN), Simple.BOOLEAN);
        }
        var arguments = new ArrayList<Expr>();
        arguments.add(column);
        values.forEach(value -> arguments.add(new Expr.Constant(value, column.type())));
        return new Expr.Call(values.size() == 1 ? Operator.EQ : Operator.IN, arguments, Simple.BOOLEAN);
    }
}
