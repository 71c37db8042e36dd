package io.elanus.sql.plan.rel;

import io.elanus.sql.catalog.FileTable;
import io.elanus.sql.catalog.StoredTable;
import io.elanus.sql.catalog.TableStatistics;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.Column;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.core.TableScan;
import org.apache.calcite.rel.core.Union;
import org.apache.calcite.rel.core.Values;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexDynamicParam;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexUtil;

/// Estimates of how many rows a part of a query makes, and how many values its columns have.
final class Cardinality {
    private static final double UNKNOWN_ROWS = 1_000;
    private static final double GROUPS = 0.1;

    private final TableStatistics tables;
    private final RexBuilder rex;
    private final IdentityHashMap<RelNode, Double> known = new IdentityHashMap<>();

    Cardinality(TableStatistics tables, RexBuilder rex) {
        this.tables = tables;
        this.rex = rex;
    }

    double rows(RelNode node) {
        Double before = known.get(node);
        if (before != null) {
            return before;
        }
        double rows = Math.max(1, estimate(node));
        known.put(node, rows);
        return rows;
    }

    private double estimate(RelNode node) {
        return switch (node) {
            case TableScan scan -> {
                StoredTable stored = scan.getTable().unwrap(StoredTable.class);
                FileTable read = scan.getTable().unwrap(FileTable.class);
                yield stored != null
                        ? tables.rows(stored.schema())
                        : read != null ? read.file().rowsExpected().orElse((long) UNKNOWN_ROWS) : UNKNOWN_ROWS;
            }
            case Filter filter -> rows(filter.getInput()) * share(filter);
            case Project project -> rows(project.getInput());
            case Sort sort -> {
                double all = rows(sort.getInput());
                yield sort.fetch instanceof RexLiteral limit ? Math.min(all, RexLiteral.intValue(limit)) : all;
            }
            case Aggregate aggregate -> groups(aggregate);
            case Join join -> joined(join);
            case Union union ->
                union.getInputs().stream().mapToDouble(this::rows).sum();
            case Values values -> values.getTuples().size();
            default -> node.getInputs().stream().mapToDouble(this::rows).max().orElse(UNKNOWN_ROWS);
        };
    }

    private double groups(Aggregate aggregate) {
        double values = 1;
        for (int column : aggregate.getGroupSet()) {
            values *= distinct(aggregate.getInput(), column);
        }
        return Math.min(values, rows(aggregate.getInput()));
    }

    private double joined(Join join) {
        double left = rows(join.getLeft());
        double right = rows(join.getRight());
        var info = join.analyzeCondition();
        double matched = left * right * guess(RexUtil.composeConjunction(rex, info.nonEquiConditions));
        for (int i = 0; i < info.leftKeys.size(); i++) {
            matched /= Math.max(
                    distinct(join.getLeft(), info.leftKeys.get(i)), distinct(join.getRight(), info.rightKeys.get(i)));
        }
        return switch (join.getJoinType()) {
            case LEFT -> Math.max(left, matched);
            case RIGHT -> Math.max(right, matched);
            case FULL -> Math.max(left + right, matched);
            case SEMI, ANTI -> left / 2;
            default -> matched;
        };
    }

    /// Rows of the table below, before any filter.
    double wholeRows(RelNode node) {
        return switch (node) {
            case Filter filter -> wholeRows(filter.getInput());
            case Project project -> wholeRows(project.getInput());
            default -> rows(node);
        };
    }

    double distinct(RelNode node, int column) {
        double values = switch (node) {
            case TableScan scan -> {
                StoredTable stored = scan.getTable().unwrap(StoredTable.class);
                yield stored == null
                        ? UNKNOWN_ROWS
                        : tables.distinct(stored.schema(), stored.columns().get(column));
            }
            case Filter filter -> distinct(filter.getInput(), column);
            case Sort sort -> distinct(sort.getInput(), column);
            case Project project ->
                project.getProjects().get(column) instanceof RexInputRef ref
                        ? distinct(project.getInput(), ref.getIndex())
                        : rows(node) * GROUPS;
            case Aggregate aggregate ->
                column < aggregate.getGroupCount()
                        ? distinct(aggregate.getInput(), aggregate.getGroupSet().nth(column))
                        : rows(node);
            case Join join -> {
                int left = join.getLeft().getRowType().getFieldCount();
                yield column < left ? distinct(join.getLeft(), column) : distinct(join.getRight(), column - left);
            }
            default -> rows(node);
        };
        return Math.max(1, Math.min(values, rows(node)));
    }

    private double share(Filter filter) {
        StoredTable stored =
                filter.getInput() instanceof TableScan scan ? scan.getTable().unwrap(StoredTable.class) : null;
        if (stored != null) {
            var measured = new ArrayList<RexNode>();
            double guessed = 1;
            for (RexNode conjunct : RelOptUtil.conjunctions(filter.getCondition())) {
                if (!RexUtil.SubQueryFinder.containsSubQuery(filter) && constant(conjunct)) {
                    measured.add(conjunct);
                } else {
                    guessed *= guess(conjunct);
                }
            }
            return guessed * measured(stored, measured);
        }
        return RelOptUtil.conjunctions(filter.getCondition()).stream()
                .mapToDouble(Cardinality::guess)
                .reduce(1, (a, b) -> a * b);
    }

    private double measured(StoredTable stored, List<RexNode> conjuncts) {
        if (conjuncts.isEmpty()) {
            return 1;
        }
        var columns = new ArrayList<Column>();
        var inputs = new ArrayList<Expr>();
        for (Column column : stored.columns()) {
            inputs.add(new Expr.Input(columns.size(), column.type()));
            columns.add(column);
        }
        try {
            Expr filter =
                    new ExprTranslator(inputs, new Parameters(0), rex).of(RexUtil.composeConjunction(rex, conjuncts));
            return bound(filter)
                    ? tables.share(stored.schema(), columns, filter)
                    : guess(RexUtil.composeConjunction(rex, conjuncts));
        } catch (QueryException e) {
            // What is wrong with the condition is said when it is planned.
            return guess(RexUtil.composeConjunction(rex, conjuncts));
        }
    }

    /// CURRENT_DATE and the like become parameters.
    private static boolean bound(Expr expr) {
        return switch (expr) {
            case Expr.Parameter _ -> false;
            case Expr.Call call -> call.arguments().stream().allMatch(Cardinality::bound);
            case Expr.Input _, Expr.Constant _ -> true;
        };
    }

    private static boolean constant(RexNode condition) {
        boolean[] parameter = new boolean[1];
        condition.accept(new org.apache.calcite.rex.RexVisitorImpl<Void>(true) {
            @Override
            public Void visitDynamicParam(RexDynamicParam param) {
                parameter[0] = true;
                return null;
            }
        });
        return !parameter[0] && !RexUtil.containsCorrelation(condition);
    }

    /// The share of rows that a condition keeps, by its form.
    static double guess(RexNode condition) {
        if (condition.isAlwaysTrue()) {
            return 1;
        }
        return switch (condition.getKind()) {
            case EQUALS, IS_NULL -> 0.05;
            case NOT_EQUALS, IS_NOT_NULL -> 0.9;
            case LIKE -> 0.1;
            case AND ->
                RelOptUtil.conjunctions(condition).stream()
                        .mapToDouble(Cardinality::guess)
                        .reduce(1, (a, b) -> a * b);
            case OR ->
                Math.min(
                        1,
                        RelOptUtil.disjunctions(condition).stream()
                                .mapToDouble(Cardinality::guess)
                                .sum());
            default -> 0.3;
        };
    }
}
