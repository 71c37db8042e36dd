package io.elanus.sql.plan.rel;

import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexCall;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlOperator;

/// A call that has another value each time. Calcite puts a query's columns in the place of their names, twice where
/// they are named twice, unless that makes the expressions much larger; so such a call is large.
final class VaryingCall extends RexCall {
    private static final int SIZE = 10_000;

    VaryingCall(RelDataType type, SqlOperator operator, List<? extends RexNode> operands) {
        super(type, operator, operands);
    }

    @Override
    public int nodeCount() {
        return SIZE;
    }

    @Override
    public RexCall clone(RelDataType type, List<RexNode> operands) {
        return new VaryingCall(type, getOperator(), operands);
    }
}
