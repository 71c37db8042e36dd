package io.elanus.sql.plan.rel;

import org.apache.calcite.plan.Strong;
import org.apache.calcite.rel.RelHomogeneousShuttle;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.rex.RexShuttle;
import org.apache.calcite.rex.RexUtil;

/// Calls that are NULL because an argument is (`x > NULL`, `- CAST(NULL AS INTEGER)`) as the NULL that they are: the
/// planner's metadata takes no comparison with NULL for a predicate and fails.
final class NullCalls extends RelHomogeneousShuttle {
    private final RexShuttle folding;

    private NullCalls(RexBuilder builder) {
        folding = new RexShuttle() {
            @Override
            public RexNode visitCall(RexCall call) {
                RexNode visited = super.visitCall(call);
                return visited instanceof RexCall same && isNull(same)
                        ? builder.makeNullLiteral(same.getType())
                        : visited;
            }
        };
    }

    static RelNode fold(RelNode tree, RexBuilder builder) {
        return tree.accept(new NullCalls(builder));
    }

    @Override
    public RelNode visit(RelNode node) {
        return super.visit(node).accept(folding);
    }

    private static boolean isNull(RexCall call) {
        return Strong.policy(call) == Strong.Policy.ANY
                && call.getOperands().stream().anyMatch(operand -> RexUtil.isNullLiteral(operand, true));
    }
}
