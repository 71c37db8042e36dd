package io.elanus.sql.plan.rel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.calcite.plan.RelOptUtil;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Sort;
import org.apache.calcite.rel.logical.LogicalFilter;
import org.apache.calcite.rel.logical.LogicalJoin;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexSubQuery;
import org.apache.calcite.rex.RexUtil;
import org.apache.calcite.rex.RexVisitorImpl;
import org.apache.calcite.sql.SqlKind;

/// Makes semi-joins of `WHERE EXISTS (SELECT … WHERE inner.x = outer.y AND …)` and anti-joins of NOT EXISTS, whatever
/// the comparison of inner and outer columns is: what compares them becomes the join's condition. A subquery that
/// refers to the outer row in another place is left to the general way, a join with all outer values and an
/// aggregate.
final class SemiJoins {
    private final RexBuilder rex;

    SemiJoins(RexBuilder rex) {
        this.rex = rex;
    }

    RelNode apply(RelNode node) {
        RelNode whole = Inputs.map(node, this::apply);
        return whole instanceof Filter filter ? joined(filter) : whole;
    }

    private RelNode joined(Filter filter) {
        RelNode input = filter.getInput();
        var rest = new ArrayList<RexNode>();
        for (RexNode conjunct : RelOptUtil.conjunctions(filter.getCondition())) {
            boolean negated = conjunct.getKind() == SqlKind.NOT;
            RexNode tested = negated ? ((RexCall) conjunct).getOperands().get(0) : conjunct;
            Optional<Inner> inner = tested instanceof RexSubQuery query && query.getKind() == SqlKind.EXISTS
                    ? inner(query.rel, filter)
                    : Optional.empty();
            if (inner.isPresent()) {
                input = LogicalJoin.create(
                        input,
                        inner.get().rows(),
                        List.of(),
                        inner.get().condition(),
                        Set.of(),
                        negated ? JoinRelType.ANTI : JoinRelType.SEMI);
            } else {
                rest.add(conjunct);
            }
        }
        return input == filter.getInput() ? filter : filtered(input, rest, filter.getVariablesSet());
    }

    private RelNode filtered(RelNode input, List<RexNode> conjuncts, Set<CorrelationId> variables) {
        return conjuncts.isEmpty()
                ? input
                : LogicalFilter.create(
                        input,
                        RexUtil.composeConjunction(rex, conjuncts),
                        com.google.common.collect.ImmutableSet.copyOf(variables));
    }

    /// @param rows      of the subquery, without what refers to the outer row
    /// @param condition over outer columns and those of `rows`
    private record Inner(RelNode rows, RexNode condition) {}

    /// Empty when the subquery does not refer to the outer row, or refers to it elsewhere than in conditions at its
    /// top, or refers to others too.
    private Optional<Inner> inner(RelNode subQuery, Filter outer) {
        RelNode rows = withoutColumns(apply(subQuery));
        var comparing = new ArrayList<RexNode>();
        var variables = outer.getVariablesSet();
        while (rows instanceof Filter filter
                && RelOptUtil.getVariablesUsed(filter).size() > 0) {
            var own = new ArrayList<RexNode>();
            for (RexNode conjunct : RelOptUtil.conjunctions(filter.getCondition())) {
                (variablesOf(conjunct).isEmpty() ? own : comparing).add(conjunct);
            }
            if (own.isEmpty()) {
                rows = filter.getInput();
                continue;
            }
            rows = filtered(filter.getInput(), own, filter.getVariablesSet());
            break;
        }
        boolean apart = RelOptUtil.getVariablesUsed(rows).isEmpty()
                && comparing.stream()
                        .allMatch(condition -> RexUtil.SubQueryFinder.find(condition) == null
                                && variables.containsAll(variablesOf(condition)));
        if (comparing.isEmpty() || !apart) {
            return Optional.empty();
        }
        int outerWidth = outer.getInput().getRowType().getFieldCount();
        var joining = comparing.stream()
                .map(condition -> condition.accept(new Joining(rex, outerWidth)))
                .toList();
        return Optional.of(new Inner(rows, RexUtil.composeConjunction(rex, joining)));
    }

    /// What is selected, and in which order, makes no difference to whether there is any row.
    private static RelNode withoutColumns(RelNode node) {
        return switch (node) {
            case Project project when !project.containsOver() -> withoutColumns(project.getInput());
            case Sort sort
            when sort.offset == null
                    && (sort.fetch == null
                            || sort.fetch instanceof RexLiteral limit && RexLiteral.intValue(limit) > 0) ->
                withoutColumns(sort.getInput());
            default -> node;
        };
    }

    /// The outer rows that a condition refers to.
    private static Set<CorrelationId> variablesOf(RexNode condition) {
        var found = new java.util.HashSet<CorrelationId>();
        condition.accept(new RexVisitorImpl<Void>(true) {
            @Override
            public Void visitCorrelVariable(RexCorrelVariable variable) {
                found.add(variable.id);
                return null;
            }

            @Override
            public Void visitSubQuery(RexSubQuery query) {
                found.addAll(RelOptUtil.getVariablesUsed(query.rel));
                return super.visitSubQuery(query);
            }
        });
        return found;
    }

    /// Outer columns before inner ones.
    private static final class Joining extends RexShuttle {
        private final RexBuilder rex;
        private final int outerWidth;

        Joining(RexBuilder rex, int outerWidth) {
            this.rex = rex;
            this.outerWidth = outerWidth;
        }

        @Override
        public RexNode visitInputRef(RexInputRef inner) {
            return rex.makeInputRef(inner.getType(), outerWidth + inner.getIndex());
        }

        @Override
        public RexNode visitFieldAccess(RexFieldAccess access) {
            return access.getReferenceExpr() instanceof RexCorrelVariable
                    ? rex.makeInputRef(access.getType(), access.getField().getIndex())
                    : super.visitFieldAccess(access);
        }
    }
}
