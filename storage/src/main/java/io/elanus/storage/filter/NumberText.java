package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.math.BigDecimal;
import java.util.Arrays;

/// Numbers to text and back. Floating point prints the fewest digits that read back as the same number.
final class NumberText {
    /// Exponents of a decimal number beyond these are refused before digits are made of them.
    private static final int MAX_DECIMAL_EXPONENT = 1000;

    private NumberText() {}

    static String format(double value) {
        return format(Double.toString(value), 15);
    }

    static String format(float value) {
        return format(Float.toString(value), 6);
    }

    /// From Java's form (1.0E10) to PostgreSQL's (10000000000; 1e+20 from `fixedDigits` on).
    private static String format(String java, int fixedDigits) {
        int exponentAt = java.indexOf('E');
        if (exponentAt < 0) {
            if (!java.endsWith(".0")) {
                return java;
            }
            String whole = java.substring(0, java.length() - 2);
            int digits = whole.length() - (whole.startsWith("-") ? 1 : 0);
            return digits <= fixedDigits ? whole : scientific(new BigDecimal(java));
        }
        var value = new BigDecimal(java);
        int exponent = Integer.parseInt(java.substring(exponentAt + 1));
        if (exponent >= -4 && exponent < fixedDigits) {
            return value.stripTrailingZeros().toPlainString();
        }
        return scientific(value);
    }

    private static String scientific(BigDecimal value) {
        BigDecimal digits = value.stripTrailingZeros();
        String unscaled = digits.unscaledValue().abs().toString();
        int exponent = unscaled.length() - 1 - digits.scale();
        var text = new StringBuilder();
        if (digits.signum() < 0) {
            text.append('-');
        }
        text.append(unscaled.charAt(0));
        if (unscaled.length() > 1) {
            text.append('.').append(unscaled, 1, unscaled.length());
        }
        text.append('e').append(exponent < 0 ? '-' : '+');
        int magnitude = Math.abs(exponent);
        return text.append(magnitude < 10 ? "0" : "").append(magnitude).toString();
    }

    static Long parseInteger(String text, Simple type) {
        try {
            return Numbers.checkRange(Long.parseLong(text.strip()), type);
        } catch (NumberFormatException _) {
            String digits = text.strip();
            if (digits.length() > 18 && digits.matches("[+-]?\\d+")) {
                throw Numbers.outOfRange(type);
            }
            throw TextForms.invalid(type, "decimal digits");
        }
    }

    static Double parseReal(String text) {
        double value = parseDouble(text);
        float narrow = (float) value;
        if (Float.isInfinite(narrow) && !Double.isInfinite(value)) {
            throw Numbers.outOfRange(Simple.REAL);
        }
        return (double) narrow;
    }

    static Double parseDouble(String text) {
        String number = text.strip();
        return switch (number.toLowerCase(java.util.Locale.ROOT)) {
            case "nan" -> Double.NaN;
            case "infinity", "inf", "+infinity", "+inf" -> Double.POSITIVE_INFINITY;
            case "-infinity", "-inf" -> Double.NEGATIVE_INFINITY;
            default -> parseFinite(number);
        };
    }

    private static double parseFinite(String number) {
        if (number.isEmpty() || "+-.0123456789".indexOf(number.charAt(0)) < 0 || !endsInDigit(number)) {
            throw TextForms.invalid(Simple.DOUBLE, "a number such as 1.5 or 2e10");
        }
        try {
            double value = Double.parseDouble(number);
            if (Double.isInfinite(value)) {
                throw Numbers.outOfRange(Simple.DOUBLE);
            }
            return value;
        } catch (NumberFormatException _) {
            throw TextForms.invalid(Simple.DOUBLE, "a number such as 1.5 or 2e10");
        }
    }

    /// Java also reads suffixes (1d, 1f).
    private static boolean endsInDigit(String number) {
        char last = number.charAt(number.length() - 1);
        return (last >= '0' && last <= '9') || last == '.';
    }

    static BigDecimal parseDecimal(String text, ColumnType type) {
        try {
            var value = new BigDecimal(text.strip());
            if (Math.abs((long) value.scale()) > MAX_DECIMAL_EXPONENT) {
                throw Numbers.outOfRange(type);
            }
            return value;
        } catch (NumberFormatException _) {
            throw TextForms.invalid(type, "digits with an optional point");
        }
    }

    /// The numbers of `[1, 2.5, 3]`.
    static float[] parseElements(String text, ColumnType.Vector type) {
        float[] elements = new float[Math.min(type.dimension(), ColumnType.Vector.MAX_DIMENSION)];
        int count = 0;
        int at = 1;
        int end = text.length() - 1;
        while (at < end) {
            int comma = text.indexOf(',', at);
            int stop = comma < 0 ? end : comma;
            if (count == elements.length) {
                elements = Arrays.copyOf(elements, 2 * count);
            }
            elements[count++] = parseElement(text.substring(at, stop).strip(), type);
            at = stop + 1;
            if (comma >= 0 && at >= end) {
                throw TextForms.invalid(type, "numbers in brackets, such as [1,2,3]");
            }
        }
        return Arrays.copyOf(elements, count);
    }

    private static float parseElement(String number, ColumnType.Vector type) {
        if (number.equalsIgnoreCase("nan")
                || number.toLowerCase(java.util.Locale.ROOT).contains("inf")) {
            throw new StorageException(
                    ErrorCode.VECTOR_NOT_FINITE,
                    "A vector has an element that is NaN or infinite. Elements must be finite numbers.");
        }
        if (number.isEmpty() || !endsInDigit(number)) {
            throw TextForms.invalid(type, "numbers in brackets, such as [1,2,3]");
        }
        try {
            return Float.parseFloat(number);
        } catch (NumberFormatException _) {
            throw TextForms.invalid(type, "numbers in brackets, such as [1,2,3]");
        }
    }
}
