package io.elanus.sql.catalog;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.VectorTypeName;
import io.elanus.sql.type.Types;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.calcite.sql.SqlCall;
import org.apache.calcite.sql.SqlCollectionTypeNameSpec;
import org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.sql.SqlLiteral;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.SqlTypeNameSpec;
import org.apache.calcite.sql.SqlUserDefinedTypeNameSpec;
import org.apache.calcite.sql.type.SqlTypeName;
import org.jspecify.annotations.Nullable;

/// Type names and DEFAULT constants of column declarations.
final class TypeNames {
    private static final Map<String, ColumnType> SERIALS = Map.of(
            "serial", ColumnType.Simple.INTEGER,
            "serial4", ColumnType.Simple.INTEGER,
            "bigserial", ColumnType.Simple.BIGINT,
            "serial8", ColumnType.Simple.BIGINT);
    private static final Set<String> STANDARD = Set.of(
            "boolean",
            "tinyint",
            "smallint",
            "integer",
            "bigint",
            "real",
            "double",
            "decimal",
            "numeric",
            "varchar",
            "varbinary",
            "date",
            "time",
            "timestamp",
            "vector",
            "array");

    private TypeNames() {}

    /// Is it PostgreSQL's name for a generated integer?
    static boolean serial(SqlDataTypeSpec spec) {
        return spec.getTypeNameSpec() instanceof SqlUserDefinedTypeNameSpec named
                && SERIALS.containsKey(DdlRequests.lower(named.getTypeName().toString()));
    }

    /// Is it a DEFAULT that gives each row a UUID of its own, as a generated key has it?
    static boolean randomUuid(@Nullable SqlNode defaultValue) {
        return defaultValue instanceof SqlCall call
                && call.operandCount() == 0
                && Set.of("gen_random_uuid", "uuid_generate_v4")
                        .contains(DdlRequests.lower(call.getOperator().getName()));
    }

    static ColumnType columnType(SqlDataTypeSpec spec, SchemaView view, String sql) {
        int position = SqlText.offset(sql, spec.getParserPosition());
        try {
            return columnType(spec.getTypeNameSpec(), view, position);
        } catch (IllegalArgumentException e) {
            throw new QueryException(
                    ErrorCode.INVALID_TABLE_DEFINITION, String.valueOf(e.getMessage()) + ".", position, null, e);
        }
    }

    private static ColumnType columnType(SqlTypeNameSpec spec, SchemaView view, int position) {
        return switch (spec) {
            case VectorTypeName vector -> vector(vector, position);
            case SqlCollectionTypeNameSpec collection ->
                new ColumnType.Array(columnType(collection.getElementTypeName(), view, position));
            case SqlUserDefinedTypeNameSpec named ->
                named(DdlRequests.lower(named.getTypeName().toString()), position);
            case SqlBasicTypeNameSpec basic -> basic(basic, position);
            default -> throw unsupported(spec.getTypeName().toString(), position);
        };
    }

    private static ColumnType vector(VectorTypeName vector, int position) {
        if (vector.dimension() == 0) {
            throw new QueryException(
                    ErrorCode.INVALID_TABLE_DEFINITION,
                    "A VECTOR column needs its dimension.",
                    position,
                    "Write VECTOR(768) or what your model yields.",
                    null);
        }
        return new ColumnType.Vector(vector.dimension(), VectorElement.valueOf(vector.element()));
    }

    private static ColumnType named(String name, int position) {
        ColumnType type = Types.ALIASES.getOrDefault(name, SERIALS.get(name));
        if (type == null) {
            var known = new TreeSet<>(Types.ALIASES.keySet());
            known.addAll(STANDARD);
            throw new QueryException(
                    ErrorCode.UNDEFINED_OBJECT,
                    "Type [%s] does not exist.".formatted(name),
                    position,
                    Suggestions.didYouMean(name, known).orElse(null),
                    null);
        }
        return type;
    }

    private static ColumnType basic(SqlBasicTypeNameSpec basic, int position) {
        SqlTypeName name = SqlTypeName.get(basic.getTypeName().getSimple());
        int precision = basic.getPrecision();
        if (name == null) {
            throw unsupported(basic.getTypeName().getSimple(), position);
        }
        return switch (name) {
            case BOOLEAN -> ColumnType.Simple.BOOLEAN;
            case TINYINT -> ColumnType.Simple.TINYINT;
            case SMALLINT -> ColumnType.Simple.SMALLINT;
            case INTEGER -> ColumnType.Simple.INTEGER;
            case BIGINT -> ColumnType.Simple.BIGINT;
            case REAL -> ColumnType.Simple.REAL;
            case FLOAT, DOUBLE -> ColumnType.Simple.DOUBLE;
            case DECIMAL -> {
                int digits = precision < 0 ? ColumnType.Decimal.MAX_PRECISION : precision;
                int scale = basic.getScale() < 0 || basic.getScale() == Integer.MIN_VALUE ? 0 : basic.getScale();
                yield new ColumnType.Decimal(digits, scale);
            }
            case VARCHAR, CHAR -> precision < 0 ? Types.TEXT : new ColumnType.Varchar(precision);
            case VARBINARY, BINARY -> ColumnType.Simple.VARBINARY;
            case DATE -> ColumnType.Simple.DATE;
            case TIME -> ColumnType.Simple.TIME;
            case TIMESTAMP -> ColumnType.Simple.TIMESTAMP;
            case TIMESTAMP_WITH_LOCAL_TIME_ZONE, TIMESTAMP_TZ -> ColumnType.Simple.TIMESTAMP_TZ;
            case UUID -> ColumnType.Simple.UUID;
            case VARIANT -> ColumnType.Simple.JSON;
            default -> throw unsupported(name.getName(), position);
        };
    }

    private static QueryException unsupported(String name, int position) {
        return new QueryException(
                ErrorCode.FEATURE_NOT_SUPPORTED, "Type [%s] is not supported.".formatted(name), position, null, null);
    }

    /// The value of a DEFAULT: a literal, maybe signed or cast.
    static Literal constant(SqlNode node, ColumnType type, SchemaView view, String sql) {
        return constant(node, type, sql, "DEFAULT");
    }

    /// A literal, maybe signed or cast.
    ///
    /// @param what it is, for errors
    static Literal constant(SqlNode node, ColumnType type, String sql, String what) {
        Object value = value(node, sql);
        try {
            return Literals.of(value, type);
        } catch (StorageException e) {
            throw new QueryException(
                    e.code(),
                    what + " does not fit its column: " + e.getMessage(),
                    SqlText.offset(sql, node.getParserPosition()),
                    null,
                    e);
        }
    }

    private static @Nullable Object value(SqlNode node, String sql) {
        if (node instanceof SqlLiteral literal) {
            return switch (literal.getTypeName()) {
                case NULL -> null;
                case BOOLEAN -> literal.getValueAs(Boolean.class);
                case CHAR -> literal.getValueAs(String.class);
                case DECIMAL, DOUBLE, INTEGER, BIGINT -> literal.getValueAs(BigDecimal.class);
                case BINARY -> literal.getValueAs(byte[].class);
                default -> String.valueOf(literal.getValue());
            };
        }
        if (node instanceof SqlCall call
                && call.getKind() == SqlKind.MINUS_PREFIX
                && value(call.operand(0), sql) instanceof BigDecimal number) {
            return number.negate();
        }
        if (node instanceof SqlCall call && call.getKind() == SqlKind.CAST) {
            if (call.operand(1) instanceof SqlDataTypeSpec type
                    && type.getTypeNameSpec() instanceof SqlUserDefinedTypeNameSpec name) {
                named(DdlRequests.lower(name.getTypeName().toString()), SqlText.offset(sql, type.getParserPosition()));
            }
            return value(call.operand(0), sql);
        }
        throw new QueryException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                "A constant stands here, not an expression.",
                SqlText.offset(sql, node.getParserPosition()),
                "Write the value; of a DEFAULT, give it in the INSERT.",
                null);
    }
}
