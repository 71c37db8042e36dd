package io.elanus.sql.conformance;

import java.util.List;

/// One step of a script.
sealed interface LogicRecord {
    /// The order in which the values of an answer are compared.
    enum Order {
        NOSORT,
        ROWSORT,
        VALUESORT
    }

    /// Where it stands in its file.
    int line();

    String sql();

    /// @param fails it must be refused
    record Statement(int line, String sql, boolean fails) implements LogicRecord {}

    /// @param number   of the query in its file, from 0, those for other products included
    /// @param types    a letter per column: I, R or T
    /// @param expected a value a line, or one line with their number and hash
    record Query(int line, String sql, int number, String types, Order order, List<String> expected)
            implements LogicRecord {
        public Query {
            expected = List.copyOf(expected);
        }
    }
}
