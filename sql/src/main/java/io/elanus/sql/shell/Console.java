package io.elanus.sql.shell;

import java.io.PrintWriter;

/// Where the shell prints.
///
/// @param out results
/// @param err errors and progress
/// @param width of the terminal; 0 without one
public record Console(PrintWriter out, PrintWriter err, int width) {
    boolean interactive() {
        return width > 0;
    }
}
