package io.elanus.sql.plan.rel;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.type.Types;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import java.math.BigDecimal;
import org.apache.calcite.avatica.util.ByteString;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rex.RexLiteral;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.util.DateString;
import org.apache.calcite.util.NlsString;
import org.apache.calcite.util.TimeString;
import org.apache.calcite.util.TimestampString;
import org.jspecify.annotations.Nullable;

/// Calcite's literals as constants.
final class LiteralTranslator {
    private static final long MICROS_PER_MILLI = 1000;

    private LiteralTranslator() {}

    static Expr.Constant constant(RexLiteral literal) {
        RelDataType rel = literal.getType();
        ColumnType type = Types.fromRel(rel);
        if (type instanceof ColumnType.Varchar) {
            type = Types.TEXT;
        }
        Comparable<?> value = value(literal);
        return new Expr.Constant(value == null ? Literals.NULL : literal(value, rel, type), type);
    }

    /// The literal's value; of times in their own classes, not as calendars.
    private static @Nullable Comparable<?> value(RexLiteral literal) {
        return switch (literal.getTypeName()) {
            case DATE -> literal.getValueAs(DateString.class);
            case TIME, TIME_WITH_LOCAL_TIME_ZONE -> literal.getValueAs(TimeString.class);
            case TIMESTAMP, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> literal.getValueAs(TimestampString.class);
            default -> literal.getValue();
        };
    }

    /// A value as Calcite stores it in literals and in sargs.
    static Literal literal(Object value, RelDataType rel, ColumnType type) {
        return switch (value) {
            case NlsString text -> Literals.of(text.getValue(), type);
            case ByteString bytes -> Literals.of(bytes.getBytes(), type);
            case BigDecimal number
            when interval(rel.getSqlTypeName()) ->
                Literal.newBuilder().setInt64(intervalUnits(number, rel)).build();
            case BigDecimal number -> Literals.of(number, type);
            case DateString date -> Literals.parse(date.toString(), type);
            case TimeString time -> Literals.parse(time.toString(), type);
            case TimestampString timestamp -> Literals.parse(timestamp.toString(), type);
            default -> Literals.of(value, type);
        };
    }

    static boolean interval(SqlTypeName name) {
        return SqlTypeName.INTERVAL_TYPES.contains(name);
    }

    static boolean months(@Nullable RelDataType type) {
        return type != null && SqlTypeName.YEAR_INTERVAL_TYPES.contains(type.getSqlTypeName());
    }

    /// Months, or microseconds.
    private static long intervalUnits(BigDecimal value, RelDataType type) {
        return months(type) ? value.longValueExact() : Math.multiplyExact(value.longValue(), MICROS_PER_MILLI);
    }
}
