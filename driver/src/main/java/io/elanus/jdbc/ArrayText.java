package io.elanus.jdbc;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Arrays as text, as the server and PostgreSQL write them: `{1,NULL,"a b"}`. Pure.
final class ArrayText {
    private ArrayText() {}

    /// @param text of an item that is not NULL
    static String of(@Nullable Object[] items, Function<Object, String> text) {
        return Arrays.stream(items)
                .map(item -> item == null ? "NULL" : item(text.apply(item)))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String item(String text) {
        boolean plain = !text.isEmpty()
                && !text.equalsIgnoreCase("NULL")
                && text.chars().noneMatch(c -> ",{}\"\\".indexOf(c) >= 0 || Character.isWhitespace(c));
        return plain ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
