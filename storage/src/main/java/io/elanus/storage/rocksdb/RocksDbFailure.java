package io.elanus.storage.rocksdb;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/// Maps RocksDB's status to our error codes, in one place.
public final class RocksDbFailure {
    private RocksDbFailure() {}

    /// @param doing what was tried, as a clause: "write to the log"
    public static StorageException of(String doing, RocksDBException cause) {
        Status status = cause.getStatus();
        ErrorCode code = status == null ? ErrorCode.IO_ERROR : code(status);
        String advice = switch (code) {
            case DISK_FULL -> "Free space on the data disk and restart.";
            case CORRUPT -> "Restore the data directory from a copy.";
            case UNAVAILABLE -> "Stop the other process that uses this data directory.";
            default -> "Check the data disk and restart.";
        };
        return new StorageException(code, "Could not %s: %s. %s".formatted(doing, cause.getMessage(), advice), cause);
    }

    private static ErrorCode code(Status status) {
        if (status.getSubCode() == Status.SubCode.NoSpace) {
            return ErrorCode.DISK_FULL;
        }
        return switch (status.getCode()) {
            case Corruption -> ErrorCode.CORRUPT;
            case Busy, TryAgain -> ErrorCode.UNAVAILABLE;
            default -> ErrorCode.IO_ERROR;
        };
    }
}
