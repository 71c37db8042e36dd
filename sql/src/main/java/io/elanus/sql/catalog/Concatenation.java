package io.elanus.sql.catalog;

import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlBinaryOperator;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperandCountRange;
import org.apache.calcite.sql.SqlOperator;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.calcite.sql.type.InferTypes;
import org.apache.calcite.sql.type.SqlOperandCountRanges;
import org.apache.calcite.sql.type.SqlOperandTypeChecker;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;
import org.jspecify.annotations.Nullable;

/// `a || b`: of two arrays, of an array and an item, or of texts, where one side may be anything that is written as
/// text.
final class Concatenation extends SqlBinaryOperator {
    Concatenation() {
        super(
                "||",
                SqlKind.OTHER,
                SqlStdOperatorTable.CONCAT.getLeftPrec(),
                true,
                Concatenation::type,
                InferTypes.FIRST_KNOWN,
                new Checker());
    }

    private static RelDataType type(SqlOperatorBinding call) {
        RelDataType array = array(call);
        if (array != null) {
            return array;
        }
        boolean nullable =
                call.getOperandType(0).isNullable() || call.getOperandType(1).isNullable();
        var factory = call.getTypeFactory();
        return factory.createTypeWithNullability(factory.createSqlType(SqlTypeName.VARCHAR), nullable);
    }

    /// The array that comes out; null if neither side is one, or if they do not go together.
    private static @Nullable RelDataType array(SqlOperatorBinding call) {
        RelDataType left = call.getOperandType(0);
        RelDataType right = call.getOperandType(1);
        if (left.getComponentType() == null && right.getComponentType() == null) {
            return null;
        }
        RelDataType a = left.getComponentType() == null ? left : left.getComponentType();
        RelDataType b = right.getComponentType() == null ? right : right.getComponentType();
        var factory = call.getTypeFactory();
        RelDataType item =
                SqlTypeUtil.isNull(a) ? b : SqlTypeUtil.isNull(b) ? a : factory.leastRestrictive(List.of(a, b));
        if (item == null || item.getSqlTypeName() == SqlTypeName.ANY) {
            return null;
        }
        RelDataType plain = SqlTypeUtil.inCharFamily(item) ? factory.createSqlType(SqlTypeName.VARCHAR) : item;
        return factory.createTypeWithNullability(
                factory.createArrayType(factory.createTypeWithNullability(plain, true), -1), true);
    }

    private static final class Checker implements SqlOperandTypeChecker {
        @Override
        public boolean checkOperandTypes(SqlCallBinding call, boolean throwOnFailure) {
            RelDataType left = call.getOperandType(0);
            RelDataType right = call.getOperandType(1);
            boolean fits = left.getComponentType() != null || right.getComponentType() != null
                    ? array(call) != null
                    : text(left) || text(right);
            if (!fits && throwOnFailure) {
                throw call.newValidationSignatureError();
            }
            return fits;
        }

        private static boolean text(RelDataType type) {
            SqlTypeName name = type.getSqlTypeName();
            return SqlTypeUtil.inCharFamily(type)
                    || name == SqlTypeName.NULL
                    || name == SqlTypeName.UNKNOWN
                    || name == SqlTypeName.ANY
                    || name == SqlTypeName.VARIANT;
        }

        @Override
        public SqlOperandCountRange getOperandCountRange() {
            return SqlOperandCountRanges.of(2);
        }

        @Override
        public String getAllowedSignatures(SqlOperator op, String opName) {
            return "text || any, any || text, array || array, array || item, item || array";
        }
    }
}
