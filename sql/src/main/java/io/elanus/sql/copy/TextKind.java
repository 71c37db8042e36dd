package io.elanus.sql.copy;

import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import io.elanus.storage.type.VectorElement;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The type that the fields of a text column have in common, found value by value. What looks like a number with
/// leading zeros is a code, and stays text.
final class TextKind {
    private static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9]\\d{0,17})");
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");
    private static final Pattern DATE = Pattern.compile("\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])");
    private static final String TIME = "[T ]([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?";
    private static final Pattern TIMESTAMP = Pattern.compile(DATE.pattern() + TIME);
    private static final Pattern INSTANT = Pattern.compile(DATE.pattern() + TIME + "(Z|[+-]\\d\\d:?\\d\\d)");
    private static final int MAX_VECTOR_TEXT = 1 << 20;

    private @Nullable ColumnType type;

    void add(@Nullable String text) {
        if (text != null && type != TEXT) {
            ColumnType seen = of(text);
            type = type == null || type.equals(seen) ? seen : common(type, seen);
        }
    }

    /// VARCHAR when no value was seen.
    ColumnType type() {
        return type == null ? TEXT : type;
    }

    private static ColumnType common(ColumnType one, ColumnType other) {
        boolean numbers =
                (one == Simple.BIGINT && other == Simple.DOUBLE) || (one == Simple.DOUBLE && other == Simple.BIGINT);
        return numbers ? Simple.DOUBLE : TEXT;
    }

    private static ColumnType of(String text) {
        if (text.isEmpty()) {
            return TEXT;
        }
        char first = text.charAt(0);
        if (first == '[') {
            return vector(text);
        }
        if (first == '-' || (first >= '0' && first <= '9')) {
            return WHOLE.matcher(text).matches()
                    ? Simple.BIGINT
                    : NUMBER.matcher(text).matches()
                            ? Simple.DOUBLE
                            : DATE.matcher(text).matches()
                                    ? Simple.DATE
                                    : TIMESTAMP.matcher(text).matches()
                                            ? Simple.TIMESTAMP
                                            : INSTANT.matcher(text).matches() ? Simple.TIMESTAMP_TZ : TEXT;
        }
        return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false") ? Simple.BOOLEAN : TEXT;
    }

    private static ColumnType vector(String text) {
        if (text.length() > MAX_VECTOR_TEXT) {
            return TEXT;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            int dimension = FloatText.parseVector(bytes, 0, bytes.length, new float[0]);
            return dimension >= 1 && dimension <= ColumnType.Vector.MAX_DIMENSION
                    ? new ColumnType.Vector(dimension, VectorElement.FLOAT32)
                    : TEXT;
        } catch (NumberFormatException e) {
            return TEXT;
        }
    }
}
