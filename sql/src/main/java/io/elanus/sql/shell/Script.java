package io.elanus.sql.shell;

import java.util.ArrayList;
import java.util.List;

/// Splits text into statements and shell commands: at semicolons outside quotes and comments, and at the end of a
/// line that starts with `\`, `.` or `!`.
final class Script {
    /// @param statements whole ones, without their semicolon
    /// @param rest what follows the last whole one
    record Split(List<String> statements, String rest) {
        /// Nothing but space and comments is left.
        boolean complete() {
            return isBlank(rest);
        }
    }

    private final String text;
    private int position;

    private Script(String text) {
        this.text = text;
    }

    static Split split(String text) {
        var script = new Script(text);
        var statements = new ArrayList<String>();
        int start = 0;
        while (script.position < text.length()) {
            boolean first = isBlank(text.substring(start, script.position));
            char c = text.charAt(script.position);
            if (first && isCommand(c)) {
                int end = text.indexOf('\n', script.position);
                end = end < 0 ? text.length() : end;
                statements.add(text.substring(script.position, end).strip());
                script.position = end;
                start = end;
            } else if (c == ';') {
                if (!first) {
                    statements.add(text.substring(start, script.position).strip());
                }
                script.position++;
                start = script.position;
            } else {
                script.skipToken();
            }
        }
        return new Split(statements, text.substring(start));
    }

    static boolean isCommand(char first) {
        return first == '\\' || first == '.' || first == '!';
    }

    /// Moves behind one quoted text, comment or other character.
    private void skipToken() {
        char c = text.charAt(position);
        if (c == '\'' || c == '"') {
            skipQuoted(c);
        } else if (text.startsWith("--", position)) {
            int end = text.indexOf('\n', position);
            position = end < 0 ? text.length() : end + 1;
        } else if (text.startsWith("/*", position)) {
            int end = text.indexOf("*/", position + 2);
            position = end < 0 ? text.length() : end + 2;
        } else {
            position++;
        }
    }

    private void skipQuoted(char quote) {
        int end = text.indexOf(quote, position + 1);
        position = end < 0 ? text.length() : end + 1;
    }

    static boolean isBlank(String text) {
        var script = new Script(text);
        while (script.position < text.length()) {
            char c = text.charAt(script.position);
            boolean comment = text.startsWith("--", script.position) || text.startsWith("/*", script.position);
            if (!comment && !Character.isWhitespace(c)) {
                return false;
            }
            script.skipToken();
        }
        return true;
    }

    /// Can the text be run as it is: every statement ended, no quote or comment open?
    static boolean isComplete(String text) {
        return split(text).complete();
    }
}
