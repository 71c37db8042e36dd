package io.elanus.sql.shell;

import java.io.PrintWriter;
import java.util.function.IntSupplier;

/// Where the shell prints.
///
/// @param out results
/// @param err errors and progress
/// @param columns width of the terminal now; 0 without one
public record Console(PrintWriter out, PrintWriter err, IntSupplier columns) {
    int width() {
        return columns.getAsInt();
    }

    boolean interactive() {
        return width() > 0;
    }
}
