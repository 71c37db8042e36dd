package io.elanus.sql.copy;

import io.elanus.sql.error.QueryException;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import org.jspecify.annotations.Nullable;

/// Errors of files.
final class CopyErrors {
    private CopyErrors() {}

    static QueryException bad(String what) {
        return bad(what, null);
    }

    static QueryException bad(String what, @Nullable Throwable cause) {
        return new QueryException(ErrorCode.BAD_COPY_FILE, what, 0, null, cause);
    }

    /// The error with the place in the file where it was found.
    static QueryException located(QueryException e, long row, long position) {
        return new QueryException(
                e.code(),
                "%s Row [%d], byte [%d].".formatted(e.getMessage(), row, position),
                0,
                e.hint().orElse(null),
                e);
    }

    static QueryException unreadable(String file, java.io.IOException cause) {
        // Of an object the store says it best.
        String why = cause.getCause() instanceof StorageException problem ? ": " + problem.getMessage() : ".";
        return new QueryException(
                ErrorCode.IO_ERROR,
                "File [%s] could not be read%s".formatted(file, why),
                0,
                "Check that it exists on the server and may be read.",
                cause);
    }

    static QueryException unclosable(String file, java.io.IOException cause) {
        return new QueryException(ErrorCode.IO_ERROR, "File [%s] could not be closed.".formatted(file), 0, null, cause);
    }
}
