package io.elanus.sql.plan.rel;

import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rex.RexBuilder;
import org.apache.calcite.rex.RexNode;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlPostfixOperator;
import org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.calcite.sql.type.InferTypes;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;

/// Makes expressions that Calcite's simplifier leaves right.
///
/// Inside `c IS NOT FALSE` the simplifier takes unknown for TRUE, and there it makes `x <> 1` of `x IS NOT NULL AND
/// x <> 1`: where x is NULL the one is unknown, thus TRUE, and the other FALSE. Every `CASE WHEN x IS NULL …` and
/// COALESCE of conditions passes through that form. IS NOT FALSE is the only entry to that mode, so it is made with
/// an operator that the simplifier does not know: it still simplifies the operand, as what it is.
///
/// No call becomes larger than [PlanSize] allows, and none is made when nobody waits for the plan any more.
final class SoundRexBuilder extends RexBuilder {
    static final SqlOperator IS_NOT_FALSE = new SqlPostfixOperator(
            "IS NOT FALSE",
            SqlKind.OTHER_FUNCTION,
            28,
            ReturnTypes.BOOLEAN_NOT_NULL,
            InferTypes.BOOLEAN,
            OperandTypes.BOOLEAN);

    SoundRexBuilder(RelDataTypeFactory types) {
        super(types);
    }

    @Override
    public RexNode makeCall(SqlParserPos position, RelDataType type, SqlOperator operator, List<RexNode> operands) {
        bounded(operands);
        return operator.isDeterministic()
                ? super.makeCall(position, type, sound(operator), operands)
                : new VaryingCall(type, operator, operands);
    }

    @Override
    public RexNode makeCall(SqlParserPos position, SqlOperator operator, List<? extends RexNode> operands) {
        bounded(operands);
        return operator.isDeterministic()
                ? super.makeCall(position, sound(operator), operands)
                : new VaryingCall(deriveReturnType(operator, operands), operator, operands);
    }

    private static void bounded(List<? extends RexNode> operands) {
        Interruption.check();
        PlanSize.check(operands);
    }

    private static SqlOperator sound(SqlOperator operator) {
        return operator.getKind() == SqlKind.IS_NOT_FALSE ? IS_NOT_FALSE : operator;
    }
}
