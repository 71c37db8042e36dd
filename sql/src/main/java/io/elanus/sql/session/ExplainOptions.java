package io.elanus.sql.session;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.SqlText;
import io.elanus.sql.parser.tree.Option;
import io.elanus.sql.parser.tree.Statement;
import io.elanus.storage.ErrorCode;
import java.util.Locale;

/// What an EXPLAIN asks for: `EXPLAIN ANALYZE …` or `EXPLAIN (ANALYZE, RECALL) …`.
///
/// @param analyze runs the statement and measures it
/// @param recall compares its vector searches with the exact answers
record ExplainOptions(boolean analyze, boolean recall) {
    private static final String ANALYZE = "analyze";
    private static final String RECALL = "recall";
    private static final String HINT = "The options are ANALYZE and RECALL: EXPLAIN (ANALYZE, RECALL) SELECT …";

    static ExplainOptions of(Statement.Explain explain, String text) {
        boolean analyze = explain.analyze();
        boolean recall = false;
        Option recallAsked = null;
        for (Option option : explain.options()) {
            switch (option.name()) {
                case ANALYZE -> analyze = isOn(option, text);
                case RECALL -> {
                    recall = isOn(option, text);
                    recallAsked = option;
                }
                default -> throw refused(option, text, "EXPLAIN has no option [%s].".formatted(option.name()), HINT);
            }
        }
        if (recall && !analyze && recallAsked != null) {
            throw refused(
                    recallAsked,
                    text,
                    "Option RECALL runs the statement, so it needs ANALYZE.",
                    "Write EXPLAIN (ANALYZE, RECALL) SELECT …");
        }
        return new ExplainOptions(analyze, recall);
    }

    private static boolean isOn(Option option, String text) {
        return switch (option.value().toLowerCase(Locale.ROOT)) {
            case "true", "on", "1" -> true;
            case "false", "off", "0" -> false;
            default ->
                throw refused(
                        option,
                        text,
                        "Option [%s] of EXPLAIN is on or off, not [%s].".formatted(option.name(), option.value()),
                        HINT);
        };
    }

    private static QueryException refused(Option option, String text, String message, String hint) {
        return new QueryException(ErrorCode.SYNTAX_ERROR, message, SqlText.offset(text, option.pos()), hint, null);
    }
}
