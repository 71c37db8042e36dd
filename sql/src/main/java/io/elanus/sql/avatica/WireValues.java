package io.elanus.sql.avatica;

import com.fasterxml.jackson.databind.JsonNode;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.type.ColumnType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.calcite.avatica.proto.Common;
import org.apache.calcite.avatica.proto.Common.Rep;
import org.apache.calcite.avatica.proto.Common.TypedValue;
import org.jspecify.annotations.Nullable;

/// Bound parameters: from Avatica's typed values to the Java objects that [io.elanus.sql.session.PreparedQuery]
/// takes. BYTE_STRING with component type FLOAT is our driver's packed `float[]` (little endian), with DOUBLE its
/// `double[]`; times with component type LONG are in microseconds.
final class WireValues {
    private WireValues() {}

    static @Nullable Object of(TypedValue value) {
        if (value.getNull() || value.getImplicitlyNull()) {
            return null;
        }
        long number = value.getNumberValue();
        if (value.getComponentType() == Rep.LONG && value.getType() != Rep.ARRAY) {
            return exactTime(value.getType(), number);
        }
        return switch (value.getType()) {
            case BOOLEAN, PRIMITIVE_BOOLEAN -> value.getBoolValue();
            case BYTE, PRIMITIVE_BYTE -> (byte) number;
            case SHORT, PRIMITIVE_SHORT -> (short) number;
            case INTEGER, PRIMITIVE_INT -> (int) number;
            case LONG, PRIMITIVE_LONG, NUMBER -> number;
            case FLOAT, PRIMITIVE_FLOAT -> Float.intBitsToFloat((int) number);
            case DOUBLE, PRIMITIVE_DOUBLE -> value.getDoubleValue();
            case STRING, CHARACTER, PRIMITIVE_CHAR -> value.getStringValue();
            case BYTE_STRING -> bytes(value);
            case BIG_DECIMAL -> decimal(value.getStringValue());
            case BIG_INTEGER ->
                new BigDecimal(new BigInteger(value.getBytesValue().toByteArray()));
            case JAVA_SQL_DATE -> LocalDate.ofEpochDay(number);
            case JAVA_SQL_TIME -> LocalTime.ofNanoOfDay(TimeUnit.MILLISECONDS.toNanos(number));
            case JAVA_SQL_TIMESTAMP, JAVA_UTIL_DATE -> timestamp(number);
            case ARRAY -> {
                var items = new ArrayList<@Nullable Object>(value.getArrayValueCount());
                value.getArrayValueList().forEach(item -> items.add(of(item)));
                yield items;
            }
            case NULL, OBJECT -> null;
            case STRUCT, MULTISET, UNRECOGNIZED -> throw unknown(value.getType().name());
        };
    }

    /// Our driver marks times in microseconds by the component type LONG.
    private static Object exactTime(Rep rep, long micros) {
        return switch (rep) {
            case JAVA_SQL_TIME -> LocalTime.ofNanoOfDay(TimeUnit.MICROSECONDS.toNanos(micros));
            case JAVA_SQL_TIMESTAMP -> LocalDateTime.ofInstant(instant(micros), ZoneOffset.UTC);
            default -> instant(micros);
        };
    }

    private static Instant instant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, 1_000_000L), TimeUnit.MICROSECONDS.toNanos(Math.floorMod(micros, 1_000_000L)));
    }

    private static Object bytes(TypedValue value) {
        if (value.getBytesValue().isEmpty() && !value.getStringValue().isEmpty()) {
            return base64(value.getStringValue());
        }
        ByteBuffer packed = value.getBytesValue().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        if (value.getComponentType() == Rep.FLOAT) {
            float[] floats = new float[packed.remaining() / Float.BYTES];
            packed.asFloatBuffer().get(floats);
            return floats;
        }
        if (value.getComponentType() == Rep.DOUBLE) {
            double[] doubles = new double[packed.remaining() / Double.BYTES];
            packed.asDoubleBuffer().get(doubles);
            return doubles;
        }
        return value.getBytesValue().toByteArray();
    }

    /// From `{"type": …, "value": …}`.
    static @Nullable Object of(JsonNode node) {
        JsonNode value = node.path("value");
        if (value.isNull() || value.isMissingNode()) {
            return null;
        }
        Common.Rep rep;
        try {
            rep = Common.Rep.valueOf(node.path("type").asText("OBJECT").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw unknown(node.path("type").asText());
        }
        return switch (rep) {
            case BOOLEAN, PRIMITIVE_BOOLEAN -> value.asBoolean();
            case BYTE, PRIMITIVE_BYTE -> (byte) value.asInt();
            case SHORT, PRIMITIVE_SHORT -> (short) value.asInt();
            case INTEGER, PRIMITIVE_INT -> value.asInt();
            case LONG, PRIMITIVE_LONG -> value.asLong();
            case FLOAT, PRIMITIVE_FLOAT -> (float) value.asDouble();
            case DOUBLE, PRIMITIVE_DOUBLE -> value.asDouble();
            case NUMBER, BIG_DECIMAL, BIG_INTEGER -> decimal(value.asText());
            case STRING, CHARACTER, PRIMITIVE_CHAR -> value.asText();
            case BYTE_STRING -> base64(value.asText());
            case JAVA_SQL_DATE -> LocalDate.ofEpochDay(value.asLong());
            case JAVA_SQL_TIME -> LocalTime.ofNanoOfDay(TimeUnit.MILLISECONDS.toNanos(value.asLong()));
            case JAVA_SQL_TIMESTAMP, JAVA_UTIL_DATE -> timestamp(value.asLong());
            case ARRAY, OBJECT, NULL -> plain(value);
            case STRUCT, MULTISET, UNRECOGNIZED -> throw unknown(rep.name());
        };
    }

    private static @Nullable Object plain(JsonNode value) {
        if (value.isArray()) {
            var items = new ArrayList<@Nullable Object>(value.size());
            value.forEach(item -> items.add(plain(item)));
            return items;
        }
        if (value.isNull()) {
            return null;
        }
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        if (value.isIntegralNumber() && value.canConvertToLong()) {
            return value.asLong();
        }
        return value.isNumber() ? value.decimalValue() : value.asText();
    }

    /// Parameters in the form the statement expects, where the wire leaves a choice: packed floats that came as
    /// plain bytes.
    static List<? extends @Nullable Object> fit(List<? extends @Nullable Object> values, List<ColumnType> types) {
        if (values.size() != types.size()) {
            throw new QueryException(
                    ErrorCode.PROTOCOL_VIOLATION,
                    "The statement has [%d] parameters and [%d] values were bound. Bind each `?` once."
                            .formatted(types.size(), values.size()));
        }
        var fitted = new ArrayList<@Nullable Object>(values.size());
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            boolean floats = value instanceof byte[] bytes
                    && types.get(i) instanceof ColumnType.Vector vector
                    && !vector.sparse()
                    && bytes.length == vector.dimension() * Float.BYTES
                    && bytes.length != vector.bytes();
            fitted.add(floats && value instanceof byte[] bytes ? floats(bytes) : value);
        }
        return fitted;
    }

    private static float[] floats(byte[] bytes) {
        float[] floats = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
        return floats;
    }

    private static LocalDateTime timestamp(long millis) {
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(millis, 1000L),
                (int) TimeUnit.MILLISECONDS.toNanos(Math.floorMod(millis, 1000L)),
                ZoneOffset.UTC);
    }

    private static BigDecimal decimal(String digits) {
        try {
            return new BigDecimal(digits);
        } catch (NumberFormatException e) {
            throw new QueryException(ErrorCode.INVALID_TEXT, "A bound number is not written as one");
        }
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new QueryException(ErrorCode.INVALID_TEXT, "Bound bytes are not Base64 text");
        }
    }

    private static QueryException unknown(String type) {
        return new QueryException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                "A value of type [%s] cannot be bound. Bind a number, text, bytes, a date or an array."
                        .formatted(type));
    }
}
