package io.elanus.jdbc;

import java.io.InputStream;
import java.sql.SQLException;

/// A connection of this driver that sends the rows of a COPY: `connection.unwrap(CopyIn.class)`.
public interface CopyIn {
    /// Runs `COPY … FROM STDIN` on the bytes of a file and returns the number of rows that were written. Reads the
    /// stream to its end and leaves closing it to the caller.
    long copyIn(String sql, InputStream file) throws SQLException;
}
