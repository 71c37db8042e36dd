package io.elanus.sql.copy.parquet;

import org.jspecify.annotations.Nullable;

/// The file is not what Parquet says it should be, or uses a part of Parquet that is not read here.
public final class CorruptParquetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CorruptParquetException(String message) {
        this(message, null);
    }

    CorruptParquetException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
