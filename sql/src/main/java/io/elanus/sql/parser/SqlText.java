package io.elanus.sql.parser;

import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.tree.DollarQuotes;
import io.elanus.storage.ErrorCode;
import org.apache.calcite.sql.parser.SqlParserPos;

/// A statement's characters, checked before the grammar sees them: the grammar recurses, so nesting has a limit
/// here.
public final class SqlText {
    public static final int MAX_LENGTH = 16 * 1024 * 1024;
    public static final int MAX_NESTING = 200;
    /// Operators that follow one another without an operand between, as in `NOT NOT NOT x`, recurse as well.
    private static final int MAX_PREFIXES = 100;

    private final String text;
    private int at;
    private int depth;
    private int prefixes;

    private SqlText(String text) {
        this.text = text;
    }

    /// Throws when the statement is too long, too deep, or has a character that no statement may have. Returns it
    /// without closing semicolons and blanks.
    public static String check(String sql) {
        if (sql.length() > MAX_LENGTH) {
            throw new QueryException(
                    ErrorCode.STATEMENT_TOO_LONG,
                    "Statement has [%d] characters, the most is [%d].".formatted(sql.length(), MAX_LENGTH),
                    "Send values as parameters, or load the rows with COPY.");
        }
        new SqlText(sql).scan();
        int end = sql.length();
        while (end > 0 && (Character.isWhitespace(sql.charAt(end - 1)) || sql.charAt(end - 1) == ';')) {
            end--;
        }
        return sql.substring(0, end);
    }

    private void scan() {
        while (at < text.length()) {
            char c = text.charAt(at);
            switch (c) {
                case '\'', '"', '`' -> skipQuoted(c);
                case '$' -> skipDollarQuoted();
                case '-' -> skipLineComment(c);
                case '/' -> skipComment();
                case '(', '[' -> open();
                case ')', ']' -> depth--;
                case 0 -> throw invalidCharacter("a NUL character");
                default -> {
                    if (Character.isSurrogate(c)) {
                        checkPair(c);
                    }
                    if (Character.isLetter(c)) {
                        skipWord();
                    } else if (Character.isDigit(c)) {
                        prefixes = 0;
                    }
                }
            }
            at++;
        }
    }

    private void skipWord() {
        int from = at;
        while (at + 1 < text.length() && wordPart(text.charAt(at + 1))) {
            at++;
        }
        int length = at + 1 - from;
        if ((length == 3 && text.regionMatches(true, from, "NOT", 0, 3))
                || (length == 4 && text.regionMatches(true, from, "CASE", 0, 4))) {
            prefix();
        } else {
            prefixes = 0;
        }
    }

    private static boolean wordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '$';
    }

    private void prefix() {
        prefixes++;
        if (prefixes > MAX_PREFIXES) {
            throw tooComplex("has more than [%d] operators in a row".formatted(MAX_PREFIXES));
        }
    }

    private void checkPair(char c) {
        boolean paired =
                Character.isHighSurrogate(c) && at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
        if (!paired) {
            throw invalidCharacter("half of a surrogate pair");
        }
        at++;
    }

    private QueryException invalidCharacter(String what) {
        return new QueryException(
                ErrorCode.INVALID_CHARACTER,
                "Statement contains %s, which no text value can hold.".formatted(what),
                at + 1,
                "Remove the character, or send the value as VARBINARY.",
                null);
    }

    private void open() {
        depth++;
        if (depth > MAX_NESTING) {
            throw tooComplex("nests deeper than [%d] parentheses".formatted(MAX_NESTING));
        }
    }

    private QueryException tooComplex(String what) {
        return new QueryException(
                ErrorCode.STATEMENT_TOO_COMPLEX,
                "Statement %s.".formatted(what),
                at + 1,
                "Split it into several statements or use WITH.",
                null);
    }

    private void skipQuoted(char quote) {
        prefixes = 0;
        int from = at;
        at++;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == 0) {
                throw invalidCharacter("a NUL character");
            }
            if (Character.isSurrogate(c)) {
                checkPair(c);
            } else if (c == quote) {
                if (at + 1 >= text.length() || text.charAt(at + 1) != quote) {
                    return;
                }
                at++;
            }
            at++;
        }
        throw new QueryException(
                ErrorCode.SYNTAX_ERROR,
                "Quoted text is not closed.",
                from + 1,
                "End it with %s; write the quote itself twice.".formatted(quote),
                null);
    }

    private void skipDollarQuoted() {
        int mark = DollarQuotes.opening(text, at);
        if (mark == 0) {
            return;
        }
        prefixes = 0;
        int from = at;
        int end = text.indexOf(text.substring(from, from + mark), from + mark);
        at = from + mark;
        for (int last = end < 0 ? text.length() : end; at < last; at++) {
            char c = text.charAt(at);
            if (c == 0) {
                throw invalidCharacter("a NUL character");
            }
            if (Character.isSurrogate(c)) {
                checkPair(c);
            }
        }
        if (end < 0) {
            throw new QueryException(
                    ErrorCode.SYNTAX_ERROR,
                    "Quoted text is not closed.",
                    from + 1,
                    "End it with %s.".formatted(text.substring(from, from + mark)),
                    null);
        }
        at = end + mark - 1;
    }

    private void skipLineComment(char c) {
        if (at + 1 < text.length() && text.charAt(at + 1) == c) {
            while (at + 1 < text.length() && text.charAt(at + 1) != '\n') {
                at++;
            }
        } else {
            prefix();
        }
    }

    private void skipComment() {
        if (at + 1 >= text.length() || text.charAt(at + 1) != '*') {
            return;
        }
        int end = text.indexOf("*/", at + 2);
        if (end < 0) {
            throw new QueryException(ErrorCode.SYNTAX_ERROR, "Comment is not closed.", at + 1, "End it with */.", null);
        }
        boolean hint = text.startsWith("/*+", at);
        at = hint ? at + 2 : end + 1;
    }

    /// 1-based offset of a line and column, 0 when it is unknown.
    public static int offset(String sql, int line, int column) {
        if (line < 1) {
            return 0;
        }
        int from = 0;
        for (int i = 1; i < line; i++) {
            int newline = sql.indexOf('\n', from);
            if (newline < 0) {
                break;
            }
            from = newline + 1;
        }
        return Math.min(from + column, sql.length() + 1);
    }

    public static int offset(String sql, SqlParserPos pos) {
        return offset(sql, pos.getLineNum(), pos.getColumnNum());
    }
}
