package io.elanus.sql.copy;

import java.nio.charset.StandardCharsets;

/// Parses decimal numbers straight from bytes. Exact: where the short way could round differently from
/// [Float#parseFloat], that one is called.
///
/// The short way: up to 18 digits make an integer below 2^53 and the power of ten is at most 10^22, so both are
/// exact doubles and one division or multiplication rounds once (Clinger 1990). Rounding that double to a float is
/// right unless it lies exactly between two floats.
final class FloatText {
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };
    private static final long EXACT = 1L << 53;
    /// Bits of a double's mantissa below a float's, and their pattern half way between two floats.
    private static final long REST = (1L << 29) - 1;

    private static final long HALF_WAY = 1L << 28;
    private static final int MAX_DIGITS = 18;

    private FloatText() {}

    /// The number in `[from, to)`, without blanks around it. Throws NumberFormatException.
    static float parse(byte[] bytes, int from, int to) {
        int at = from;
        boolean negative = at < to && bytes[at] == '-';
        if (at < to && (negative || bytes[at] == '+')) {
            at++;
        }
        long mantissa = 0;
        int digits = 0;
        int scale = 0;
        boolean point = false;
        int first = at;
        for (; at < to; at++) {
            int digit = bytes[at] - '0';
            if (digit >= 0 && digit <= 9) {
                mantissa = mantissa * 10 + digit;
                digits += mantissa == 0 ? 0 : 1;
                scale += point ? 1 : 0;
            } else if (bytes[at] == '.' && !point) {
                point = true;
            } else {
                break;
            }
            if (digits > MAX_DIGITS) {
                return slow(bytes, from, to);
            }
        }
        boolean noDigits = at - first - (point ? 1 : 0) == 0;
        if (noDigits) {
            return slow(bytes, from, to);
        }
        if (at < to) {
            if (bytes[at] != 'e' && bytes[at] != 'E') {
                return slow(bytes, from, to);
            }
            int exponent = exponent(bytes, at + 1, to);
            if (exponent == Integer.MIN_VALUE) {
                return slow(bytes, from, to);
            }
            scale -= exponent;
        }
        if (mantissa >= EXACT || scale >= POWERS.length || scale <= -POWERS.length) {
            return slow(bytes, from, to);
        }
        double value = scale >= 0 ? mantissa / POWERS[scale] : mantissa * POWERS[-scale];
        if ((Double.doubleToRawLongBits(value) & REST) == HALF_WAY || (value != 0 && value < Float.MIN_NORMAL)) {
            return slow(bytes, from, to);
        }
        return (float) (negative ? -value : value);
    }

    /// A short signed integer; MIN_VALUE when it is none.
    private static int exponent(byte[] bytes, int from, int to) {
        int at = from;
        boolean negative = at < to && bytes[at] == '-';
        if (at < to && (negative || bytes[at] == '+')) {
            at++;
        }
        if (at == to || to - at > 4) {
            return Integer.MIN_VALUE;
        }
        int value = 0;
        for (; at < to; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                return Integer.MIN_VALUE;
            }
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }

    private static float slow(byte[] bytes, int from, int to) {
        return Float.parseFloat(new String(bytes, from, to - from, StandardCharsets.ISO_8859_1));
    }

    /// Fills `target` from `[1, 2, 3]`, with or without the brackets; returns how many numbers there are, also when
    /// they are more than fit.
    static int parseVector(byte[] bytes, int from, int to, float[] target) {
        int at = skipBlanks(bytes, from, to);
        int end = to;
        while (end > at && bytes[end - 1] <= ' ') {
            end--;
        }
        if (at < end && (bytes[at] == '[' || bytes[at] == '{') && (bytes[end - 1] == ']' || bytes[end - 1] == '}')) {
            at++;
            end--;
        }
        int count = 0;
        while (at < end) {
            int start = skipBlanks(bytes, at, end);
            int comma = start;
            while (comma < end && bytes[comma] != ',') {
                comma++;
            }
            int stop = comma;
            while (stop > start && bytes[stop - 1] <= ' ') {
                stop--;
            }
            float value = parse(bytes, start, stop);
            if (count < target.length) {
                target[count] = value;
            }
            count++;
            at = comma + 1;
        }
        return count;
    }

    private static int skipBlanks(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] <= ' ' && bytes[at] >= 0) {
            at++;
        }
        return at;
    }
}
