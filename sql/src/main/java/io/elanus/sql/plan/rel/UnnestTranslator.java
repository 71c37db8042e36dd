package io.elanus.sql.plan.rel;

import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.rule.Pushdown;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Correlate;
import org.apache.calcite.rel.core.CorrelationId;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.JoinRelType;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rel.core.Uncollect;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCorrelVariable;
import org.apache.calcite.rex.RexFieldAccess;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;

/// UNNEST, of constants and, beside a table, of the arrays of its rows.
final class UnnestTranslator {
    private final PlanTranslator plans;
    private final Pushdown pushdown;
    private final RexBuilder rexBuilder;

    UnnestTranslator(PlanTranslator plans, Pushdown pushdown, RexBuilder rexBuilder) {
        this.plans = plans;
        this.pushdown = pushdown;
        this.rexBuilder = rexBuilder;
    }

    /// The items alone.
    Plan translate(Uncollect uncollect) {
        Plan input = plans.translate(uncollect.getInput());
        List<Expr> arrays = PlanColumn.inputs(input.columns());
        Plan unnested = unnest(input, arrays, uncollect, false);
        List<Expr> all = PlanColumn.inputs(unnested.columns());
        return pushdown.project(
                unnested,
                all.subList(arrays.size(), all.size()),
                uncollect.getRowType().getFieldNames());
    }

    /// Rows beside the items of their arrays, when the right side is nothing more.
    Plan translate(Correlate correlate) {
        Plan left = plans.translate(correlate.getLeft());
        JoinRelType type = correlate.getJoinType();
        if (type != JoinRelType.INNER && type != JoinRelType.LEFT) {
            throw unsupported();
        }
        var outerRow = new OuterRow(
                correlate.getCorrelationId(),
                correlate.getLeft().getRowType(),
                left.columns().size());
        return beside(left, correlate.getRight(), outerRow, type == JoinRelType.LEFT);
    }

    private static RuntimeException unsupported() {
        return ExprTranslator.unsupported("A subquery that refers to the outer query in this way");
    }

    /// @return the left columns, then those of the right
    private Plan beside(Plan left, RelNode right, OuterRow outerRow, boolean outer) {
        return switch (right) {
            case Uncollect uncollect
            when uncollect.getInput() instanceof Project arrays ->
                unnest(left, plans.over(left).all(outerRow.replaceIn(arrays.getProjects())), uncollect, outer);
            case Project project -> {
                Plan input = beside(left, project.getInput(), outerRow, outer);
                var exprs = new ArrayList<>(PlanColumn.inputs(left.columns()));
                exprs.addAll(plans.over(input).all(outerRow.replaceIn(project.getProjects())));
                var names = new ArrayList<>(
                        left.columns().stream().map(PlanColumn::name).toList());
                names.addAll(project.getRowType().getFieldNames());
                yield pushdown.project(input, exprs, names);
            }
            case Filter filter
            when !outer -> {
                Plan input = beside(left, filter.getInput(), outerRow, false);
                yield pushdown.filter(
                        input,
                        plans.over(input)
                                .of(outerRow.replaceIn(List.of(filter.getCondition()))
                                        .getFirst()));
            }
            default -> throw unsupported();
        };
    }

    private static Plan unnest(Plan input, List<Expr> arrays, Uncollect uncollect, boolean outer) {
        var columns = new ArrayList<>(input.columns());
        List<String> names = uncollect.getRowType().getFieldNames();
        for (int i = 0; i < arrays.size(); i++) {
            if (!(arrays.get(i).type() instanceof ColumnType.Array(ColumnType item))) {
                throw ExprTranslator.unsupported(
                        "UNNEST of [%s]".formatted(arrays.get(i).type().sql()));
            }
            columns.add(new PlanColumn(names.get(i), item));
        }
        if (uncollect.withOrdinality) {
            columns.add(new PlanColumn(names.getLast(), Simple.BIGINT));
        }
        Plan unnested = new Plan.Unnest(input, arrays, uncollect.withOrdinality, outer, columns);
        if (!uncollect.withOrdinality) {
            return unnested;
        }
        var exprs = new ArrayList<>(PlanColumn.inputs(columns));
        ColumnType number = PlanTranslator.types(uncollect.getRowType()).getLast();
        exprs.set(exprs.size() - 1, Coercion.cast(exprs.getLast(), number));
        return Plan.Project.of(
                unnested, exprs, columns.stream().map(PlanColumn::name).toList());
    }

    /// References to the row on the left and to the fields on the right, as references to both beside each other.
    private final class OuterRow extends RexShuttle {
        private final CorrelationId id;
        private final RelDataType type;
        private final int width;

        OuterRow(CorrelationId id, RelDataType type, int width) {
            this.id = id;
            this.type = type;
            this.width = width;
        }

        List<RexNode> replaceIn(List<RexNode> nodes) {
            return nodes.stream().map(node -> node.accept(this)).toList();
        }

        @Override
        public RexNode visitFieldAccess(RexFieldAccess access) {
            if (access.getReferenceExpr() instanceof RexCorrelVariable variable && variable.id.equals(id)) {
                return rexBuilder.makeInputRef(type, access.getField().getIndex());
            }
            return super.visitFieldAccess(access);
        }

        @Override
        public RexNode visitInputRef(RexInputRef ref) {
            return new RexInputRef(ref.getIndex() + width, ref.getType());
        }
    }
}
