package io.elanus.sql.audit;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.tree.DollarQuotes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Takes passwords out of the text of statements, and out of what is said of them. Of a statement that may hold one,
/// every string literal is left out: a statement with a mistake in it is not known well enough to say which is the
/// password.
public final class Redaction {
    private static final String HIDDEN = "'…'";
    private static final Pattern SUSPECT = Pattern.compile(
            "\\b(password|passwd|pwd|identified|verifier)\\b|^\\W*(create|alter)\\s+(or\\s+replace\\s+)?(user|role)\\b",
            Pattern.CASE_INSENSITIVE);

    private Redaction() {}

    /// The text, without what may be secret in it.
    public static String text(String sql) {
        return SUSPECT.matcher(sql).find() ? hide(sql, new ArrayList<>()) : sql;
    }

    /// The error, without what may be secret in its statement.
    public static QueryException error(QueryException error, String sql) {
        if (!SUSPECT.matcher(sql).find()) {
            return error;
        }
        var secrets = new ArrayList<String>();
        hide(sql, secrets);
        String message = String.valueOf(error.getMessage());
        String hint = error.hint().orElse("");
        String politeMessage = without(message, secrets);
        String politeHint = without(hint, secrets);
        if (politeMessage.equals(message) && politeHint.equals(hint)) {
            return error;
        }
        // The cause would say it again in the log.
        return new QueryException(
                error.code(), politeMessage, error.position(), politeHint.isEmpty() ? null : politeHint, null);
    }

    private static String without(String text, List<String> secrets) {
        String polite = text;
        for (String secret : secrets) {
            if (!secret.isBlank()) {
                polite = polite.replace(secret, "…");
            }
        }
        return polite;
    }

    /// @param secrets takes the literals as they stand in the text
    private static String hide(String sql, List<String> secrets) {
        var shown = new StringBuilder(sql.length());
        int at = 0;
        while (at < sql.length()) {
            char c = sql.charAt(at);
            int end;
            if (c == '\'') {
                end = endOf(sql, at);
                secrets.add(sql.substring(
                        at + 1, Math.max(at + 1, sql.endsWith("'") || end < sql.length() ? end - 1 : end)));
                shown.append(HIDDEN);
            } else if (DollarQuotes.opening(sql, at) > 0) {
                int body = at + DollarQuotes.opening(sql, at);
                String tag = sql.substring(at, body);
                int close = sql.indexOf(tag, body);
                end = close < 0 ? sql.length() : close + tag.length();
                secrets.add(sql.substring(body, close < 0 ? sql.length() : close));
                shown.append(HIDDEN);
            } else {
                end = c == '"' ? endOf(sql, at) : at + 1;
                shown.append(sql, at, end);
            }
            at = end;
        }
        return shown.toString();
    }

    /// Where what begins with this quote has ended; a doubled quote is part of it.
    private static int endOf(String sql, int from) {
        char quote = sql.charAt(from);
        for (int i = from + 1; i < sql.length(); i++) {
            if (sql.charAt(i) == quote) {
                if (i + 1 >= sql.length() || sql.charAt(i + 1) != quote) {
                    return i + 1;
                }
                i++;
            }
        }
        return sql.length();
    }
}
