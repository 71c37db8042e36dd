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
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.Temporal;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.calcite.avatica.ColumnMetaData.ArrayType;
import org.apache.calcite.avatica.ColumnMetaData.AvaticaType;

/// Between the value of a column as it came ([Values]) and the class a program asks for. Values are first brought
/// into their natural Java form: `LocalDate`, `LocalDateTime`, `OffsetDateTime`, `UUID`, `float[]`, and so on.
/// [Numbers] and [Temporals] hold the rules for numbers and for dates and times. Pure functions: any thread.
final class Conversions {
    private Conversions() {}

    /// The value in the natural form of its type.
    static Object natural(Object value, AvaticaType type) {
        if (value instanceof Number) {
            return Temporals.isTime(type) ? Temporals.natural(((Number) value).longValue(), type) : value;
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

    /// What `getObject(i)` returns.
    static Object object(Object value, AvaticaType type) throws SQLException {
        Object natural = natural(value, type);
        if (natural instanceof LocalDate) {
            return Date.valueOf((LocalDate) natural);
        }
        if (natural instanceof LocalTime) {
            return Temporals.time((LocalTime) natural, ZoneId.systemDefault());
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
        return text(natural(value, type));
    }

    private static String text(Object natural) {
        if (natural instanceof Temporal) {
            return Temporals.text((Temporal) natural);
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
        return natural instanceof Object[] ? ArrayText.of((Object[]) natural, Conversions::text) : natural.toString();
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
            return Numbers.bool(value, type);
        } else if (wanted == Long.class) {
            return Numbers.integer(value, type, Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (wanted == Integer.class) {
            return (int) Numbers.integer(value, type, Integer.MIN_VALUE, Integer.MAX_VALUE);
        } else if (wanted == Short.class) {
            return (short) Numbers.integer(value, type, Short.MIN_VALUE, Short.MAX_VALUE);
        } else if (wanted == Byte.class) {
            return (byte) Numbers.integer(value, type, Byte.MIN_VALUE, Byte.MAX_VALUE);
        } else if (wanted == Double.class) {
            return Numbers.real(value, type);
        } else if (wanted == Float.class) {
            return (float) Numbers.real(value, type);
        } else if (wanted == BigDecimal.class) {
            return Numbers.decimal(value, type);
        } else if (wanted == java.math.BigInteger.class) {
            return Numbers.decimal(value, type).toBigInteger();
        } else if (wanted == byte[].class) {
            return bytes(value, type);
        } else if (wanted == UUID.class) {
            return UUID.fromString(text(value, type));
        }
        Object temporal = Temporals.as(natural, type, wanted);
        return temporal != null ? temporal : container(value, natural, type, wanted);
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

    static SQLException cannot(AvaticaType type, String wanted) {
        return new SQLDataException("A value of type " + type.getName() + " cannot be read as " + wanted, "22018");
    }
}
