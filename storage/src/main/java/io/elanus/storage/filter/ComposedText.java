package io.elanus.storage.filter;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Texts made of others: CONCAT, CONCAT_WS, FORMAT, OVERLAY and quotation.
final class ComposedText {
    private static final Pattern PLAIN_NAME = Pattern.compile("[a-z_][a-z0-9_$]*");

    private ComposedText() {}

    static Object concat(@Nullable Object[] cells) {
        var text = new StringBuilder();
        for (Object cell : cells) {
            if (cell != null) {
                text.append((String) cell);
            }
        }
        return TextFunctions.checked(text.toString());
    }

    /// NULL for a separator that is NULL.
    static @Nullable Object concatWith(@Nullable Object[] cells) {
        if (!(cells[0] instanceof String separator)) {
            return null;
        }
        var text = new StringBuilder();
        boolean first = true;
        for (int i = 1; i < cells.length; i++) {
            if (cells[i] != null) {
                text.append(first ? "" : separator).append((String) cells[i]);
                first = false;
            }
        }
        return TextFunctions.checked(text.toString());
    }

    static String literal(String text) {
        String quoted = "'" + text.replace("'", "''").replace("\\", "\\\\") + "'";
        return text.indexOf('\\') >= 0 ? "E" + quoted : quoted;
    }

    static String identifier(String text) {
        return PLAIN_NAME.matcher(text).matches() ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }

    static String overlay(Object[] cells) {
        String text = (String) cells[0];
        String by = (String) cells[1];
        long start = (Long) cells[2];
        long count = cells.length > 3 ? (Long) cells[3] : by.codePointCount(0, by.length());
        if (start < 1) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER, "OVERLAY counts characters from 1; it got [%d].".formatted(start));
        }
        int length = text.codePointCount(0, text.length());
        int from = text.offsetByCodePoints(0, (int) Math.min(start - 1, length));
        int to = text.offsetByCodePoints(0, (int) Math.clamp(start - 1 + count, 0L, (long) length));
        return TextFunctions.checked(text.substring(0, from) + by + text.substring(to));
    }

    /// %s, %I and %L take the next argument, %2$s the second; %% is a percent sign.
    static @Nullable Object format(@Nullable Object[] cells) {
        if (!(cells[0] instanceof String format)) {
            return null;
        }
        var text = new StringBuilder();
        int next = 1;
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at++);
            if (c != '%') {
                text.append(c);
                continue;
            }
            int digits = at;
            while (digits < format.length() && Character.isDigit(format.charAt(digits))) {
                digits++;
            }
            boolean numbered = digits > at && digits < format.length() && format.charAt(digits) == '$';
            if (numbered) {
                next = Math.clamp(Long.parseLong(format.substring(at, digits)), 0, cells.length);
                at = digits + 1;
            }
            char kind = at < format.length() ? format.charAt(at++) : ' ';
            if (kind == '%') {
                text.append('%');
            } else {
                text.append(formatted(kind, cells, next++));
            }
        }
        return TextFunctions.checked(text.toString());
    }

    private static String formatted(char kind, @Nullable Object[] cells, int index) {
        if (index < 1 || index >= cells.length) {
            throw invalid("FORMAT has too few arguments for its text.");
        }
        String value = (String) cells[index];
        return switch (kind) {
            case 's' -> value == null ? "" : value;
            case 'L' -> value == null ? "NULL" : literal(value);
            case 'I' -> {
                if (value == null) {
                    throw invalid("FORMAT cannot make a name of NULL.");
                }
                yield identifier(value);
            }
            default -> throw invalid("FORMAT takes %s, %I, %L and %%.");
        };
    }

    private static StorageException invalid(String message) {
        return new StorageException(ErrorCode.INVALID_PARAMETER, message);
    }
}
