package io.elanus.sql.catalog;

import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlCallBinding;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.fun.SqlAvgAggFunction;
import org.apache.calcite.sql.fun.SqlSumAggFunction;
import org.apache.calcite.sql.type.SqlTypeName;

/// SUM and AVG of the standard, which also take vectors, element by element.
final class VectorAggregates {
    static final SqlAggFunction SUM = new VectorSum();
    static final SqlAggFunction AVG = new VectorAverage();

    private VectorAggregates() {}

    private static boolean takesVector(SqlCallBinding binding) {
        return binding.getOperandCount() == 1 && Functions.isVector(binding.getOperandType(0));
    }

    private static final class VectorSum extends SqlSumAggFunction {
        @SuppressWarnings("deprecation")
        VectorSum() {
            super(new org.apache.calcite.sql.type.BasicSqlType(
                    io.elanus.sql.type.ElanusTypeSystem.INSTANCE, SqlTypeName.ANY));
        }

        @Override
        public boolean checkOperandTypes(SqlCallBinding callBinding, boolean throwOnFailure) {
            return takesVector(callBinding) || super.checkOperandTypes(callBinding, throwOnFailure);
        }
    }

    private static final class VectorAverage extends SqlAvgAggFunction {
        VectorAverage() {
            super(SqlKind.AVG);
        }

        @Override
        public boolean checkOperandTypes(SqlCallBinding callBinding, boolean throwOnFailure) {
            return takesVector(callBinding) || super.checkOperandTypes(callBinding, throwOnFailure);
        }
    }
}
