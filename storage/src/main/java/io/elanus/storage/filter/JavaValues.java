package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.VectorElement;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Cells to the Java values of [Literals], and from what a client may send.
final class JavaValues {
    private JavaValues() {}

    static Object fromCell(Object cell, ColumnType type) {
        return switch (type) {
            case Simple.TINYINT -> ((Long) cell).byteValue();
            case Simple.SMALLINT -> ((Long) cell).shortValue();
            case Simple.INTEGER -> ((Long) cell).intValue();
            case Simple.REAL -> ((Double) cell).floatValue();
            case Simple.DATE -> LocalDate.ofEpochDay((Long) cell);
            case Simple.TIME -> LocalTime.ofNanoOfDay((Long) cell * 1000);
            case Simple.TIMESTAMP -> TimeText.local((Long) cell);
            case Simple.TIMESTAMP_TZ -> TimeText.instant((Long) cell).atOffset(ZoneOffset.UTC);
            case Simple.UUID -> TextForms.uuid((byte[]) cell);
            case ColumnType.Vector vector when vector.element() == VectorElement.INT8 -> VectorCells.pack(cell, vector);
            case ColumnType.Array(ColumnType item) -> {
                var items = new ArrayList<@Nullable Object>();
                for (Object value : (List<?>) cell) {
                    items.add(value == null ? null : fromCell(value, item));
                }
                yield items;
            }
            case Simple _, ColumnType.Decimal _, ColumnType.Varchar _, ColumnType.Vector _ -> cell;
        };
    }

    static Object toCell(Object value, ColumnType type) {
        return switch (type) {
            case Simple simple -> toSimple(value, simple);
            case ColumnType.Varchar varchar -> toText(value, varchar);
            case ColumnType.Decimal decimal -> Numbers.fit(toDecimal(value, type), decimal);
            case ColumnType.Array(ColumnType item) -> toList(value, item);
            case ColumnType.Vector vector -> toVector(value, vector);
        };
    }

    private static Object toSimple(Object value, Simple type) {
        if (value instanceof String text) {
            return TextForms.parse(text, type, ZoneOffset.UTC);
        }
        return switch (type) {
            case BOOLEAN ->
                switch (value) {
                    case Boolean bool -> bool;
                    case Number number -> number.doubleValue() != 0;
                    default -> throw mismatch(value, type);
                };
            case TINYINT, SMALLINT, INTEGER, BIGINT -> toInteger(value, type);
            case REAL -> Numbers.toReal(number(value, type).doubleValue());
            case DOUBLE -> number(value, type).doubleValue();
            case VARBINARY -> {
                if (value instanceof byte[] bytes) {
                    yield bytes;
                }
                throw mismatch(value, type);
            }
            case UUID ->
                switch (value) {
                    case UUID uuid -> TextForms.bytes(uuid);
                    case byte[] bytes when bytes.length == 16 -> bytes;
                    default -> throw mismatch(value, type);
                };
            case JSON -> TextForms.parse(value.toString(), type, ZoneOffset.UTC);
            case DATE, TIME, TIMESTAMP, TIMESTAMP_TZ -> toTime(value, type);
        };
    }

    private static Long toInteger(Object value, Simple type) {
        return switch (value) {
            case Long whole -> Numbers.checkRange(whole, type);
            case Integer whole -> Numbers.checkRange(whole, type);
            case Short whole -> Numbers.checkRange(whole, type);
            case Byte whole -> Numbers.checkRange(whole, type);
            case Boolean bool -> bool ? 1L : 0L;
            case Float number -> Numbers.toLong(number, type);
            case Double number -> Numbers.toLong(number, type);
            default -> Numbers.toLong(toDecimal(value, type), type);
        };
    }

    private static Number number(Object value, ColumnType type) {
        return switch (value) {
            case Number number -> number;
            case Boolean bool -> bool ? 1 : 0;
            default -> throw mismatch(value, type);
        };
    }

    private static BigDecimal toDecimal(Object value, ColumnType type) {
        return switch (value) {
            case BigDecimal decimal -> decimal;
            case BigInteger whole -> new BigDecimal(whole);
            case Double number -> Numbers.toDecimal(number, false, type);
            case Float number -> Numbers.toDecimal(number, true, type);
            case Number number -> BigDecimal.valueOf(number.longValue());
            case String text -> NumberText.parseDecimal(text, type);
            default -> throw mismatch(value, type);
        };
    }

    /// Times of another kind convert as a cast in UTC does.
    private static Long toTime(Object value, Simple type) {
        return switch (value) {
            case LocalDate date -> Casts.time(date.toEpochDay(), Simple.DATE, type, ZoneOffset.UTC);
            case LocalTime time -> Casts.time(TimeText.micros(time), Simple.TIME, type, ZoneOffset.UTC);
            case LocalDateTime time -> Casts.time(TimeText.micros(time), Simple.TIMESTAMP, type, ZoneOffset.UTC);
            case OffsetDateTime time -> fromInstant(time.toInstant(), type);
            case ZonedDateTime time -> fromInstant(time.toInstant(), type);
            case Instant time -> fromInstant(time, type);
            case Number raw -> raw.longValue();
            default -> throw mismatch(value, type);
        };
    }

    private static long fromInstant(Instant time, Simple type) {
        return Casts.time(TimeText.micros(time), Simple.TIMESTAMP_TZ, type, ZoneOffset.UTC);
    }

    private static String toText(Object value, ColumnType.Varchar type) {
        String text = switch (value) {
            case String string -> string;
            case Float number -> NumberText.format(number);
            case Double number -> NumberText.format(number);
            case BigDecimal decimal -> decimal.toPlainString();
            case LocalDateTime time -> TimeText.formatTimestamp(TimeText.micros(time));
            case Number _, Boolean _, UUID _, Character _, LocalDate _, LocalTime _ -> value.toString();
            case OffsetDateTime time -> TimeText.formatZoned(TimeText.micros(time.toInstant()), time.getOffset());
            case Instant time -> TimeText.formatZoned(TimeText.micros(time), ZoneOffset.UTC);
            default -> throw mismatch(value, type);
        };
        if (text.indexOf('\0') >= 0) {
            throw new StorageException(
                    ErrorCode.INVALID_CHARACTER, "Text holds a NUL character. Store such data as VARBINARY.");
        }
        return Casts.checkLength(text, type);
    }

    private static List<@Nullable Object> toList(Object value, ColumnType item) {
        if (value instanceof String text) {
            var parsed = new ArrayList<@Nullable Object>();
            for (Object cell : (List<?>) TextForms.parse(text, new ColumnType.Array(item), ZoneOffset.UTC)) {
                parsed.add(cell);
            }
            return parsed;
        }
        var items = new ArrayList<@Nullable Object>();
        for (Object element : elements(value, new ColumnType.Array(item))) {
            items.add(element == null ? null : toCell(element, item));
        }
        return items;
    }

    private static List<?> elements(Object value, ColumnType type) {
        if (value instanceof List<?> list) {
            return list;
        }
        if (!value.getClass().isArray()) {
            throw mismatch(value, type);
        }
        var items = new ArrayList<@Nullable Object>();
        for (int i = 0; i < java.lang.reflect.Array.getLength(value); i++) {
            items.add(java.lang.reflect.Array.get(value, i));
        }
        return items;
    }

    private static Object toVector(Object value, ColumnType.Vector type) {
        float[] elements;
        switch (value) {
            case String text -> {
                return TextForms.parse(text, type, ZoneOffset.UTC);
            }
            case byte[] packed -> {
                return fromBytes(packed, type);
            }
            case float[] floats -> elements = floats;
            default -> elements = VectorCells.fromList(elements(value, type));
        }
        VectorCells.checkDimension(elements, type);
        if (type.element() == VectorElement.FLOAT32) {
            return VectorCells.checkFinite(elements, type);
        }
        return VectorCells.unpack(VectorCells.pack(elements, type), type);
    }

    /// The packed form; for a type of 2 or 4 bytes an element, elements may be non-finite and are checked.
    private static Object fromBytes(byte[] packed, ColumnType.Vector type) {
        Object cell = VectorCells.unpack(packed, type);
        VectorCells.pack(cell, type);
        return cell;
    }

    private static StorageException mismatch(Object value, ColumnType type) {
        String kind = value instanceof byte[] ? "binary" : value instanceof Number ? "number" : "value of this kind";
        return new StorageException(
                ErrorCode.DATATYPE_MISMATCH,
                "A %s does not convert to [%s]. Send the value as its text form or as the type itself."
                        .formatted(kind, type.sql()));
    }
}
