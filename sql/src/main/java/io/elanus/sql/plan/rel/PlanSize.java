package io.elanus.sql.plan.rel;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import java.util.Collection;
import java.util.List;
import org.apache.calcite.plan.hep.HepRelVertex;
import org.apache.calcite.rel.RelNode;
import org.apache.calcite.rel.core.Filter;
import org.apache.calcite.rel.core.Join;
import org.apache.calcite.rel.core.Project;
import org.apache.calcite.rex.RexNode;

/// How large a statement may become while it is planned. Expressions are put into one another by rules and
/// rewritten by the converter, and what names an operand twice doubles with each step; whatever made it so, the
/// planner stops where it is still quick.
final class PlanSize {
    /// Nodes of the expressions of one operator.
    private static final long MOST = 1_000_000;

    private PlanSize() {}

    static QueryException tooLarge() {
        return new QueryException(
                ErrorCode.STATEMENT_TOO_COMPLEX,
                "The statement grows too large while it is planned: expressions that stand for much are used"
                        + " within one another.",
                "Split it into several statements, or keep the inner values in a table.");
    }

    /// Before a call of these operands is made.
    static void check(List<? extends RexNode> operands) {
        long size = 1;
        for (RexNode operand : operands) {
            size += operand.nodeCount();
        }
        check(size);
    }

    /// The operators that a rule made, down to those it found.
    static void check(RelNode made) {
        if (made instanceof HepRelVertex) {
            return;
        }
        switch (made) {
            case Filter filter -> check(filter.getCondition().nodeCount());
            case Project project -> check(sum(project.getProjects()));
            case Join join -> check(join.getCondition().nodeCount());
            default -> {}
        }
        made.getInputs().forEach(PlanSize::check);
    }

    private static long sum(Collection<RexNode> nodes) {
        long size = 0;
        for (RexNode node : nodes) {
            size += node.nodeCount();
        }
        return size;
    }

    /// A count that overflowed is negative.
    private static void check(long nodes) {
        if (nodes > MOST || nodes < 0) {
            throw tooLarge();
        }
    }
}
