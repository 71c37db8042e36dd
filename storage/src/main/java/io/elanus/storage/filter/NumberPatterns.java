package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.math.BigDecimal;
import java.math.RoundingMode;

/// TO_CHAR and TO_NUMBER: numbers by PostgreSQL's patterns of `9`, `0`, `.` or `D`, `,` or `G`, and the signs `S`,
/// `MI`, `PL`, `PR`; `FM` leaves padding out. Text in double quotes stands for itself.
final class NumberPatterns {
    private NumberPatterns() {}

    /// What a pattern asks for.
    private static final class Shape {
        boolean bare;
        boolean signed;
        boolean signLast;
        boolean minus;
        boolean brackets;
        int digits;
        int decimals;
        int fromZero = Integer.MAX_VALUE;
        int lastZero = -1;
    }

    private static Shape shape(String pattern) {
        var shape = new Shape();
        boolean behindPoint = false;
        String upper = pattern.toUpperCase(java.util.Locale.ROOT);
        shape.bare = upper.contains("FM");
        shape.brackets = upper.contains("PR");
        shape.minus = upper.contains("MI");
        shape.signed = upper.contains("S");
        shape.signLast = upper.endsWith("S");
        for (int i = 0; i < upper.length(); i++) {
            char c = upper.charAt(i);
            if (c == '.' || c == 'D') {
                behindPoint = true;
            } else if (c == '9' || c == '0') {
                if (c == '0') {
                    shape.fromZero = behindPoint ? shape.fromZero : Math.min(shape.fromZero, shape.digits);
                    shape.lastZero = behindPoint ? shape.decimals : shape.lastZero;
                }
                shape.digits += behindPoint ? 0 : 1;
                shape.decimals += behindPoint ? 1 : 0;
            } else if (c == 'E' || c == 'V' || c == 'R' && !shape.brackets) {
                throw new StorageException(
                        ErrorCode.FEATURE_NOT_SUPPORTED, "Patterns of numbers with EEEE, V or RN are not supported.");
            }
        }
        return shape;
    }

    static String format(Object cell, String pattern) {
        BigDecimal number = switch (cell) {
            case Long whole -> BigDecimal.valueOf(whole);
            case Double real -> finite(real);
            default -> (BigDecimal) cell;
        };
        Shape shape = shape(pattern);
        String plain =
                number.abs().setScale(shape.decimals, RoundingMode.HALF_UP).toPlainString();
        int point = plain.indexOf('.');
        String whole = point < 0 ? plain : plain.substring(0, point);
        String decimals = point < 0 ? "" : plain.substring(point + 1);
        whole = whole.equals("0") && shape.decimals > 0 ? "" : whole;
        boolean tooLong = whole.length() > shape.digits;
        String body = body(
                pattern,
                shape,
                tooLong ? "#".repeat(shape.digits) : whole,
                tooLong ? "#".repeat(shape.decimals) : decimals);
        return signed(body, number.signum() < 0, shape);
    }

    private static BigDecimal finite(double number) {
        if (!Double.isFinite(number)) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER, "TO_CHAR takes a number that is neither NaN nor infinite.");
        }
        return BigDecimal.valueOf(number);
    }

    private static String body(String pattern, Shape shape, String whole, String decimals) {
        var text = new StringBuilder();
        int lead = shape.digits - whole.length();
        int at = 0;
        int decimal = 0;
        int kept = decimals.length();
        while (shape.bare && kept > shape.lastZero + 1 && decimals.charAt(kept - 1) == '0') {
            kept--;
        }
        boolean begun = false;
        boolean behindPoint = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = Character.toUpperCase(pattern.charAt(i));
            if (c == '"') {
                int end = pattern.indexOf('"', i + 1);
                end = end < 0 ? pattern.length() : end;
                text.append(pattern, i + 1, end);
                i = end;
            } else if (c == '.' || c == 'D') {
                behindPoint = true;
                text.append('.');
            } else if (behindPoint && (c == '9' || c == '0')) {
                text.append(decimal < kept ? decimals.charAt(decimal) : shape.bare ? "" : "0");
                decimal++;
            } else if (c == '9' || c == '0') {
                boolean digit = at >= lead;
                begun |= digit || at >= shape.fromZero;
                if (digit) {
                    text.append(whole.charAt(at - lead));
                } else if (begun) {
                    text.append('0');
                } else if (!shape.bare) {
                    text.append(' ');
                }
                at++;
            } else if (c == ',' || c == 'G') {
                text.append(begun ? "," : shape.bare ? "" : " ");
            } else if ("FMSIPLR".indexOf(c) < 0) {
                text.append(pattern.charAt(i));
            }
        }
        return text.toString();
    }

    private static String signed(String body, boolean negative, Shape shape) {
        if (shape.brackets) {
            String blank = shape.bare ? "" : " ";
            return negative ? atDigits(body, "<") + ">" : blank + body + blank;
        }
        if (shape.minus) {
            return body + (negative ? "-" : shape.bare ? "" : " ");
        }
        if (shape.signed) {
            String sign = negative ? "-" : "+";
            return shape.signLast ? body + sign : atDigits(body, sign);
        }
        return negative ? atDigits(body, "-") : shape.bare ? body : " " + body;
    }

    /// The sign stands right before the number.
    private static String atDigits(String body, String sign) {
        int at = 0;
        while (at < body.length() && body.charAt(at) == ' ') {
            at++;
        }
        return body.substring(0, at) + sign + body.substring(at);
    }

    /// Whatever is no digit, point or sign is passed over.
    static BigDecimal parse(String text, String pattern) {
        Shape shape = shape(pattern);
        var digits = new StringBuilder();
        boolean negative = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isDigit(c) || c == '.') {
                digits.append(c);
            } else if (c == '-' || c == '<') {
                negative = true;
            }
        }
        try {
            BigDecimal number = new BigDecimal(digits.toString());
            number = number.scale() > shape.decimals ? number.setScale(shape.decimals, RoundingMode.DOWN) : number;
            return negative ? number.negate() : number;
        } catch (NumberFormatException e) {
            throw new StorageException(ErrorCode.INVALID_TEXT, "The text holds no number by this pattern.", e);
        }
    }
}
