package io.elanus.sql.session;

import java.util.List;

/// What a caller wants to know of the rows that a statement changes, when the statement itself has no RETURNING:
/// what JDBC calls generated keys. Statements that change no rows, and tables whose key is hidden, have nothing to
/// say.
public sealed interface Returning {
    record Nothing() implements Returning {}

    /// The key of each row.
    record Key() implements Returning {}

    /// Columns by name, as written in the catalog or in any case.
    record Names(List<String> columns) implements Returning {
        public Names {
            columns = List.copyOf(columns);
        }
    }

    /// Columns by their place in the table, from 1.
    record Ordinals(List<Integer> columns) implements Returning {
        public Ordinals {
            columns = List.copyOf(columns);
        }
    }

    Returning NOTHING = new Nothing();
}
