package io.elanus.sql.shell;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Prints one result. For one thread.
interface ResultPrinter {
    /// @param type as `ResultSetMetaData` names it
    record Heading(String name, String type, boolean number) {}

    void begin(List<Heading> columns);

    /// Values as [Runner] reads them: null, Boolean, Number, String, `float[]` for vectors, or others by their
    /// text.
    void row(List<? extends @Nullable Object> values);

    /// After the last row.
    void end();
}
