package io.elanus.sql.shell;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Values as text.
final class CellText {
    private static final int SHOWN_ELEMENTS = 3;
    private static final MathContext DIGITS = new MathContext(3);

    private CellText() {}

    /// All of it.
    static String full(Object value) {
        return switch (value) {
            case float[] vector -> vector(vector, vector.length);
            case byte[] bytes -> "\\x" + HexFormat.of().formatHex(bytes);
            case Object[] items -> array(items);
            case BigDecimal number -> number.toPlainString();
            case Object other -> other.toString();
        };
    }

    /// For people: of a long vector its first elements and its dimension.
    static String brief(Object value) {
        return value instanceof float[] vector && vector.length > 2 * SHOWN_ELEMENTS
                ? vector(vector, SHOWN_ELEMENTS)
                : oneLine(full(value));
    }

    private static String vector(float[] vector, int shown) {
        boolean elided = shown < vector.length;
        var text = new StringBuilder("[");
        for (int i = 0; i < shown; i++) {
            text.append(i == 0 ? "" : elided ? ", " : ",");
            text.append(elided ? rounded(vector[i]) : shortest(vector[i]));
        }
        return text.append(elided ? ", … " + vector.length : "").append(']').toString();
    }

    private static String rounded(float value) {
        return Float.isFinite(value)
                ? new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString()
                : Float.toString(value);
    }

    private static String shortest(float value) {
        return value == (int) value ? Integer.toString((int) value) : Float.toString(value);
    }

    private static String array(@Nullable Object[] items) {
        return Arrays.stream(items)
                .map(item -> item == null ? "NULL" : full(item))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String oneLine(String text) {
        return text.replace("\n", "⏎").replace("\r", "").replace("\t", " ");
    }
}
