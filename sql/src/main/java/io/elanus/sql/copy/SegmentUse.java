package io.elanus.sql.copy;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.error.Suggestions;
import io.elanus.storage.ErrorCode;
import java.util.List;
import java.util.Locale;

/// Does a load go straight into sealed segments, or through the log?
enum SegmentUse {
    /// Into segments if the file is large and the keys allow it.
    AUTO,
    /// Into segments, or it is an error.
    ON,
    /// Through the log.
    OFF;

    private static final List<String> NAMES = List.of("auto", "on", "off");

    static SegmentUse of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "auto" -> AUTO;
            case "on", "true" -> ON;
            case "off", "false" -> OFF;
            default ->
                throw new QueryException(
                        ErrorCode.INVALID_PARAMETER,
                        "Option [segments] does not take [%s].".formatted(name),
                        Suggestions.didYouMean(name, NAMES).orElse("It takes: auto, on, off."));
        };
    }
}
