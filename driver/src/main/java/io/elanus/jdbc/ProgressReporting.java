package io.elanus.jdbc;

import java.util.Optional;

/// A statement of this driver: `statement.unwrap(ProgressReporting.class)`.
public interface ProgressReporting {
    /// Rows done and rows in all (0: unknown) of what the statement runs now; empty when it runs nothing. Asks the
    /// server; call it from another thread than the one that executes.
    Optional<long[]> progress();
}
