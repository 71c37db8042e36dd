package io.elanus.ai;

import java.util.Collection;
import java.util.List;

/// A condition over the metadata of documents, true or false for each: a comparison with a key that a document does
/// not have, or whose value is of another kind, is false, and its negation is true.
public sealed interface Condition {
    /// Every document.
    Condition ALL = new And(List.of());

    /// How two values are compared.
    enum Comparison {
        EQUAL("="),
        NOT_EQUAL("<>"),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">=");

        final String sql;

        Comparison(String sql) {
            this.sql = sql;
        }
    }

    /// @param conditions all of which hold; with none it always does
    record And(List<Condition> conditions) implements Condition {}

    /// @param conditions one of which holds; with none it never does
    record Or(List<Condition> conditions) implements Condition {}

    record Not(Condition condition) implements Condition {}

    /// @param value text, a number or a boolean; `NOT_EQUAL` also holds for a document without the key
    record Compare(String key, Comparison comparison, Object value) implements Condition {}

    record In(String key, Collection<?> values) implements Condition {}

    record ContainsText(String key, String part) implements Condition {}

    /// The key is not there, or its value is null.
    record IsNull(String key) implements Condition {}
}
