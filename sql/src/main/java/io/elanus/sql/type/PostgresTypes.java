package io.elanus.sql.type;

import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.VectorElement;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.sql.type.SqlTypeName;

/// What PostgreSQL calls the types.
public final class PostgresTypes {
    private PostgresTypes() {}

    /// As `pg_typeof` says it: without length and digits, an array by the type of its items.
    public static String name(RelDataType type) {
        SqlTypeName name = type.getSqlTypeName();
        if (SqlTypeName.INTERVAL_TYPES.contains(name)) {
            return "interval";
        }
        return name == SqlTypeName.NULL ? "unknown" : name(Types.fromRel(type));
    }

    private static String name(ColumnType type) {
        return switch (type) {
            case Simple.BOOLEAN -> "boolean";
            case Simple.TINYINT -> "tinyint";
            case Simple.SMALLINT -> "smallint";
            case Simple.INTEGER -> "integer";
            case Simple.BIGINT -> "bigint";
            case Simple.REAL -> "real";
            case Simple.DOUBLE -> "double precision";
            case Simple.VARBINARY -> "bytea";
            case Simple.DATE -> "date";
            case Simple.TIME -> "time without time zone";
            case Simple.TIMESTAMP -> "timestamp without time zone";
            case Simple.TIMESTAMP_TZ -> "timestamp with time zone";
            case Simple.UUID -> "uuid";
            case Simple.JSON -> "json";
            case ColumnType.Decimal _ -> "numeric";
            case ColumnType.Varchar varchar -> varchar.equals(Types.TEXT) ? "text" : "character varying";
            case ColumnType.Array(ColumnType item) -> name(item) + "[]";
            case ColumnType.Vector vector -> vector(vector.element());
        };
    }

    private static String vector(VectorElement element) {
        return switch (element) {
            case FLOAT32 -> "vector";
            case FLOAT16 -> "halfvec";
            case BINARY -> "bit";
            case SPARSE -> "sparsevec";
            case BFLOAT16, INT8 -> "vector";
        };
    }
}
