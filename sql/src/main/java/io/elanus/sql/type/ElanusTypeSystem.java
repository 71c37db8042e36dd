package io.elanus.sql.type;

import io.elanus.storage.type.ColumnType;
import java.math.RoundingMode;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/// Limits and result types: decimals of 38 digits, microseconds, sums that do not overflow at the type of their
/// argument.
public final class ElanusTypeSystem extends RelDataTypeSystemImpl {
    public static final ElanusTypeSystem INSTANCE = new ElanusTypeSystem();
    private static final int TIME_PRECISION = 6;
    /// Digits after the point that an average of decimals has at least, and the most it may have.
    private static final int AVERAGE_EXTRA_SCALE = 4;

    private static final int AVERAGE_MIN_SCALE = 6;
    private static final int AVERAGE_MAX_SCALE = 28;

    private ElanusTypeSystem() {}

    @Override
    public int getMaxPrecision(SqlTypeName typeName) {
        return switch (typeName) {
            case DECIMAL -> ColumnType.Decimal.MAX_PRECISION;
            case TIME, TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE, TIMESTAMP_TZ -> TIME_PRECISION;
            case VARCHAR, CHAR, VARBINARY, BINARY -> Integer.MAX_VALUE;
            default -> super.getMaxPrecision(typeName);
        };
    }

    @Override
    public int getMaxScale(SqlTypeName typeName) {
        return typeName == SqlTypeName.DECIMAL ? ColumnType.Decimal.MAX_PRECISION : super.getMaxScale(typeName);
    }

    @Override
    public int getDefaultPrecision(SqlTypeName typeName) {
        return switch (typeName) {
            case DECIMAL -> ColumnType.Decimal.MAX_PRECISION;
            case TIME, TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE, TIMESTAMP_TZ -> TIME_PRECISION;
            case VARCHAR, VARBINARY -> RelDataType.PRECISION_NOT_SPECIFIED;
            default -> super.getDefaultPrecision(typeName);
        };
    }

    @Override
    public RelDataType deriveSumType(RelDataTypeFactory typeFactory, RelDataType argumentType) {
        RelDataType sum = switch (argumentType.getSqlTypeName()) {
            case TINYINT, SMALLINT, INTEGER, BIGINT -> typeFactory.createSqlType(SqlTypeName.BIGINT);
            case REAL, FLOAT, DOUBLE -> typeFactory.createSqlType(SqlTypeName.DOUBLE);
            case DECIMAL ->
                typeFactory.createSqlType(
                        SqlTypeName.DECIMAL, ColumnType.Decimal.MAX_PRECISION, argumentType.getScale());
            default -> argumentType;
        };
        return typeFactory.createTypeWithNullability(sum, argumentType.isNullable());
    }

    @Override
    public RelDataType deriveAvgAggType(RelDataTypeFactory typeFactory, RelDataType argumentType) {
        RelDataType average;
        if (argumentType instanceof VectorSqlType) {
            average = argumentType;
        } else if (SqlTypeUtil.isDecimal(argumentType)) {
            int scale = Math.min(
                    Math.max(argumentType.getScale(), AVERAGE_MIN_SCALE) + AVERAGE_EXTRA_SCALE, AVERAGE_MAX_SCALE);
            average = typeFactory.createSqlType(SqlTypeName.DECIMAL, ColumnType.Decimal.MAX_PRECISION, scale);
        } else {
            average = typeFactory.createSqlType(SqlTypeName.DOUBLE);
        }
        return typeFactory.createTypeWithNullability(average, argumentType.isNullable());
    }

    /// Half goes away from zero, as in the evaluator and in PostgreSQL.
    @Override
    public RoundingMode roundingMode() {
        return RoundingMode.HALF_UP;
    }

    @Override
    public boolean shouldConvertRaggedUnionTypesToVarying() {
        return true;
    }
}
