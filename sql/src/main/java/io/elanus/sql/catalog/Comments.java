package io.elanus.sql.catalog;

import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What people wrote about a table and its columns, kept among its options: `COMMENT ON`.
public final class Comments {
    /// Of the table; also an option that can be set by its name.
    static final String TABLE = "description";
    /// Of a column, by its id: it keeps its comment under another name.
    private static final String COLUMN = "comment:";

    private Comments() {}

    public static Optional<String> of(TableSchema table) {
        return find(table, TABLE);
    }

    public static Optional<String> of(TableSchema table, Column column) {
        return find(table, COLUMN + column.id());
    }

    private static Optional<String> find(TableSchema table, String option) {
        return Optional.ofNullable(table.options().get(option)).filter(text -> !text.isEmpty());
    }

    /// @param text empty: none
    static TableSchema with(TableSchema table, Column column, String text) {
        Map<String, String> options = new HashMap<>(table.options());
        if (text.isEmpty()) {
            options.remove(COLUMN + column.id());
        } else {
            options.put(COLUMN + column.id(), text);
        }
        return table.withOptions(options);
    }
}
