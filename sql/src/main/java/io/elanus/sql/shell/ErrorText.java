package io.elanus.sql.shell;

import io.elanus.jdbc.ServerError;
import java.sql.SQLException;

/// An error with the line of the statement it is in, a caret below the place, and the hint.
final class ErrorText {
    /// Of a longer line only the part around the place is shown.
    private static final int SHOWN = 100;

    private ErrorText() {}

    static String of(SQLException error, String statement) {
        String state = error.getSQLState() == null ? "" : " " + error.getSQLState();
        if (!(error.getCause() instanceof ServerError detail)) {
            return "ERROR" + state + ": " + error.getMessage();
        }
        var text = new StringBuilder("ERROR" + state + ": " + detail.sentence());
        if (detail.position() > 0 && detail.position() <= statement.length() + 1) {
            text.append('\n').append(caret(statement, detail.position() - 1));
        }
        detail.hint().ifPresent(hint -> text.append("\nHINT: ").append(hint));
        return text.toString();
    }

    private static String caret(String statement, int offset) {
        int start = statement.lastIndexOf('\n', offset - 1) + 1;
        int end = statement.indexOf('\n', offset);
        long lineNumber =
                statement.substring(0, start).chars().filter(c -> c == '\n').count() + 1;
        String line = statement.substring(start, end < 0 ? statement.length() : end);
        int from = Math.max(0, Math.min(offset - start - SHOWN / 2, line.length() - SHOWN));
        int to = Math.min(line.length(), from + SHOWN);
        String label = "LINE " + lineNumber + ": " + (from > 0 ? "…" : "");
        String before = shown(line.substring(from, offset - start));
        String after = shown(line.substring(offset - start, to)) + (to < line.length() ? "…" : "");
        return label + before + after + "\n" + " ".repeat(label.length() + TextWidth.of(before)) + "^";
    }

    private static String shown(String text) {
        return text.replace('\t', ' ').replace("\r", "");
    }
}
