package io.elanus.sql.plan.rel;

import io.elanus.cluster.ClusterException;
import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.SqlText;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.util.Objects;
import org.apache.calcite.runtime.CalciteException;
import org.apache.calcite.sql.SqlNode;
import org.jspecify.annotations.Nullable;

/// Statements that the grammar takes and at which Calcite fails instead of refusing them: a cast that does not hold,
/// an assertion, a case that was left out. The statement's own text is the cause, nothing was read or changed, and
/// the same text fails again: it is a statement that is not supported, and no fault inside the database. What fails
/// in our own code stays one.
final class Misunderstood {
    private static final String CALCITE = "org.apache.calcite.";

    private Misunderstood() {}

    /// Throws the refusal; returns when the error is another one, which stays as it is.
    ///
    /// @param at the expression that was looked at last, if known
    static void refuse(Throwable error, String sql, @Nullable SqlNode at) {
        QueryErrors.overflow(error).ifPresent(overflow -> {
            throw overflow;
        });
        Throwable cause = error;
        while (!said(cause) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String place = place(cause);
        if (said(cause) || !place.startsWith(CALCITE)) {
            return;
        }
        int position = at == null ? 0 : SqlText.offset(sql, at.getParserPosition());
        if (cause instanceof IllegalArgumentException
                && Objects.requireNonNullElse(cause.getMessage(), "").endsWith("due to overflow")) {
            throw new QueryException(ErrorCode.NUMBER_OUT_OF_RANGE, "A number is out of range.", position, null, error);
        }
        throw new QueryException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                "The planner cannot make sense of the statement [%s in %s]."
                        .formatted(cause.getClass().getSimpleName(), place.substring(place.lastIndexOf('.') + 1)),
                position,
                "Look for a comma, a parenthesis or an operator too many, or write it in smaller parts with WITH.",
                error);
    }

    /// Is it an error that says what is wrong?
    private static boolean said(Throwable error) {
        return error instanceof QueryException
                || error instanceof StorageException
                || error instanceof ClusterException
                || error instanceof CalciteException;
    }

    /// The innermost class that is not of Java's own library or the like.
    private static String place(Throwable cause) {
        for (StackTraceElement frame : cause.getStackTrace()) {
            String name = frame.getClassName();
            if (name.startsWith(CALCITE) || name.startsWith("io.elanus.")) {
                return name;
            }
        }
        return "";
    }
}
