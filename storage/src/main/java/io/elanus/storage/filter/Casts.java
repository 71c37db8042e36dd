package io.elanus.storage.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Lane.Doubles;
import io.elanus.storage.filter.Lane.Longs;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.VectorElement;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Conversions between types: loops between numbers, cell by cell for the rest.
final class Casts {
    private Casts() {}

    /// @param assign text that is too long is an error, not cut
    static Step of(Step argument, ColumnType from, ColumnType to, ZoneId zone, boolean assign) {
        if (from.equals(to) || (to instanceof ColumnType.Varchar varchar && widens(from, varchar))) {
            return argument;
        }
        Lane out = Lane.of(to);
        if (!convertible(from, to)) {
            throw new StorageException(
                    ErrorCode.DATATYPE_MISMATCH,
                    "Type [%s] does not convert to [%s]. Cast through VARCHAR if that is meant."
                            .formatted(from.sql(), to.sql()));
        }
        if (isNumber(from) && isNumber(to)) {
            if (Lane.of(from) instanceof Longs && out instanceof Longs longs) {
                return new LongToLong(argument, longs, from, to);
            }
            if (Lane.of(from) instanceof Longs && out instanceof Doubles doubles) {
                return new LongToDouble(argument, doubles, to == Simple.REAL);
            }
            if (from == Simple.REAL && out instanceof Doubles) {
                return argument;
            }
            boolean exact = !(Lane.of(from) instanceof Doubles);
            if (exact && to instanceof ColumnType.Decimal decimal && out instanceof Lane.Decimals decimals) {
                boolean sameValues = from instanceof ColumnType.Decimal(int precision, int scale)
                        && scale == decimal.scale()
                        && precision <= decimal.precision();
                return sameValues ? argument : new DecimalScale.ToDecimal(argument, decimals, decimal);
            }
            if (from instanceof ColumnType.Decimal && to == Simple.DOUBLE && out instanceof Doubles doubles) {
                return new DecimalScale.ToDouble(argument, doubles);
            }
        }
        return new Step.RowStep(List.of(argument), out, cells -> convert(cells[0], from, to, zone, assign));
    }

    private static boolean widens(ColumnType from, ColumnType.Varchar to) {
        return (from instanceof ColumnType.Varchar text && text.maxLength() <= to.maxLength())
                || (from == Simple.JSON && to.maxLength() == ColumnType.Varchar.UNLIMITED);
    }

    private static final class LongToLong extends Step.Strict<Longs> {
        private final ColumnType type;
        private final boolean widens;

        LongToLong(Step argument, Longs out, ColumnType from, ColumnType to) {
            super(List.of(argument), out);
            this.type = to;
            this.widens = Numbers.min(from) >= Numbers.min(to);
        }

        @Override
        void compute(Lane[] in, long[] live, Frame frame) {
            System.arraycopy(((Longs) in[0]).values, 0, out.values, 0, frame.rows);
            if (widens) {
                return;
            }
            for (int w = 0; w < frame.words(); w++) {
                for (long word = live[w]; word != 0; word &= word - 1) {
                    Numbers.checkRange(out.values[(w << 6) + Long.numberOfTrailingZeros(word)], type);
                }
            }
        }
    }

    private static final class LongToDouble extends Step.Strict<Doubles> {
        private final boolean real;

        LongToDouble(Step argument, Doubles out, boolean real) {
            super(List.of(argument), out);
            this.real = real;
        }

        @Override
        void compute(Lane[] in, long[] live, Frame frame) {
            long[] values = ((Longs) in[0]).values;
            for (int i = 0; i < frame.rows; i++) {
                out.values[i] = real ? (float) values[i] : (double) values[i];
            }
        }
    }

    static boolean isNumber(ColumnType type) {
        return switch (type) {
            case Simple.TINYINT, Simple.SMALLINT, Simple.INTEGER, Simple.BIGINT, Simple.REAL, Simple.DOUBLE -> true;
            case ColumnType.Decimal _ -> true;
            case Simple _, ColumnType.Varchar _, ColumnType.Array _, ColumnType.Vector _ -> false;
        };
    }

    private static boolean isTime(ColumnType type) {
        return type == Simple.DATE || type == Simple.TIME || type == Simple.TIMESTAMP || type == Simple.TIMESTAMP_TZ;
    }

    private static boolean convertible(ColumnType from, ColumnType to) {
        if (isText(from) || isText(to)) {
            return true;
        }
        if (isNumber(from) || from == Simple.BOOLEAN) {
            return isNumber(to) || to == Simple.BOOLEAN;
        }
        if (isTime(from)) {
            boolean noDate = (from == Simple.TIME && to != Simple.TIME) || (from == Simple.DATE && to == Simple.TIME);
            return isTime(to) && !noDate;
        }
        if (from instanceof ColumnType.Array(ColumnType a)) {
            return (to instanceof ColumnType.Array(ColumnType b) && convertible(a, b))
                    || (to instanceof ColumnType.Vector && isNumber(a));
        }
        if (from instanceof ColumnType.Vector) {
            return to instanceof ColumnType.Vector || (to instanceof ColumnType.Array(ColumnType b) && isNumber(b));
        }
        boolean fromBinary = from == Simple.UUID || from == Simple.VARBINARY;
        return fromBinary && (to == Simple.UUID || to == Simple.VARBINARY);
    }

    private static boolean isText(ColumnType type) {
        return type instanceof ColumnType.Varchar || type == Simple.JSON;
    }

    static @Nullable Object convert(Object cell, ColumnType from, ColumnType to, ZoneId zone, boolean assign) {
        if (from == Simple.JSON && to != Simple.JSON && !(to instanceof ColumnType.Varchar)) {
            String text = Json.text(Json.stored((String) cell));
            return text == null ? null : TextForms.parse(text, to, zone);
        }
        return switch (to) {
            case ColumnType.Varchar varchar -> {
                String text = TextForms.format(cell, from, zone);
                yield assign ? checkLength(text, varchar) : cut(text, varchar);
            }
            case ColumnType _ when cell instanceof String text -> TextForms.parse(text, to, zone);
            case Simple.JSON -> toJson(cell, from, zone).toString();
            case Simple simple -> toSimple(cell, from, simple, zone);
            case ColumnType.Decimal decimal -> Numbers.fit(toDecimal(cell, from, to), decimal);
            case ColumnType.Array(ColumnType item) -> toArray(cell, from, item, zone);
            case ColumnType.Vector vector -> toVector(cell, from, vector);
        };
    }

    private static @Nullable Object toSimple(Object cell, ColumnType from, Simple to, ZoneId zone) {
        return switch (to) {
            case BOOLEAN ->
                switch (cell) {
                    case Boolean bool -> bool;
                    case BigDecimal decimal -> decimal.signum() != 0;
                    default -> ((Number) cell).doubleValue() != 0;
                };
            case TINYINT, SMALLINT, INTEGER, BIGINT ->
                switch (cell) {
                    case Boolean bool -> bool ? 1L : 0L;
                    case Long whole -> Numbers.checkRange(whole, to);
                    case Double number -> Numbers.toLong(number, to);
                    default -> Numbers.toLong((BigDecimal) cell, to);
                };
            case REAL -> Numbers.toReal(toDouble(cell));
            case DOUBLE -> toDouble(cell);
            case VARBINARY -> cell;
            case UUID -> {
                if (((byte[]) cell).length != 16) {
                    throw TextForms.invalid(Simple.UUID, "16 bytes");
                }
                yield cell;
            }
            case DATE, TIME, TIMESTAMP, TIMESTAMP_TZ -> time((Long) cell, (Simple) from, to, zone);
            case JSON -> throw new IllegalStateException("JSON was handled above");
        };
    }

    private static double toDouble(Object cell) {
        return cell instanceof Boolean bool ? (bool ? 1 : 0) : ((Number) cell).doubleValue();
    }

    private static BigDecimal toDecimal(Object cell, ColumnType from, ColumnType to) {
        return switch (cell) {
            case BigDecimal decimal -> decimal;
            case Double number -> Numbers.toDecimal(number, from == Simple.REAL, to);
            case Boolean bool -> bool ? BigDecimal.ONE : BigDecimal.ZERO;
            default -> BigDecimal.valueOf((Long) cell);
        };
    }

    /// Between the kinds of time; the wall clock of TIMESTAMP_TZ is that of `zone`.
    static long time(long value, Simple from, Simple to, ZoneId zone) {
        if (from == to) {
            return value;
        }
        if (from == Simple.TIME || (to == Simple.TIME && from == Simple.DATE)) {
            throw new StorageException(
                    ErrorCode.DATATYPE_MISMATCH,
                    "Type [%s] does not convert to [%s]. Add a date to it.".formatted(from.sql(), to.sql()));
        }
        long local = switch (from) {
            case DATE -> Math.multiplyExact(value, TimeText.MICROS_PER_DAY);
            case TIMESTAMP_TZ -> TimeText.toLocal(value, zone);
            default -> value;
        };
        return switch (to) {
            case DATE -> Math.floorDiv(local, TimeText.MICROS_PER_DAY);
            case TIME -> Math.floorMod(local, TimeText.MICROS_PER_DAY);
            case TIMESTAMP_TZ -> TimeText.toInstant(local, zone);
            default -> local;
        };
    }

    private static List<@Nullable Object> toArray(Object cell, ColumnType from, ColumnType item, ZoneId zone) {
        var items = new ArrayList<@Nullable Object>();
        if (from instanceof ColumnType.Vector vector) {
            for (float element : VectorCells.elements(cell, denseEnough(vector))) {
                items.add(convert((double) element, Simple.REAL, item, zone, false));
            }
        } else {
            ColumnType fromItem = ((ColumnType.Array) from).item();
            for (Object value : (List<?>) cell) {
                items.add(value == null || fromItem.equals(item) ? value : convert(value, fromItem, item, zone, false));
            }
        }
        return items;
    }

    private static Object toVector(Object cell, ColumnType from, ColumnType.Vector to) {
        if (from.equals(to)) {
            return cell;
        }
        if (from instanceof ColumnType.Vector vector && vector.dimension() != to.dimension()) {
            throw VectorCells.mismatch(vector.dimension(), to);
        }
        float[] elements = from instanceof ColumnType.Vector vector
                ? VectorCells.elements(cell, vector)
                : VectorCells.fromList((List<?>) cell);
        VectorCells.checkDimension(elements, to);
        if (to.element() == VectorElement.INT8 && from instanceof ColumnType.Vector) {
            elements = rounded(elements);
        }
        return VectorCells.unpack(VectorCells.pack(elements, to), to);
    }

    /// A vector whose elements fit in memory one by one.
    private static ColumnType.Vector denseEnough(ColumnType.Vector vector) {
        if (vector.dimension() > ColumnType.Vector.MAX_DIMENSION) {
            throw new StorageException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "A vector of [%d] dimensions is too long for an array. Arrays are made of up to [%d]."
                            .formatted(vector.dimension(), ColumnType.Vector.MAX_DIMENSION));
        }
        return vector;
    }

    private static float[] rounded(float[] elements) {
        float[] whole = new float[elements.length];
        for (int i = 0; i < whole.length; i++) {
            whole[i] = (float) Math.rint(elements[i]);
        }
        return whole;
    }

    private static JsonNode toJson(Object cell, ColumnType from, ZoneId zone) {
        var nodes = JsonNodeFactory.instance;
        return switch (cell) {
            case Boolean bool -> nodes.booleanNode(bool);
            case Long whole when isNumber(from) -> nodes.numberNode(whole);
            case Double number
            when Double.isFinite(number) ->
                from == Simple.REAL ? nodes.numberNode(number.floatValue()) : nodes.numberNode(number);
            case BigDecimal decimal -> nodes.numberNode(decimal);
            case float[] elements -> {
                var array = nodes.arrayNode();
                for (float element : elements) {
                    array.add(element);
                }
                yield array;
            }
            case List<?> list -> {
                var array = nodes.arrayNode();
                ColumnType item = ((ColumnType.Array) from).item();
                for (Object value : list) {
                    array.add(value == null ? nodes.nullNode() : toJson(value, item, zone));
                }
                yield array;
            }
            default -> nodes.textNode(TextForms.format(cell, from, zone));
        };
    }

    static String checkLength(String text, ColumnType.Varchar type) {
        if (text.length() > type.maxLength() && text.codePointCount(0, text.length()) > type.maxLength()) {
            throw new StorageException(
                    ErrorCode.STRING_TOO_LONG,
                    "A text of [%d] characters does not fit [%s]. Shorten it or widen the column."
                            .formatted(text.codePointCount(0, text.length()), type.sql()));
        }
        return text;
    }

    private static String cut(String text, ColumnType.Varchar type) {
        if (text.length() <= type.maxLength() || text.codePointCount(0, text.length()) <= type.maxLength()) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, type.maxLength()));
    }

    /// The zone named by a constant argument, UTC without one.
    static ZoneId zone(List<Expr> arguments, int index) {
        if (arguments.size() <= index) {
            return ZoneOffset.UTC;
        }
        if (arguments.get(index) instanceof Expr.Constant(var value, ColumnType _)) {
            return TextForms.zone(value.getText());
        }
        throw new IllegalArgumentException("A time zone is a constant");
    }
}
