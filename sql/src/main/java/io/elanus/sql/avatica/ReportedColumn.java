package io.elanus.sql.avatica;

import io.elanus.sql.session.PreparedQuery.ResultColumn;
import io.elanus.storage.type.ColumnType;
import java.sql.Types;
import java.util.List;
import org.apache.calcite.avatica.proto.Common.Rep;
import org.jspecify.annotations.Nullable;

/// A result column or a parameter as JDBC sees it.
///
/// @param jdbc the type in JDBC's terms
/// @param item type of the items, for an array
/// @param origin schema, table and column it comes from; empty for an expression
record ReportedColumn(
        String label, ColumnType type, Jdbc jdbc, @Nullable Jdbc item, boolean nullable, List<String> origin) {

    /// @param id one of [Types]
    record Jdbc(int id, String name, Rep rep, String className, int precision, int scale) {}

    static ReportedColumn of(ResultColumn column, Wire wire) {
        Jdbc item = switch (column.type()) {
            case ColumnType.Array(ColumnType each) -> jdbc(each, wire);
            case ColumnType.Vector vector
            when !vector.sparse() && !wire.exact() && wire.vectors() == Wire.VectorForm.ARRAY ->
                jdbc(ColumnType.Simple.REAL, wire);
            case ColumnType _ -> null;
        };
        return new ReportedColumn(
                column.name(), column.type(), jdbc(column.type(), wire), item, column.nullable(), column.origin());
    }

    static ReportedColumn parameter(ColumnType type, int number, Wire wire) {
        return of(new ResultColumn("?" + number, type, true, List.of()), wire);
    }

    boolean signed() {
        return switch (jdbc.id()) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.REAL, Types.DOUBLE, Types.DECIMAL ->
                true;
            default -> false;
        };
    }

    int displaySize() {
        return switch (jdbc.id()) {
            case Types.BOOLEAN -> 5;
            case Types.TINYINT -> 4;
            case Types.SMALLINT -> 6;
            case Types.INTEGER, Types.DATE -> 11;
            case Types.BIGINT -> 20;
            case Types.REAL -> 15;
            case Types.DOUBLE -> 25;
            case Types.DECIMAL -> jdbc.precision() + 2;
            case Types.TIME -> 15;
            case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> 32;
            default -> jdbc.precision();
        };
    }

    static Jdbc jdbc(ColumnType type, Wire wire) {
        return switch (type) {
            case ColumnType.Simple simple -> simple(simple, wire);
            case ColumnType.Decimal(int precision, int scale) ->
                new Jdbc(Types.DECIMAL, "DECIMAL", Rep.NUMBER, "java.math.BigDecimal", precision, scale);
            case ColumnType.Varchar(int length) ->
                new Jdbc(Types.VARCHAR, "VARCHAR", Rep.STRING, "java.lang.String", length, 0);
            case ColumnType.Array array -> new Jdbc(Types.ARRAY, array.sql(), Rep.ARRAY, "java.sql.Array", 0, 0);
            case ColumnType.Vector vector -> vector(vector, wire);
        };
    }

    private static Jdbc vector(ColumnType.Vector vector, Wire wire) {
        String name = vector.sql();
        int dimension = vector.dimension();
        if (vector.sparse()) {
            return new Jdbc(Types.VARCHAR, name, Rep.STRING, "java.lang.String", dimension, 0);
        }
        if (wire.exact()) {
            int id = switch (wire.vectors()) {
                case VARCHAR -> Types.VARCHAR;
                case ARRAY -> Types.ARRAY;
                case BINARY -> Types.VARBINARY;
                case OBJECT -> Types.OTHER;
            };
            String className = id == Types.VARCHAR ? "java.lang.String" : "[F";
            return new Jdbc(id, name, Rep.BYTE_STRING, className, dimension, 0);
        }
        return switch (wire.vectors()) {
            case VARCHAR -> new Jdbc(Types.VARCHAR, name, Rep.STRING, "java.lang.String", dimension, 0);
            case ARRAY -> new Jdbc(Types.ARRAY, name, Rep.ARRAY, "java.sql.Array", dimension, 0);
            case BINARY -> new Jdbc(Types.VARBINARY, name, Rep.BYTE_STRING, "[B", dimension, 0);
            case OBJECT -> new Jdbc(Types.OTHER, name, Rep.STRING, "java.lang.String", dimension, 0);
        };
    }

    private static Jdbc simple(ColumnType.Simple type, Wire wire) {
        return switch (type) {
            case BOOLEAN -> new Jdbc(Types.BOOLEAN, "BOOLEAN", Rep.BOOLEAN, "java.lang.Boolean", 1, 0);
            case TINYINT -> new Jdbc(Types.TINYINT, "TINYINT", Rep.BYTE, "java.lang.Byte", 3, 0);
            case SMALLINT -> new Jdbc(Types.SMALLINT, "SMALLINT", Rep.SHORT, "java.lang.Short", 5, 0);
            case INTEGER -> new Jdbc(Types.INTEGER, "INTEGER", Rep.INTEGER, "java.lang.Integer", 10, 0);
            case BIGINT -> new Jdbc(Types.BIGINT, "BIGINT", Rep.LONG, "java.lang.Long", 19, 0);
            case REAL -> new Jdbc(Types.REAL, "REAL", Rep.FLOAT, "java.lang.Float", 7, 0);
            case DOUBLE -> new Jdbc(Types.DOUBLE, "DOUBLE", Rep.DOUBLE, "java.lang.Double", 15, 0);
            case VARBINARY -> new Jdbc(Types.VARBINARY, "VARBINARY", Rep.BYTE_STRING, "[B", Integer.MAX_VALUE, 0);
            case DATE -> new Jdbc(Types.DATE, "DATE", Rep.INTEGER, "java.sql.Date", 10, 0);
            case TIME ->
                new Jdbc(Types.TIME, "TIME", wire.exact() ? Rep.LONG : Rep.INTEGER, "java.sql.Time", fraction(wire), 0);
            case TIMESTAMP -> new Jdbc(Types.TIMESTAMP, "TIMESTAMP", Rep.LONG, "java.sql.Timestamp", fraction(wire), 0);
            case TIMESTAMP_TZ ->
                new Jdbc(
                        wire.exact() ? Types.TIMESTAMP_WITH_TIMEZONE : Types.TIMESTAMP,
                        type.sql(),
                        Rep.LONG,
                        wire.exact() ? "java.time.OffsetDateTime" : "java.sql.Timestamp",
                        fraction(wire),
                        0);
            case UUID ->
                wire.exact()
                        ? new Jdbc(Types.OTHER, "UUID", Rep.BYTE_STRING, "java.util.UUID", 36, 0)
                        : new Jdbc(Types.VARCHAR, "UUID", Rep.STRING, "java.lang.String", 36, 0);
            case JSON -> new Jdbc(Types.VARCHAR, "JSON", Rep.STRING, "java.lang.String", Integer.MAX_VALUE, 0);
        };
    }

    /// Digits after the second that travel.
    private static int fraction(Wire wire) {
        return wire.exact() ? 6 : 3;
    }
}
