package io.elanus.sql.copy.parquet;

import org.jspecify.annotations.Nullable;

/// Fields of footers and headers.
final class Fields {
    private Fields() {}

    /// A field that must be there.
    static <T> T present(@Nullable T field) {
        if (field == null) {
            throw new CorruptParquetException("A required field of the metadata is missing.");
        }
        return field;
    }
}
