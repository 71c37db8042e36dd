package io.elanus.sql.type;

import io.elanus.sql.parser.tree.VectorTypeName;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeFactoryImpl;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/// Makes types; keeps a VECTOR a VECTOR where the stock factory would make an ARRAY of it.
public final class ElanusTypeFactory extends SqlTypeFactoryImpl implements VectorTypeName.VectorTypeFactory {
    public ElanusTypeFactory() {
        super(ElanusTypeSystem.INSTANCE);
    }

    @Override
    public RelDataType createVectorType(int dimension, String element) {
        return canonize(new VectorSqlType(createSqlType(SqlTypeName.REAL), dimension, element, false));
    }

    @Override
    public RelDataType createSqlType(SqlTypeName typeName) {
        return super.createSqlType(instant(typeName));
    }

    @Override
    public RelDataType createSqlType(SqlTypeName typeName, int precision) {
        return super.createSqlType(instant(typeName), precision);
    }

    /// TIMESTAMP WITH TIME ZONE has one form here: an instant.
    private static SqlTypeName instant(SqlTypeName typeName) {
        return typeName == SqlTypeName.TIMESTAMP_TZ ? SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE : typeName;
    }

    @Override
    public RelDataType createTypeWithNullability(RelDataType type, boolean nullable) {
        return type instanceof VectorSqlType vector
                ? canonize(vector.withNullability(nullable))
                : super.createTypeWithNullability(type, nullable);
    }

    @Override
    public RelDataType copyType(RelDataType type) {
        return type instanceof VectorSqlType ? type : super.copyType(type);
    }

    @Override
    public @Nullable RelDataType leastRestrictive(List<RelDataType> types) {
        VectorSqlType vector = null;
        boolean nullable = false;
        for (RelDataType type : types) {
            nullable |= type.isNullable();
            if (type instanceof VectorSqlType candidate) {
                if (vector != null && vector.dimension() != candidate.dimension()) {
                    return null;
                }
                vector = vector == null ? candidate : vector;
            } else if (type.getSqlTypeName() != SqlTypeName.NULL && !Types.isText(type)) {
                return super.leastRestrictive(types);
            }
        }
        return vector == null ? super.leastRestrictive(types) : createTypeWithNullability(vector, nullable);
    }

    @Override
    public Charset getDefaultCharset() {
        return StandardCharsets.UTF_8;
    }
}
