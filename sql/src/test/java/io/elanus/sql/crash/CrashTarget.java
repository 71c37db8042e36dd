package io.elanus.sql.crash;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/// A database that runs and will be killed: one server process, or every role of a cluster.
interface CrashTarget extends AutoCloseable {
    /// Where such a database comes from, with what an earlier one has kept.
    @FunctionalInterface
    interface Source {
        CrashTarget start();
    }

    Connection connect() throws SQLException;

    /// Waits until a statement is answered and returns how long that took since the call.
    Duration awaitFirstAnswer(String sql);

    /// Nothing in its processes gets a chance to react.
    void kill();

    /// Has [#kill] been called? Any thread.
    boolean isKilled();

    /// A file that the database can read too.
    Path file(String name);

    String logEnd();

    /// The orderly end.
    @Override
    void close();
}
