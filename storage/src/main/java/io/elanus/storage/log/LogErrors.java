package io.elanus.storage.log;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;

/// The errors that every [LogBroker] has, in the same words.
public final class LogErrors {
    private LogErrors() {}

    /// @param start least position left
    public static StorageException truncated(String pchannel, long position, long start) {
        return new StorageException(
                ErrorCode.LOG_TRUNCATED,
                "Position [%d] of log channel [%s] was truncated; the least position left is [%d]. Start from a newer checkpoint."
                        .formatted(position, pchannel, start));
    }

    public static StorageException closed() {
        return new StorageException(ErrorCode.UNAVAILABLE, "The log is closed. Connect again when the server is back.");
    }
}
