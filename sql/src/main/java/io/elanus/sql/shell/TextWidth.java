package io.elanus.sql.shell;

import org.jline.utils.WCWidth;

/// Cells of a terminal.
final class TextWidth {
    private TextWidth() {}

    static int of(String text) {
        return text.codePoints().map(TextWidth::of).sum();
    }

    static int of(int codePoint) {
        return Math.max(0, WCWidth.wcwidth(codePoint));
    }
}
