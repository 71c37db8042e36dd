package io.elanus.sql.copy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.storage.ErrorCode;
import java.util.List;
import java.util.Locale;

/// What COPY does with a row whose key exists in the table or came earlier in the file.
public enum OnConflict {
    /// Refuse the row and stop.
    ERROR,
    /// Leave the row out.
    IGNORE,
    /// Let the row take the place of the earlier one.
    REPLACE,
    /// Leave the row out if the one that is there has the same values; refuse it otherwise. For files of jobs, some
    /// of whose rows an earlier run may have written.
    SAME;

    private static final List<String> NAMES = List.of("error", "ignore", "replace");

    static OnConflict of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "error" -> ERROR;
            case "ignore" -> IGNORE;
            case "replace" -> REPLACE;
            default ->
                throw new QueryException(
                        ErrorCode.INVALID_PARAMETER,
                        "Option [on_conflict] does not take [%s].".formatted(name),
                        Suggestions.didYouMean(name, NAMES).orElse("It takes: error, ignore, replace."));
        };
    }
}
