package io.elanus.cluster;

import io.elanus.storage.ErrorCode;
import org.jspecify.annotations.Nullable;

/// What went wrong between or inside roles: a code, and a sentence that says what happened, why, and what to do.
/// Travels in the status of a remote call and arrives as itself.
public final class ClusterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public ClusterException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public ClusterException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }
}
