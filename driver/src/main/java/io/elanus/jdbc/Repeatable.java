package io.elanus.jdbc;

import java.util.regex.Pattern;

/// Tells statements that may be sent again though they may have been carried out: those that only read, or set
/// something in a session that has ended. Judged by the text alone, for the server that would know is gone; what it
/// cannot tell is not sent again.
final class Repeatable {
    /// After comments and parentheses.
    private static final Pattern READS = Pattern.compile(
            "(?:\\s|\\(|--[^\\n]*+(?:\\n|$)|/\\*.*?\\*/)*+"
                    + "(?:SELECT|VALUES|TABLE|WITH|SHOW|DESCRIBE|EXPLAIN|SET|RESET)\\b",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    /// WITH … INSERT, EXPLAIN ANALYZE DELETE: the words of a change, even if they are but somebody's text.
    private static final Pattern CHANGES =
            Pattern.compile("\\b(?:INSERT|UPSERT|UPDATE|DELETE|MERGE|CREATE)\\b", Pattern.CASE_INSENSITIVE);

    private Repeatable() {}

    static boolean is(String sql) {
        return READS.matcher(sql).lookingAt() && !CHANGES.matcher(sql).find();
    }
}
