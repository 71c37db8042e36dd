package io.elanus.sql.flight;

import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.VectorElement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetXdbcTypeInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.Nullable;
import org.apache.arrow.flight.sql.impl.FlightSql.Searchable;

/// The column types by their XDBC codes, which are JDBC's.
final class TypeInfo {
    private static final int DECIMAL_RADIX = 10;

    private record Described(String name, int code, int size, ColumnType type) {}

    private TypeInfo() {}

    static MetadataRows list(CommandGetXdbcTypeInfo command) {
        var rows = new MetadataRows(Schemas.GET_TYPE_INFO_SCHEMA);
        var types = new ArrayList<ColumnType>(Arrays.asList(ColumnType.Simple.values()));
        types.add(new ColumnType.Decimal(ColumnType.Decimal.MAX_PRECISION, 0));
        types.add(new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED));
        types.add(new ColumnType.Vector(ColumnType.Vector.MAX_DIMENSION, VectorElement.FLOAT32));
        Optional<Integer> wanted = command.hasDataType() ? Optional.of(command.getDataType()) : Optional.empty();
        types.stream()
                .map(TypeInfo::described)
                .filter(type -> wanted.isEmpty() || wanted.get() == type.code())
                .sorted(Comparator.comparingInt(Described::code).thenComparing(Described::name))
                .forEach(type -> add(rows, type));
        return rows;
    }

    private static void add(MetadataRows rows, Described described) {
        ColumnType type = described.type();
        boolean number = switch (described.code()) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.REAL, Types.DOUBLE, Types.DECIMAL ->
                true;
            default -> false;
        };
        boolean quoted = !number && described.code() != Types.BOOLEAN && described.code() != Types.VARBINARY;
        boolean vector = type instanceof ColumnType.Vector;
        boolean decimal = type instanceof ColumnType.Decimal;
        rows.add(
                described.name(),
                described.code(),
                described.size(),
                quoted ? "'" : null,
                quoted ? "'" : null,
                parameters(type),
                Nullable.NULLABILITY_NULLABLE_VALUE,
                type instanceof ColumnType.Varchar,
                vector ? Searchable.SEARCHABLE_NONE_VALUE : Searchable.SEARCHABLE_FULL_VALUE,
                number ? Boolean.FALSE : null,
                false,
                type == ColumnType.Simple.BIGINT,
                described.name(),
                decimal ? 0 : null,
                decimal ? ColumnType.Decimal.MAX_PRECISION : null,
                described.code(),
                null,
                number ? DECIMAL_RADIX : null,
                null);
    }

    private static List<String> parameters(ColumnType type) {
        return switch (type) {
            case ColumnType.Vector _ -> List.of("dimension", "element");
            case ColumnType.Decimal _ -> List.of("precision", "scale");
            case ColumnType.Varchar _ -> List.of("length");
            case ColumnType.Simple _, ColumnType.Array _ -> List.of();
        };
    }

    private static Described described(ColumnType type) {
        return switch (type) {
            case ColumnType.Simple simple -> simple(simple);
            case ColumnType.Decimal decimal -> new Described("DECIMAL", Types.DECIMAL, decimal.precision(), type);
            case ColumnType.Varchar text -> new Described("VARCHAR", Types.VARCHAR, text.maxLength(), type);
            case ColumnType.Array array -> new Described(array.sql(), Types.ARRAY, 0, type);
            case ColumnType.Vector vector -> new Described("VECTOR", Types.ARRAY, vector.dimension(), type);
        };
    }

    private static Described simple(ColumnType.Simple type) {
        return switch (type) {
            case BOOLEAN -> new Described(type.sql(), Types.BOOLEAN, 1, type);
            case TINYINT -> new Described(type.sql(), Types.TINYINT, 3, type);
            case SMALLINT -> new Described(type.sql(), Types.SMALLINT, 5, type);
            case INTEGER -> new Described(type.sql(), Types.INTEGER, 10, type);
            case BIGINT -> new Described(type.sql(), Types.BIGINT, 19, type);
            case REAL -> new Described(type.sql(), Types.REAL, 7, type);
            case DOUBLE -> new Described(type.sql(), Types.DOUBLE, 15, type);
            case VARBINARY -> new Described(type.sql(), Types.VARBINARY, Integer.MAX_VALUE, type);
            case DATE -> new Described(type.sql(), Types.DATE, 10, type);
            case TIME -> new Described(type.sql(), Types.TIME, 15, type);
            case TIMESTAMP -> new Described(type.sql(), Types.TIMESTAMP, 26, type);
            case TIMESTAMP_TZ -> new Described(type.sql(), Types.TIMESTAMP_WITH_TIMEZONE, 32, type);
            case UUID -> new Described(type.sql(), Types.OTHER, 36, type);
            case JSON -> new Described(type.sql(), Types.VARCHAR, Integer.MAX_VALUE, type);
        };
    }
}
