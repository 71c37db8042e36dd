package io.elanus.storage.index;

import java.math.BigDecimal;
import java.util.List;

/// A parameter of `WITH (…)`: its standard name, what it does, and what it takes: a number in a range, or one of a
/// few words.
///
/// @param choices the words, the default first; empty for a number
/// @param digits of a number behind the point: the others are in units of its last digit
public record IndexParameter(
        String name, String description, long min, long max, long defaultValue, List<String> choices, int digits) {
    public IndexParameter {
        choices = List.copyOf(choices);
    }

    public static IndexParameter number(String name, String description, long min, long max, long defaultValue) {
        return new IndexParameter(name, description, min, max, defaultValue, List.of(), 0);
    }

    /// A number with so many digits behind the point; limits and default are in units of the last.
    public static IndexParameter decimal(
            String name, String description, long min, long max, long defaultValue, int digits) {
        return new IndexParameter(name, description, min, max, defaultValue, List.of(), digits);
    }

    public static IndexParameter choice(String name, String description, String... choices) {
        return new IndexParameter(name, description, 0, choices.length - 1L, 0, List.of(choices), 0);
    }

    /// What it takes, for an error or a page of documentation.
    public String range() {
        return choices.isEmpty() ? "[" + text(min) + "] to [" + text(max) + "]" : "one of " + choices;
    }

    /// A value as it is written in SQL.
    public String text(long value) {
        return BigDecimal.valueOf(value, digits).toPlainString();
    }
}
