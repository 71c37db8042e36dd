package io.elanus.sql.shell;

import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.impl.DefaultParser;

/// Keeps reading lines until the statement has its semicolon.
final class StatementParser implements Parser {
    private final DefaultParser words = new DefaultParser();

    StatementParser() {
        words.setQuoteChars(new char[0]);
        words.setEscapeChars(new char[0]);
    }

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        boolean accept = context == ParseContext.ACCEPT_LINE || context == ParseContext.SECONDARY_PROMPT;
        if (accept && !line.isBlank() && !Script.isComplete(line)) {
            throw new EOFError(-1, cursor, "The statement goes on", "");
        }
        return words.parse(line, cursor, context);
    }
}
