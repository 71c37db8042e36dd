package io.elanus.sql.shell;

import io.elanus.sql.parser.tree.DollarQuotes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Splits text that comes piece by piece into statements and shell commands: at semicolons outside quotes and
/// comments, and at the end of a line that starts with `\`, `.` or `!`. Looks at each character once, however many
/// pieces a statement comes in. A piece ends with its line.
final class Script {
    private enum Inside {
        STATEMENT,
        TEXT,
        DOLLARS,
        NAME,
        LINE_COMMENT,
        BLOCK_COMMENT,
        COMMAND
    }

    /// What is dropped from the front of the text at a time.
    private static final int SPENT = 64 * 1024;

    private final StringBuilder text = new StringBuilder();
    private int start;
    private int position;
    private Inside inside = Inside.STATEMENT;
    /// What ends a text between dollar signs.
    private String mark = "";
    /// Only space and comments since the start.
    private boolean blank = true;

    /// @param statements whole ones, without their semicolon
    /// @param rest what follows the last whole one
    /// @param complete nothing but space and whole comments is left
    record Split(List<String> statements, String rest, boolean complete) {}

    static Split split(String text) {
        var script = new Script();
        script.append(text + "\n");
        var statements = new ArrayList<String>();
        for (Optional<String> next = script.next(); next.isPresent(); next = script.next()) {
            statements.add(next.get());
        }
        return new Split(statements, script.rest(), script.betweenStatements());
    }

    static boolean isCommand(char first) {
        return first == '\\' || first == '.' || first == '!';
    }

    /// Can the text be run as it is: every statement ended, no quote or comment open?
    static boolean isComplete(String text) {
        return split(text).complete();
    }

    /// The statement from its first word on, behind the comments that lead to it.
    static String withoutLeadingComments(String statement) {
        String text = statement.strip();
        while (text.startsWith("--") || text.startsWith("/*")) {
            boolean line = text.startsWith("--");
            int end = text.indexOf(line ? "\n" : "*/");
            text = end < 0 ? "" : text.substring(end + (line ? 1 : 2)).strip();
        }
        return text;
    }

    void append(String more) {
        if (start > SPENT) {
            text.delete(0, start);
            position -= start;
            start = 0;
        }
        text.append(more);
    }

    /// The next whole statement or command; empty: it goes on in the next piece, or there is none.
    Optional<String> next() {
        while (position < text.length()) {
            if (step()) {
                String found = text.substring(start, position - 1).strip();
                boolean empty = blank;
                begin(position);
                if (!empty) {
                    return Optional.of(found);
                }
            }
        }
        return Optional.empty();
    }

    /// No statement has begun, and no comment is open.
    boolean betweenStatements() {
        return blank && inside != Inside.BLOCK_COMMENT;
    }

    /// What no semicolon has ended yet; empty when it is but space and comments.
    String rest() {
        return blank ? "" : text.substring(start).strip();
    }

    /// Throws away what is left of the line, and forgets what was read.
    void skipLine() {
        begin(text.length());
        position = start;
    }

    private void begin(int at) {
        start = at;
        blank = true;
        inside = Inside.STATEMENT;
    }

    /// Moves over one character, or the two of a comment's mark. True: a statement ends before it.
    private boolean step() {
        char c = text.charAt(position);
        char next = position + 1 < text.length() ? text.charAt(position + 1) : 0;
        position++;
        switch (inside) {
            case STATEMENT -> {
                return enter(c, next);
            }
            case TEXT -> leaveAt(c == '\'');
            case DOLLARS -> {
                int close = position - 1 + mark.length();
                boolean end =
                        c == '$' && close <= text.length() && mark.contentEquals(text.subSequence(position - 1, close));
                position += end ? mark.length() - 1 : 0;
                leaveAt(end);
            }
            case NAME -> leaveAt(c == '"');
            case LINE_COMMENT -> leaveAt(c == '\n');
            case BLOCK_COMMENT -> {
                position += c == '*' && next == '/' ? 1 : 0;
                leaveAt(c == '*' && next == '/');
            }
            case COMMAND -> {
                return c == '\n';
            }
        }
        return false;
    }

    private boolean enter(char c, char next) {
        if (blank && isCommand(c)) {
            start = position - 1;
            blank = false;
            inside = Inside.COMMAND;
        } else if (c == '-' && next == '-') {
            inside = Inside.LINE_COMMENT;
        } else if (c == '/' && next == '*') {
            position++;
            inside = Inside.BLOCK_COMMENT;
        } else if (c == ';') {
            return true;
        } else if (c == '$' && DollarQuotes.opening(text, position - 1) > 0) {
            blank = false;
            mark = text.substring(position - 1, position - 1 + DollarQuotes.opening(text, position - 1));
            position += mark.length() - 1;
            inside = Inside.DOLLARS;
        } else if (!Character.isWhitespace(c)) {
            blank = false;
            inside = c == '\'' ? Inside.TEXT : c == '"' ? Inside.NAME : Inside.STATEMENT;
        }
        return false;
    }

    private void leaveAt(boolean end) {
        inside = end ? Inside.STATEMENT : inside;
    }
}
