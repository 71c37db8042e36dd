package io.elanus.jdbc;

import java.io.InputStream;
import java.sql.SQLException;

/// Loads rows that the client has. A connection of this driver and each of its statements unwrap to it:
/// `statement.unwrap(CopyIn.class)`. On a statement its timeout holds, [java.sql.Statement#cancel] from another
/// thread ends it, and [ProgressReporting] tells how far it is.
public interface CopyIn {
    /// Runs `COPY … FROM STDIN` on the bytes of a file and returns the number of rows that were written. Reads the
    /// stream to its end and leaves closing it to the caller.
    long copyIn(String sql, InputStream file) throws SQLException;
}
