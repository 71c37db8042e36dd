package io.elanus.storage.index;

import java.util.List;

/// A parameter of `WITH (…)`: its standard name, what it does, and what it takes: a number in a range, or one of a
/// few words.
///
/// @param choices the words, the default first; empty for a number
public record IndexParameter(
        String name, String description, long min, long max, long defaultValue, List<String> choices) {
    public IndexParameter {
        choices = List.copyOf(choices);
    }

    public static IndexParameter number(String name, String description, long min, long max, long defaultValue) {
        return new IndexParameter(name, description, min, max, defaultValue, List.of());
    }

    public static IndexParameter choice(String name, String description, String... choices) {
        return new IndexParameter(name, description, 0, choices.length - 1L, 0, List.of(choices));
    }

    /// What it takes, for an error or a page of documentation.
    public String range() {
        return choices.isEmpty() ? "[" + min + "] to [" + max + "]" : "one of " + choices;
    }
}
