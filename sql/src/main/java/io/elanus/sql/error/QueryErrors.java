package io.elanus.sql.error;

import io.elanus.cluster.ClusterException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.arrow.memory.OutOfMemoryException;

/// Brings what any layer throws into the one form that people see.
public final class QueryErrors {
    private QueryErrors() {}

    /// The error as a [QueryException]; itself when it is one. A bug becomes INTERNAL without details: those are in
    /// the cause, for the log.
    public static QueryException of(Throwable error) {
        return switch (error) {
            case QueryException query -> query;
            case CompletionException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
            case ExecutionException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
            case StorageException storage -> new QueryException(storage.code(), text(storage), 0, null, storage);
            // What a change function found while its keys were locked.
            case ClusterException cluster when cluster.getCause() instanceof QueryException query -> query;
            case ClusterException cluster -> new QueryException(cluster.code(), text(cluster), 0, null, cluster);
            case OutOfMemoryException memory ->
                new QueryException(
                        ErrorCode.OUT_OF_MEMORY,
                        "The statement needs more memory than it may use.",
                        0,
                        "Narrow the query, or raise the setting query_memory.",
                        memory);
            case OutOfMemoryError memory ->
                new QueryException(
                        ErrorCode.OUT_OF_MEMORY,
                        "The server has too little memory for the statement.",
                        0,
                        "Narrow the query, or start the server with more memory.",
                        memory);
            case Throwable other ->
                overflow(other)
                        .orElseGet(() -> new QueryException(
                                ErrorCode.INTERNAL,
                                "The statement met a fault inside the database.",
                                0,
                                "The server's log has the details; please report it.",
                                other));
        };
    }

    /// The error when the stack ran out somewhere below, which Calcite wraps like any other error. Only the
    /// innermost cause is kept: with a wrapper for every level of the nesting it would fill the log.
    public static Optional<QueryException> overflow(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof StackOverflowError) {
                return Optional.of(new QueryException(
                        ErrorCode.STATEMENT_TOO_COMPLEX,
                        "Statement nests too deeply to be planned.",
                        0,
                        "Split it into several statements, or use IN (…) instead of a chain of OR.",
                        cause));
            }
        }
        return Optional.empty();
    }

    private static String text(Throwable error) {
        return error.getMessage() == null ? "No details are known." : error.getMessage();
    }
}
