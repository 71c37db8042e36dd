package io.elanus.sql.catalog;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// Patterns for names in metadata calls: `%`, `_`, and `\` before a character that stands for itself.
public final class NamePattern {
    private NamePattern() {}

    /// @param pattern empty: every name
    public static Predicate<String> of(Optional<String> pattern) {
        var regex = new StringBuilder();
        String text = pattern.orElse("%");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                regex.append(".*");
            } else if (c == '_') {
                regex.append('.');
            } else {
                boolean escape = c == '\\' && i + 1 < text.length();
                i = escape ? i + 1 : i;
                regex.append(Pattern.quote(String.valueOf(text.charAt(i))));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL).asMatchPredicate();
    }
}
