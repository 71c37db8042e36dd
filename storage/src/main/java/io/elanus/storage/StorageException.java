package io.elanus.storage;

import org.jspecify.annotations.Nullable;

/// What went wrong in the storage layer: a code, and a sentence that says what happened, why, and what to do.
public final class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public StorageException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public StorageException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}
