package io.elanus.sql.catalog;

import io.elanus.sql.type.Types;
import io.elanus.sql.type.VectorSqlType;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlDynamicParam;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlOperandCountRange;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlUtil;
import org.apache.calcite.sql.type.SqlOperandCountRanges;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/// The first `vectors` operands are vectors or what becomes one (text, an array of numbers, a parameter); those
/// after it are integers. A distance needs one operand whose dimension is known, or none at all known by type.
final class VectorOperandChecker implements SqlOperandTypeChecker {
    private final int vectors;
    private final int integers;

    VectorOperandChecker(int vectors, int integers) {
        this.vectors = vectors;
        this.integers = integers;
    }

    @Override
    public boolean checkOperandTypes(SqlCallBinding callBinding, boolean throwOnFailure) {
        for (int i = 0; i < callBinding.getOperandCount(); i++) {
            SqlNode operand = callBinding.operand(i);
            boolean fits;
            if (SqlUtil.isNullLiteral(operand, true) || (i < vectors && typed(operand, callBinding))) {
                fits = true;
            } else {
                RelDataType type = callBinding.getOperandType(i);
                fits = i < vectors ? vectorLike(type) : SqlTypeUtil.isIntType(type);
            }
            if (!fits) {
                if (throwOnFailure) {
                    throw callBinding.newValidationSignatureError();
                }
                return false;
            }
        }
        return true;
    }

    /// A parameter takes the type of the vector beside it. It is given here because the validator derives the types
    /// of ORDER BY before it infers those of parameters.
    private boolean typed(SqlNode operand, SqlCallBinding callBinding) {
        if (!(operand instanceof SqlDynamicParam)) {
            return false;
        }
        for (int i = 0; i < vectors; i++) {
            boolean known = !(callBinding.operand(i) instanceof SqlDynamicParam);
            if (known && callBinding.getOperandType(i) instanceof VectorSqlType vector) {
                RelDataType type = callBinding.getTypeFactory().createTypeWithNullability(vector, true);
                callBinding.getValidator().setValidatedNodeType(operand, type);
                return true;
            }
        }
        return false;
    }

    private static boolean vectorLike(RelDataType type) {
        if (type instanceof VectorSqlType || Types.isText(type) || type.getSqlTypeName() == SqlTypeName.NULL) {
            return true;
        }
        RelDataType item = type.getComponentType();
        return item != null && SqlTypeUtil.isNumeric(item);
    }

    @Override
    public SqlOperandCountRange getOperandCountRange() {
        return SqlOperandCountRanges.of(vectors + integers);
    }

    @Override
    public String getAllowedSignatures(SqlOperator op, String opName) {
        return opName + "(" + "VECTOR, ".repeat(Math.max(vectors - 1, 0)) + "VECTOR" + ", INTEGER".repeat(integers)
                + ")";
    }
}
