package io.elanus.sql.exec;

import io.elanus.sql.plan.JoinKind;
import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.filter.Expr;
import java.util.List;
import java.util.Optional;

/// A join with its expressions bound.
///
/// @param leftKeys  equal to `rightKeys`; both empty: every pair is a candidate
/// @param condition over left and right columns: what a candidate must satisfy
record JoinSpec(
        JoinKind kind,
        List<Expr> leftKeys,
        List<Expr> rightKeys,
        Optional<Expr> condition,
        List<PlanColumn> leftColumns,
        List<PlanColumn> rightColumns) {

    static JoinSpec of(Plan.HashJoin join, QueryContext context) {
        return new JoinSpec(
                join.kind(),
                Executor.bind(join.leftKeys(), context),
                Executor.bind(join.rightKeys(), context),
                join.residual().map(expr -> Executor.bind(expr, context)),
                join.left().columns(),
                join.right().columns());
    }

    static JoinSpec of(Plan.NestedLoopJoin join, QueryContext context) {
        return new JoinSpec(
                join.kind(),
                List.of(),
                List.of(),
                join.condition().map(expr -> Executor.bind(expr, context)),
                join.left().columns(),
                join.right().columns());
    }

    boolean keepsLeft() {
        return kind == JoinKind.LEFT || kind == JoinKind.FULL;
    }

    /// Are there right rows to yield when all left ones were seen?
    boolean endsWithRight() {
        return switch (kind) {
            case RIGHT, FULL, RIGHT_SEMI, RIGHT_ANTI -> true;
            case INNER, LEFT, SEMI, ANTI -> false;
        };
    }

    /// Only rows of one side come out, at most once.
    boolean halves() {
        return kind.leftOnly() || kind.rightOnly();
    }

    List<PlanColumn> pairColumns() {
        return PlanColumn.concat(leftColumns, rightColumns);
    }
}
