package io.elanus.storage.filter;

import com.google.re2j.Matcher;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Step.RowFunction;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Functions of regular expressions (RE2's: linear time), and SIMILAR TO.
final class RegexFunctions {
    private RegexFunctions() {}

    private static Matcher matcher(Patterns.Compiled compiled, Object[] cells) {
        String flags = cells.length > 2 ? (String) cells[2] : "";
        return compiled.of((String) cells[1], flags.replace("g", "")).matcher((String) cells[0]);
    }

    /// The groups of the first match, all of it if there are none; NULL without a match.
    static RowFunction match() {
        var compiled = new Patterns.Compiled();
        return cells -> {
            Matcher matcher = matcher(compiled, cells);
            if (!matcher.find()) {
                return null;
            }
            var groups = new ArrayList<@Nullable Object>();
            for (int i = 1; i <= matcher.groupCount(); i++) {
                groups.add(matcher.group(i));
            }
            if (groups.isEmpty()) {
                groups.add(matcher.group());
            }
            return groups;
        };
    }

    /// The first group of the first match, all of it if there is none.
    static RowFunction substring() {
        var compiled = new Patterns.Compiled();
        return cells -> {
            Matcher matcher = matcher(compiled, cells);
            return matcher.find() ? matcher.group(Math.min(matcher.groupCount(), 1)) : null;
        };
    }

    static RowFunction count() {
        var compiled = new Patterns.Compiled();
        return cells -> {
            Matcher matcher = matcher(compiled, cells);
            long count = 0;
            while (matcher.find()) {
                count++;
            }
            return count;
        };
    }

    static RowFunction position() {
        var compiled = new Patterns.Compiled();
        return cells -> {
            Matcher matcher = matcher(compiled, cells);
            String text = (String) cells[0];
            return matcher.find() ? text.codePointCount(0, matcher.start()) + 1L : 0L;
        };
    }

    static RowFunction split() {
        var compiled = new Patterns.Compiled();
        return cells -> {
            Matcher matcher = matcher(compiled, cells);
            String text = (String) cells[0];
            var parts = new ArrayList<@Nullable Object>();
            int at = 0;
            while (matcher.find()) {
                boolean empty = matcher.end() == matcher.start();
                boolean inside = matcher.start() > at && matcher.start() < text.length();
                if (!empty || inside) {
                    parts.add(text.substring(at, matcher.start()));
                    at = matcher.end();
                }
            }
            parts.add(text.substring(at));
            return parts;
        };
    }

    /// text, pattern of the standard (`%`, `_`, and `|*+?{}()[]` of regular expressions), escape.
    static RowFunction similar() {
        var compiled = new Patterns.Compiled();
        return cells -> {
            String escape = cells.length > 2 ? (String) cells[2] : "\\";
            return compiled.of(expression((String) cells[1], escape), "s")
                    .matcher((String) cells[0])
                    .matches();
        };
    }

    private static String expression(String pattern, String escape) {
        if (escape.codePointCount(0, escape.length()) > 1) {
            throw new StorageException(
                    ErrorCode.INVALID_PARAMETER, "The escape of SIMILAR TO is one character or none.");
        }
        var expression = new StringBuilder("(?:");
        boolean set = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (!escape.isEmpty() && pattern.startsWith(escape, i) && i + escape.length() < pattern.length()) {
                i += escape.length();
                expression.append(com.google.re2j.Pattern.quote(pattern.substring(i, i + 1)));
            } else if (set) {
                set = c != ']';
                expression.append(c == '\\' ? "\\\\" : String.valueOf(c));
            } else {
                set = c == '[';
                switch (c) {
                    case '%' -> expression.append(".*");
                    case '_' -> expression.append('.');
                    case '.', '^', '$', '\\' -> expression.append('\\').append(c);
                    default -> expression.append(c);
                }
            }
        }
        return expression.append(')').toString();
    }
}
