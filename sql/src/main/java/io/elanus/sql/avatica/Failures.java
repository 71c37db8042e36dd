package io.elanus.sql.avatica;

import io.elanus.cluster.ClusterException;
import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.memory.MappedFault;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// From whatever went wrong to what a client reads: SQLSTATE, a sentence, position and hint; no class names, no
/// stack traces. What is a bug of ours goes to the log in full, once, here.
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    static QueryException asQueryException(Throwable problem) {
        return switch (problem) {
            case QueryException e -> {
                if (e.code() == ErrorCode.INTERNAL) {
                    LOG.atError().setCause(e).log("A statement met a bug");
                }
                yield e;
            }
            case ClusterException e -> new QueryException(e.code(), message(e), 0, null, e);
            case StorageException e -> new QueryException(e.code(), message(e), 0, null, e);
            case InternalError e
            when MappedFault.is(e) -> {
                ClusterException told = io.elanus.cluster.runtime.Failures.toCluster(e);
                yield new QueryException(told.code(), message(told), 0, null, e);
            }
            case OutOfMemoryError e ->
                new QueryException(
                        ErrorCode.OUT_OF_MEMORY, "The server is out of memory for this statement", 0, null, e);
            default -> internal(problem);
        };
    }

    private static String message(RuntimeException e) {
        return e.getMessage() == null ? "The statement failed" : e.getMessage();
    }

    private static QueryException internal(Throwable problem) {
        LOG.atError().setCause(problem).log("A statement met a bug");
        return new QueryException(
                ErrorCode.INTERNAL,
                "The server met a bug while it ran the statement. The server's log has the details.",
                0,
                null,
                problem);
    }

    static Answer.Failed of(MissingConnection error) {
        return new Answer.Failed(
                String.valueOf(error.getMessage()), ErrorCode.INVALID_CONNECTION.sqlState(), true, List.of());
    }

    /// @param exact our driver puts position and hint where programs find them; others read them in the message
    static Answer.Failed of(QueryException error, boolean exact) {
        var details = new ArrayList<String>();
        var message = new StringBuilder(String.valueOf(error.getMessage()));
        if (error.position() > 0) {
            details.add("POSITION " + error.position());
            message.append(" (at character ").append(error.position()).append(')');
        }
        error.hint().ifPresent(hint -> {
            details.add("HINT " + hint);
            message.append("\nHINT: ").append(hint);
        });
        return new Answer.Failed(
                exact ? String.valueOf(error.getMessage()) : message.toString(),
                error.code().sqlState(),
                false,
                exact ? details : List.of());
    }
}
