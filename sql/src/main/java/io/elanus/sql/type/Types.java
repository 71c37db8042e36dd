package io.elanus.sql.type;

import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.SparseVector;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/// The one mapping between column types and Calcite's types.
public final class Types {
    public static final ColumnType.Varchar TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);

    /// Names of types that Calcite's grammar does not know, as PostgreSQL and others spell them.
    public static final Map<String, ColumnType> ALIASES = Map.ofEntries(
            Map.entry("text", TEXT),
            Map.entry("string", TEXT),
            Map.entry("bpchar", TEXT),
            Map.entry("name", TEXT),
            Map.entry("bool", Simple.BOOLEAN),
            Map.entry("int1", Simple.TINYINT),
            Map.entry("int2", Simple.SMALLINT),
            Map.entry("int4", Simple.INTEGER),
            Map.entry("int8", Simple.BIGINT),
            Map.entry("long", Simple.BIGINT),
            Map.entry("float4", Simple.REAL),
            Map.entry("float8", Simple.DOUBLE),
            Map.entry("json", Simple.JSON),
            Map.entry("jsonb", Simple.JSON),
            Map.entry("bytea", Simple.VARBINARY),
            Map.entry("blob", Simple.VARBINARY),
            Map.entry("uuid", Simple.UUID),
            Map.entry("timestamptz", Simple.TIMESTAMP_TZ),
            Map.entry("datetime", Simple.TIMESTAMP));

    private Types() {}

    public static RelDataType toRel(ColumnType type, boolean nullable, ElanusTypeFactory factory) {
        RelDataType rel = switch (type) {
            case Simple simple -> factory.createSqlType(sqlTypeName(simple));
            case ColumnType.Decimal(int precision, int scale) ->
                factory.createSqlType(SqlTypeName.DECIMAL, precision, scale);
            case ColumnType.Varchar(int maxLength) ->
                maxLength == ColumnType.Varchar.UNLIMITED
                        ? factory.createSqlType(SqlTypeName.VARCHAR)
                        : factory.createSqlType(SqlTypeName.VARCHAR, maxLength);
            case ColumnType.Array(ColumnType item) -> factory.createArrayType(toRel(item, true, factory), -1);
            case ColumnType.Vector vector ->
                factory.createVectorType(vector.dimension(), vector.element().name());
        };
        return factory.createTypeWithNullability(rel, nullable);
    }

    private static SqlTypeName sqlTypeName(Simple type) {
        return switch (type) {
            case BOOLEAN -> SqlTypeName.BOOLEAN;
            case TINYINT -> SqlTypeName.TINYINT;
            case SMALLINT -> SqlTypeName.SMALLINT;
            case INTEGER -> SqlTypeName.INTEGER;
            case BIGINT -> SqlTypeName.BIGINT;
            case REAL -> SqlTypeName.REAL;
            case DOUBLE -> SqlTypeName.DOUBLE;
            case VARBINARY -> SqlTypeName.VARBINARY;
            case DATE -> SqlTypeName.DATE;
            case TIME -> SqlTypeName.TIME;
            case TIMESTAMP -> SqlTypeName.TIMESTAMP;
            case TIMESTAMP_TZ -> SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE;
            case UUID -> SqlTypeName.UUID;
            case JSON -> SqlTypeName.VARIANT;
        };
    }

    /// The column type of an expression. Throws [UnsupportedTypeException] for a type we do not have.
    public static ColumnType fromRel(RelDataType type) {
        if (type instanceof VectorSqlType vector) {
            return vector.columnType();
        }
        return switch (type.getSqlTypeName()) {
            case BOOLEAN -> Simple.BOOLEAN;
            case TINYINT -> Simple.TINYINT;
            case SMALLINT -> Simple.SMALLINT;
            case INTEGER -> Simple.INTEGER;
            case BIGINT -> Simple.BIGINT;
            case REAL -> Simple.REAL;
            case FLOAT, DOUBLE -> Simple.DOUBLE;
            case DECIMAL -> decimal(type);
            case CHAR, NULL -> TEXT;
            case VARCHAR ->
                type.getPrecision() == RelDataType.PRECISION_NOT_SPECIFIED
                        ? TEXT
                        : new ColumnType.Varchar(type.getPrecision());
            case BINARY, VARBINARY -> Simple.VARBINARY;
            case DATE -> Simple.DATE;
            case TIME -> Simple.TIME;
            case TIMESTAMP -> Simple.TIMESTAMP;
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE, TIMESTAMP_TZ -> Simple.TIMESTAMP_TZ;
            case UUID -> Simple.UUID;
            case VARIANT -> Simple.JSON;
            case ARRAY, MULTISET -> array(type);
            case INTERVAL_YEAR,
                    INTERVAL_YEAR_MONTH,
                    INTERVAL_MONTH,
                    INTERVAL_DAY,
                    INTERVAL_DAY_HOUR,
                    INTERVAL_DAY_MINUTE,
                    INTERVAL_DAY_SECOND,
                    INTERVAL_HOUR,
                    INTERVAL_HOUR_MINUTE,
                    INTERVAL_HOUR_SECOND,
                    INTERVAL_MINUTE,
                    INTERVAL_MINUTE_SECOND,
                    INTERVAL_SECOND -> Simple.BIGINT;
            default -> throw new UnsupportedTypeException(type.getFullTypeString());
        };
    }

    private static ColumnType decimal(RelDataType type) {
        int precision = Math.min(Math.max(type.getPrecision(), 1), ColumnType.Decimal.MAX_PRECISION);
        return new ColumnType.Decimal(precision, Math.min(Math.max(type.getScale(), 0), precision));
    }

    private static ColumnType array(RelDataType type) {
        RelDataType item = type.getComponentType();
        if (item == null || item instanceof VectorSqlType || item.getComponentType() != null) {
            throw new UnsupportedTypeException(type.getFullTypeString());
        }
        return new ColumnType.Array(fromRel(item));
    }

    public static boolean isText(RelDataType type) {
        return SqlTypeUtil.inCharFamily(type);
    }

    /// A type of the standard that no column can have here.
    public static final class UnsupportedTypeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnsupportedTypeException(String type) {
            super("Type [%s] is not supported.".formatted(type));
        }
    }

    /// The dimension that a sparse vector's text ends with, `{1:3,5:2}/5`; empty for any other text.
    public static OptionalInt sparseDimension(String text) {
        int slash = text.lastIndexOf('/');
        if (slash < 0 || !text.stripLeading().startsWith("{")) {
            return OptionalInt.empty();
        }
        try {
            int dimension = Integer.parseInt(text.substring(slash + 1).strip());
            return dimension >= 1 && dimension <= SparseVector.MAX_DIMENSION
                    ? OptionalInt.of(dimension)
                    : OptionalInt.empty();
        } catch (NumberFormatException _) {
            return OptionalInt.empty();
        }
    }
}
