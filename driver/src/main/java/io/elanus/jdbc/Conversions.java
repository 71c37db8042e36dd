package io.elanus.jdbc;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.calcite.avatica.ColumnMetaData.ArrayType;
import org.apache.calcite.avatica.ColumnMetaData.AvaticaType;
import org.jspecify.annotations.Nullable;

/// Between the value of a column as it came ([Values]) and the class a program asks for. Values are first brought
/// into their natural Java form: `LocalDate`, `LocalDateTime`, `OffsetDateTime`, `UUID`, `float[]`, and so on.
final class Conversions {
    private static final long MICROS = 1_000_000;
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
            .toFormatter();
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral(' ')
            .append(TIME)
            .toFormatter();

    private Conversions() {}

    /// The value in the natural form of its type.
    static Object natural(Object value, AvaticaType type) {
        if (value instanceof Number) {
            long number = ((Number) value).longValue();
            switch (type.id) {
                case Types.DATE:
                    return LocalDate.ofEpochDay(number);
                case Types.TIME:
                    return LocalTime.ofNanoOfDay(number * 1000);
                case Types.TIMESTAMP:
                    return LocalDateTime.ofInstant(instant(number), ZoneOffset.UTC);
                case Types.TIMESTAMP_WITH_TIMEZONE:
                    return OffsetDateTime.ofInstant(instant(number), ZoneOffset.UTC);
                default:
                    return value;
            }
        }
        if (value instanceof byte[]) {
            if (Vectors.isVector(type.getName())) {
                return Vectors.of(type.getName()).floats((byte[]) value);
            }
            if (type.getName().equals("UUID")) {
                ByteBuffer bytes = ByteBuffer.wrap((byte[]) value);
                return new UUID(bytes.getLong(), bytes.getLong());
            }
        }
        if (value instanceof Object[]) {
            AvaticaType item = ((ArrayType) type).getComponent();
            return Arrays.stream((Object[]) value)
                    .map(each -> each == null ? null : natural(each, item))
                    .toArray();
        }
        return value;
    }

    /// Such values travel as numbers, but are none.
    private static boolean isTime(AvaticaType type) {
        switch (type.id) {
            case Types.DATE:
            case Types.TIME:
            case Types.TIMESTAMP:
            case Types.TIMESTAMP_WITH_TIMEZONE:
                return true;
            default:
                return false;
        }
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1000);
    }

    /// What `getObject(i)` returns.
    static Object object(Object value, AvaticaType type) throws SQLException {
        Object natural = natural(value, type);
        if (natural instanceof LocalDate) {
            return Date.valueOf((LocalDate) natural);
        }
        if (natural instanceof LocalTime) {
            return time((LocalTime) natural, ZoneId.systemDefault());
        }
        if (natural instanceof LocalDateTime) {
            return Timestamp.valueOf((LocalDateTime) natural);
        }
        if (natural instanceof Object[]) {
            AvaticaType item = ((ArrayType) type).getComponent();
            return new ValueArray(item.getName(), item.id, (Object[]) natural);
        }
        if (natural instanceof float[] && type.id == Types.VARCHAR) {
            return text(value, type);
        }
        if (natural instanceof float[] && type.id == Types.ARRAY) {
            return array(natural, type);
        }
        return natural;
    }

    static String text(Object value, AvaticaType type) {
        if (value instanceof byte[] && Vectors.isVector(type.getName())) {
            return Vectors.of(type.getName()).text((byte[]) value);
        }
        Object natural = natural(value, type);
        if (natural instanceof LocalTime) {
            return TIME.format((LocalTime) natural);
        }
        if (natural instanceof LocalDateTime) {
            return TIMESTAMP.format((LocalDateTime) natural);
        }
        if (natural instanceof OffsetDateTime) {
            return TIMESTAMP.format((OffsetDateTime) natural) + "+00";
        }
        if (natural instanceof BigDecimal) {
            return ((BigDecimal) natural).toPlainString();
        }
        if (natural instanceof Double) {
            return NumberText.of((double) natural);
        }
        if (natural instanceof Float) {
            return NumberText.of((float) natural);
        }
        if (natural instanceof byte[]) {
            var hex = new StringBuilder("\\x");
            for (byte each : (byte[]) natural) {
                hex.append(String.format("%02x", each));
            }
            return hex.toString();
        }
        return natural instanceof Object[] ? Arrays.toString((Object[]) natural) : natural.toString();
    }

    static BigDecimal decimal(Object value, AvaticaType type) throws SQLException {
        if (value instanceof BigDecimal) {
            return (BigDecimal) value;
        }
        if (value instanceof Boolean) {
            return (Boolean) value ? BigDecimal.ONE : BigDecimal.ZERO;
        }
        boolean number = value instanceof Number || value instanceof String;
        if (number && !isTime(type)) {
            try {
                return new BigDecimal(value.toString().strip());
            } catch (NumberFormatException e) {
                throw cannot(type, "a number");
            }
        }
        throw cannot(type, "a number");
    }

    static long integer(Object value, AvaticaType type, long min, long max) throws SQLException {
        long number;
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            number = ((Number) value).longValue();
            if (isTime(type)) {
                throw cannot(type, "a number");
            }
        } else if (value instanceof Double || value instanceof Float) {
            double real = ((Number) value).doubleValue();
            number = (long) real;
            if (Double.isNaN(real) || real >= 0x1p63 || real < -0x1p63) {
                throw range(min, max);
            }
        } else {
            BigDecimal whole = decimal(value, type).setScale(0, java.math.RoundingMode.DOWN);
            if (whole.precision() > 19) {
                throw range(min, max);
            }
            number = whole.longValue();
        }
        if (number < min || number > max) {
            throw range(min, max);
        }
        return number;
    }

    static double real(Object value, AvaticaType type) throws SQLException {
        return value instanceof Double || value instanceof Float
                ? ((Number) value).doubleValue()
                : decimal(value, type).doubleValue();
    }

    static boolean bool(Object value, AvaticaType type) throws SQLException {
        if (value instanceof Boolean) {
            return (Boolean) value;
        }
        if (value instanceof String) {
            switch (((String) value).strip().toLowerCase(java.util.Locale.ROOT)) {
                case "true":
                case "t":
                case "yes":
                case "1":
                    return true;
                case "false":
                case "f":
                case "no":
                case "0":
                    return false;
                default:
                    throw cannot(type, "a boolean");
            }
        }
        return decimal(value, type).signum() != 0;
    }

    static byte[] bytes(Object value, AvaticaType type) throws SQLException {
        if (value instanceof byte[]) {
            return (byte[]) value;
        }
        if (value instanceof String) {
            return ((String) value).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        }
        throw cannot(type, "bytes");
    }

    static Array array(Object natural, AvaticaType type) throws SQLException {
        if (natural instanceof float[]) {
            float[] floats = (float[]) natural;
            Object[] items = new Object[floats.length];
            for (int i = 0; i < items.length; i++) {
                items[i] = floats[i];
            }
            return new ValueArray("REAL", Types.REAL, items);
        }
        if (natural instanceof Object[]) {
            AvaticaType item = ((ArrayType) type).getComponent();
            return new ValueArray(item.getName(), item.id, (Object[]) natural);
        }
        throw cannot(type, "an array");
    }

    static Time time(LocalTime time, ZoneId zone) {
        return new Time(time.truncatedTo(ChronoUnit.MILLIS)
                .atDate(LocalDate.EPOCH)
                .atZone(zone)
                .toInstant()
                .toEpochMilli());
    }

    /// The moment that `java.sql` types mean, in this zone where the value has none.
    static ZonedDateTime moment(Object natural, AvaticaType type, ZoneId zone) throws SQLException {
        if (natural instanceof LocalDate) {
            return ((LocalDate) natural).atStartOfDay(zone);
        }
        if (natural instanceof LocalTime) {
            return ((LocalTime) natural).atDate(LocalDate.EPOCH).atZone(zone);
        }
        if (natural instanceof LocalDateTime) {
            return ((LocalDateTime) natural).atZone(zone);
        }
        if (natural instanceof OffsetDateTime) {
            return ((OffsetDateTime) natural).atZoneSameInstant(zone);
        }
        if (natural instanceof String) {
            try {
                String text = ((String) natural).strip().replace(' ', 'T');
                return text.indexOf('T') < 0
                        ? LocalDate.parse(text).atStartOfDay(zone)
                        : LocalDateTime.parse(text).atZone(zone);
            } catch (DateTimeException e) {
                throw cannot(type, "a time");
            }
        }
        throw cannot(type, "a time");
    }

    static <T> T as(Object value, AvaticaType type, Class<T> wanted) throws SQLException {
        Object natural = natural(value, type);
        if (wanted != Object.class && wanted.isInstance(natural)) {
            return wanted.cast(natural);
        }
        return wanted.cast(convert(value, natural, type, wanted));
    }

    private static Object convert(Object value, Object natural, AvaticaType type, Class<?> wanted) throws SQLException {
        if (wanted == Object.class) {
            return object(value, type);
        } else if (wanted == String.class) {
            return text(value, type);
        } else if (wanted == Boolean.class) {
            return bool(value, type);
        } else if (wanted == Long.class) {
            return integer(value, type, Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (wanted == Integer.class) {
            return (int) integer(value, type, Integer.MIN_VALUE, Integer.MAX_VALUE);
        } else if (wanted == Short.class) {
            return (short) integer(value, type, Short.MIN_VALUE, Short.MAX_VALUE);
        } else if (wanted == Byte.class) {
            return (byte) integer(value, type, Byte.MIN_VALUE, Byte.MAX_VALUE);
        } else if (wanted == Double.class) {
            return real(value, type);
        } else if (wanted == Float.class) {
            return (float) real(value, type);
        } else if (wanted == BigDecimal.class) {
            return decimal(value, type);
        } else if (wanted == java.math.BigInteger.class) {
            return decimal(value, type).toBigInteger();
        } else if (wanted == byte[].class) {
            return bytes(value, type);
        } else if (wanted == UUID.class) {
            return UUID.fromString(text(value, type));
        }
        Object temporal = temporal(natural, type, wanted);
        return temporal != null ? temporal : container(value, natural, type, wanted);
    }

    private static @Nullable Object temporal(Object natural, AvaticaType type, Class<?> wanted) throws SQLException {
        ZoneId utc = ZoneOffset.UTC;
        if (wanted == LocalDate.class) {
            return moment(natural, type, utc).toLocalDate();
        } else if (wanted == LocalTime.class) {
            return moment(natural, type, utc).toLocalTime();
        } else if (wanted == LocalDateTime.class) {
            return moment(natural, type, utc).toLocalDateTime();
        } else if (wanted == OffsetDateTime.class) {
            return moment(natural, type, utc).toOffsetDateTime();
        } else if (wanted == ZonedDateTime.class) {
            return moment(natural, type, utc);
        } else if (wanted == Instant.class) {
            return moment(natural, type, utc).toInstant();
        } else if (wanted == Date.class) {
            return Date.valueOf(moment(natural, type, utc).toLocalDate());
        } else if (wanted == Timestamp.class) {
            return Timestamp.from(moment(natural, type, ZoneId.systemDefault()).toInstant());
        } else if (wanted == Time.class) {
            return time(moment(natural, type, utc).toLocalTime(), ZoneId.systemDefault());
        } else if (wanted == java.util.Date.class) {
            return java.util.Date.from(
                    moment(natural, type, ZoneId.systemDefault()).toInstant());
        }
        return null;
    }

    private static Object container(Object value, Object natural, AvaticaType type, Class<?> wanted)
            throws SQLException {
        if (wanted == Array.class) {
            return array(natural, type);
        } else if (wanted == Blob.class) {
            return new MemoryBlob(bytes(value, type));
        } else if (wanted == Clob.class || wanted == NClob.class) {
            return new MemoryClob(text(value, type));
        } else if (wanted == double[].class && natural instanceof float[]) {
            float[] floats = (float[]) natural;
            double[] doubles = new double[floats.length];
            for (int i = 0; i < doubles.length; i++) {
                doubles[i] = floats[i];
            }
            return doubles;
        } else if (wanted == List.class) {
            return Arrays.asList((Object[]) array(natural, type).getArray());
        } else if (wanted == Object[].class || wanted == Float[].class) {
            Object[] items = (Object[]) array(natural, type).getArray();
            return wanted == Float[].class ? Arrays.copyOf(items, items.length, Float[].class) : items;
        }
        throw cannot(type, wanted.getSimpleName());
    }

    private static SQLException cannot(AvaticaType type, String wanted) {
        return new SQLDataException("A value of type " + type.getName() + " cannot be read as " + wanted, "22018");
    }

    private static SQLException range(long min, long max) {
        return new SQLDataException("The value does not lie between " + min + " and " + max, "22003");
    }
}
