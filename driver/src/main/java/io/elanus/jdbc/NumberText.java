package io.elanus.jdbc;

import java.math.BigDecimal;

/// Floating-point numbers as the server writes them in SQL: `2`, not `2.0`; `1e+20`, not `1.0E20`. So a value reads
/// the same as text wherever the text was made.
final class NumberText {
    private static final int FLOAT_DIGITS = 6;
    private static final int DOUBLE_DIGITS = 15;

    private NumberText() {}

    static String of(double value) {
        return of(Double.toString(value), DOUBLE_DIGITS);
    }

    static String of(float value) {
        return of(Float.toString(value), FLOAT_DIGITS);
    }

    /// From Java's form: digits up to `fixedDigits` before the point, an exponent from there on.
    private static String of(String java, int fixedDigits) {
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
        return exponent >= -4 && exponent < fixedDigits
                ? value.stripTrailingZeros().toPlainString()
                : scientific(value);
    }

    private static String scientific(BigDecimal value) {
        BigDecimal digits = value.stripTrailingZeros();
        String unscaled = digits.unscaledValue().abs().toString();
        int exponent = unscaled.length() - 1 - digits.scale();
        var text = new StringBuilder(digits.signum() < 0 ? "-" : "").append(unscaled.charAt(0));
        if (unscaled.length() > 1) {
            text.append('.').append(unscaled, 1, unscaled.length());
        }
        int magnitude = Math.abs(exponent);
        return text.append(exponent < 0 ? "e-" : "e+")
                .append(magnitude < 10 ? "0" : "")
                .append(magnitude)
                .toString();
    }
}
