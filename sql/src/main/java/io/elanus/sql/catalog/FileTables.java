package io.elanus.sql.catalog;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.RowFile;
import io.elanus.storage.ErrorCode;
import java.util.Map;

/// The files that statements may read as tables.
@FunctionalInterface
public interface FileTables {
    /// None at all.
    FileTables NONE = (path, options) -> {
        throw new QueryException(
                ErrorCode.FEATURE_NOT_SUPPORTED,
                "A file cannot be read here.",
                "Load it into a table with COPY, and read the table.");
    };

    /// The file of this path, or those of a pattern, once their columns are known. Whoever calls has seen to the
    /// rights.
    ///
    /// @param options how they are read, by lower-case names
    RowFile find(String path, Map<String, String> options);
}
