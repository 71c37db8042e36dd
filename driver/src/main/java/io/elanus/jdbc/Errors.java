package io.elanus.jdbc;

import java.sql.BatchUpdateException;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.SQLTransientConnectionException;
import java.sql.SQLTransientException;
import org.apache.calcite.avatica.AvaticaSqlException;
import org.jspecify.annotations.Nullable;

/// Turns what Avatica's classes throw into the `java.sql` exception of its SQLSTATE, with the server's own
/// sentence.
final class Errors {
    private Errors() {}

    interface Work<T> {
        T run() throws SQLException;
    }

    interface Action {
        void run() throws SQLException;
    }

    static <T> T call(Work<T> work) throws SQLException {
        try {
            return work.run();
        } catch (SQLException | RuntimeException e) {
            throw sql(e);
        }
    }

    static void run(Action action) throws SQLException {
        call(() -> {
            action.run();
            return true;
        });
    }

    /// Runs a batch. The server does not say how far one that failed had come: there are no counts.
    static long[] batch(Work<long[]> work) throws SQLException {
        try {
            return call(work);
        } catch (SQLException e) {
            throw new BatchUpdateException(e.getMessage(), e.getSQLState(), e.getErrorCode(), new int[0], e);
        }
    }

    static SQLException sql(Exception problem) {
        ServerError error = find(problem);
        if (error == null) {
            return problem instanceof SQLException
                    ? (SQLException) problem
                    : new SQLException(problem.getMessage(), "XX000", problem);
        }
        return sql(error);
    }

    private static @Nullable ServerError find(Throwable problem) {
        for (Throwable each = problem; each != null; each = each.getCause()) {
            if (each instanceof ServerError) {
                return (ServerError) each;
            }
            if (each instanceof AvaticaSqlException) {
                // Avatica made it of a lost connection that could not be opened again.
                var lost = (AvaticaSqlException) each;
                return new ServerError(String.valueOf(lost.getErrorMessage()), lost.getSQLState(), null, lost);
            }
        }
        return null;
    }

    static SQLException sql(ServerError error) {
        var text = new StringBuilder(error.sentence());
        if (error.position() > 0) {
            text.append(" (at character ").append(error.position()).append(')');
        }
        error.hint().ifPresent(hint -> text.append("\nHINT: ").append(hint));
        String message = text.toString();
        String state = error.sqlState();
        switch (state.substring(0, Math.min(2, state.length()))) {
            case "0A":
                return new SQLFeatureNotSupportedException(message, state, error);
            case "08":
                return state.equals("08006")
                        ? new SQLTransientConnectionException(message, state, error)
                        : new SQLNonTransientConnectionException(message, state, error);
            case "22":
                return new SQLDataException(message, state, error);
            case "23":
                return new SQLIntegrityConstraintViolationException(message, state, error);
            case "40":
                return new SQLTransactionRollbackException(message, state, error);
            case "42":
                return new SQLSyntaxErrorException(message, state, error);
            case "57":
                return state.equals("57014")
                        ? new SQLTimeoutException(message, state, error)
                        : new SQLTransientException(message, state, error);
            default:
                return new SQLException(message, state, error);
        }
    }
}
