package io.elanus.sql.error;

import io.elanus.storage.ErrorCode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What went wrong with a statement. The message never names a Java class.
public final class QueryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final int position;
    private final @Nullable String hint;

    /// @param position 1-based offset in characters within the statement; 0: unknown
    /// @param hint what to type or do next
    public QueryException(
            ErrorCode code, String message, int position, @Nullable String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.position = position;
        this.hint = hint;
    }

    public QueryException(ErrorCode code, String message) {
        this(code, message, 0, null, null);
    }

    public QueryException(ErrorCode code, String message, String hint) {
        this(code, message, 0, hint, null);
    }

    public ErrorCode code() {
        return code;
    }

    public int position() {
        return position;
    }

    public Optional<String> hint() {
        return Optional.ofNullable(hint);
    }
}
