package io.elanus.jdbc;

import com.google.protobuf.UnsafeByteOperations;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Array;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.UUID;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Common.Rep;
import org.apache.calcite.avatica.proto.Common.TypedValue;
import org.jspecify.annotations.Nullable;

/// Java values on the wire of our own server: vectors as packed bytes, times as microseconds.
final class Values {
    private Values() {}

    /// A bound parameter.
    static TypedValue toProto(@Nullable Object value) throws SQLException {
        TypedValue.Builder proto = TypedValue.newBuilder();
        if (value == null) {
            return proto.setType(Rep.NULL).setNull(true).build();
        }
        if (value instanceof String || value instanceof UUID || value instanceof Character || value instanceof Enum) {
            return proto.setType(Rep.STRING)
                    .setStringValue(wellFormed(value.toString()))
                    .build();
        }
        if (value instanceof Number) {
            return number((Number) value, proto);
        }
        if (value instanceof Boolean) {
            return proto.setType(Rep.BOOLEAN).setBoolValue((Boolean) value).build();
        }
        if (value instanceof byte[]) {
            return packed((byte[]) value, proto);
        }
        if (value instanceof float[]) {
            float[] floats = (float[]) value;
            ByteBuffer bytes = ByteBuffer.allocate(floats.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(floats);
            return packed(bytes.array(), proto.setComponentType(Rep.FLOAT));
        }
        if (value instanceof double[]) {
            double[] doubles = (double[]) value;
            ByteBuffer bytes =
                    ByteBuffer.allocate(doubles.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asDoubleBuffer().put(doubles);
            return packed(bytes.array(), proto.setComponentType(Rep.DOUBLE));
        }
        TypedValue time = time(value, proto);
        return time != null ? time : list(value, proto);
    }

    /// Half of a surrogate pair has no place in UTF-8; the encoder would put a question mark for it.
    static String wellFormed(String text) throws SQLException {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new SQLException(
                            "The text holds half of a surrogate pair at character " + (i + 1)
                                    + ", which is no character. Send such data as bytes.",
                            "22021");
                }
                i++;
            }
        }
        return text;
    }

    private static TypedValue packed(byte[] bytes, TypedValue.Builder proto) {
        return proto.setType(Rep.BYTE_STRING)
                .setBytesValue(UnsafeByteOperations.unsafeWrap(bytes))
                .build();
    }

    private static TypedValue number(Number value, TypedValue.Builder proto) {
        if (value instanceof Long) {
            return proto.setType(Rep.LONG).setNumberValue(value.longValue()).build();
        }
        if (value instanceof Integer) {
            return proto.setType(Rep.INTEGER).setNumberValue(value.intValue()).build();
        }
        if (value instanceof Double) {
            return proto.setType(Rep.DOUBLE).setDoubleValue(value.doubleValue()).build();
        }
        if (value instanceof Float) {
            int bits = Float.floatToRawIntBits(value.floatValue());
            return proto.setType(Rep.FLOAT).setNumberValue(bits).build();
        }
        if (value instanceof Short) {
            return proto.setType(Rep.SHORT).setNumberValue(value.shortValue()).build();
        }
        if (value instanceof Byte) {
            return proto.setType(Rep.BYTE).setNumberValue(value.byteValue()).build();
        }
        BigDecimal decimal = value instanceof BigDecimal
                ? (BigDecimal) value
                : new BigDecimal(value instanceof BigInteger ? (BigInteger) value : new BigInteger(value.toString()));
        return proto.setType(Rep.BIG_DECIMAL)
                .setStringValue(decimal.toPlainString())
                .build();
    }

    @SuppressWarnings("JavaUtilDate")
    private static @Nullable TypedValue time(Object value, TypedValue.Builder proto) {
        if (value instanceof LocalDate) {
            return proto.setType(Rep.JAVA_SQL_DATE)
                    .setNumberValue(((LocalDate) value).toEpochDay())
                    .build();
        }
        proto.setComponentType(Rep.LONG);
        if (value instanceof LocalTime) {
            return proto.setType(Rep.JAVA_SQL_TIME)
                    .setNumberValue(((LocalTime) value).toNanoOfDay() / 1000)
                    .build();
        }
        if (value instanceof LocalDateTime) {
            long micros = micros(((LocalDateTime) value).toInstant(ZoneOffset.UTC));
            return proto.setType(Rep.JAVA_SQL_TIMESTAMP).setNumberValue(micros).build();
        }
        Instant instant = null;
        if (value instanceof Instant) {
            instant = (Instant) value;
        } else if (value instanceof OffsetDateTime) {
            instant = ((OffsetDateTime) value).toInstant();
        } else if (value instanceof ZonedDateTime) {
            instant = ((ZonedDateTime) value).toInstant();
        } else if (value instanceof java.util.Date) {
            instant = Instant.ofEpochMilli(((java.util.Date) value).getTime());
        }
        proto.clearComponentType();
        return instant == null
                ? null
                : proto.setComponentType(Rep.LONG)
                        .setType(Rep.JAVA_UTIL_DATE)
                        .setNumberValue(micros(instant))
                        .build();
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static TypedValue list(Object value, TypedValue.Builder proto) throws SQLException {
        Object items = value instanceof Array ? ((Array) value).getArray() : value;
        if (items instanceof Collection) {
            items = ((Collection<?>) items).toArray();
        } else if (items instanceof int[]) {
            items = Arrays.stream((int[]) items).boxed().toArray();
        } else if (items instanceof long[]) {
            items = Arrays.stream((long[]) items).boxed().toArray();
        } else if (items instanceof float[] || items instanceof double[] || items instanceof byte[]) {
            return toProto(items);
        }
        if (!(items instanceof Object[])) {
            throw new SQLException("A value of class " + value.getClass().getName() + " cannot be bound", "22023");
        }
        proto.setType(Rep.ARRAY).setComponentType(Rep.OBJECT);
        for (Object item : (Object[]) items) {
            proto.addArrayValue(toProto(item));
        }
        return proto.build();
    }

    /// A cell of a result: Boolean, Number, String, byte[] or Object[]; times stay numbers until they are read.
    static @Nullable Object ofProto(Common.ColumnValue column) {
        if (column.getHasArrayValue()) {
            @Nullable Object[] items = new @Nullable Object[column.getArrayValueCount()];
            for (int i = 0; i < items.length; i++) {
                items[i] = ofProto(column.getArrayValue(i));
            }
            return items;
        }
        return ofProto(column.getScalarValue());
    }

    static @Nullable Object ofProto(TypedValue value) {
        switch (value.getType()) {
            case BOOLEAN:
                return value.getBoolValue();
            case BYTE:
                return (byte) value.getNumberValue();
            case SHORT:
                return (short) value.getNumberValue();
            case INTEGER:
                return (int) value.getNumberValue();
            case LONG:
                return value.getNumberValue();
            case FLOAT:
                return Float.intBitsToFloat((int) value.getNumberValue());
            case DOUBLE:
                return value.getDoubleValue();
            case BIG_DECIMAL:
                return new BigDecimal(value.getStringValue());
            case STRING:
                return value.getStringValue();
            case BYTE_STRING:
                return value.getBytesValue().toByteArray();
            default:
                return null;
        }
    }
}
