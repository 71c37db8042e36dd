package io.elanus.sql.catalog;

import io.elanus.sql.parser.tree.JsonAggregates;
import java.util.ArrayList;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.SqlAggFunction;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlOperatorBinding;
import org.apache.calcite.sql.fun.SqlBasicAggFunction;
import org.apache.calcite.sql.type.OperandTypes;
import org.apache.calcite.sql.type.ReturnTypes;
import org.apache.calcite.sql.type.SqlReturnTypeInference;
import org.apache.calcite.sql.type.SqlSingleOperandTypeChecker;
import org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeTransforms;

/// PostgreSQL's aggregates that Calcite has not, or has with other types.
final class Aggregates {
    private static final SqlReturnTypeInference NUMBER =
            ReturnTypes.explicit(SqlTypeName.DOUBLE).andThen(SqlTypeTransforms.FORCE_NULLABLE);

    private Aggregates() {}

    static List<SqlAggFunction> all() {
        var all = new ArrayList<SqlAggFunction>();
        all.add(JsonAggregates.ARRAY);
        all.add(JsonAggregates.OBJECT);
        for (String name : List.of(
                "CORR",
                "COVAR_POP",
                "COVAR_SAMP",
                "REGR_AVGX",
                "REGR_AVGY",
                "REGR_SXX",
                "REGR_SYY",
                "REGR_SXY",
                "REGR_SLOPE",
                "REGR_INTERCEPT",
                "REGR_R2")) {
            all.add(function(name, NUMBER, OperandTypes.NUMERIC_NUMERIC));
        }
        all.add(function("REGR_COUNT", ReturnTypes.BIGINT, OperandTypes.NUMERIC_NUMERIC));
        all.add(function("PERCENTILE_CONT", Aggregates::between, percentile(SqlTypeFamily.NUMERIC)));
        all.add(function("PERCENTILE_DISC", Aggregates::among, percentile(SqlTypeFamily.ANY)));
        all.add(function(
                "MODE",
                ReturnTypes.ARG0.andThen(SqlTypeTransforms.FORCE_NULLABLE),
                OperandTypes.family(SqlTypeFamily.ANY, SqlTypeFamily.BOOLEAN)));
        return all;
    }

    private static SqlAggFunction function(
            String name, SqlReturnTypeInference returns, SqlSingleOperandTypeChecker operands) {
        return SqlBasicAggFunction.create(name, SqlKind.OTHER_FUNCTION, returns, operands);
    }

    /// Of a value, a fraction or an array of them, and whether the order is descending.
    private static SqlSingleOperandTypeChecker percentile(SqlTypeFamily value) {
        return OperandTypes.family(value, SqlTypeFamily.NUMERIC, SqlTypeFamily.BOOLEAN)
                .or(OperandTypes.family(value, SqlTypeFamily.ARRAY, SqlTypeFamily.BOOLEAN));
    }

    private static RelDataType between(SqlOperatorBinding call) {
        return asFractions(call, call.getTypeFactory().createSqlType(SqlTypeName.DOUBLE));
    }

    private static RelDataType among(SqlOperatorBinding call) {
        return asFractions(call, call.getOperandType(0));
    }

    /// One value, or an array of them where an array of fractions is asked for.
    private static RelDataType asFractions(SqlOperatorBinding call, RelDataType value) {
        var factory = call.getTypeFactory();
        RelDataType nullable = factory.createTypeWithNullability(value, true);
        return call.getOperandType(1).getComponentType() == null
                ? nullable
                : factory.createTypeWithNullability(factory.createArrayType(nullable, -1), true);
    }
}
