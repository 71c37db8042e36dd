package io.elanus.sql.parser.tree;

/// Text between dollar signs: `$$it's$$`, and `$tag$it's$tag$` where the text has two dollar signs itself. Nothing in
/// it has a meaning of its own.
public final class DollarQuotes {
    private DollarQuotes() {}

    /// The length of the mark, `$$` or `$tag$`, that opens such a text here; 0 when none does.
    public static int opening(CharSequence text, int at) {
        if (text.charAt(at) != '$' || at > 0 && Character.isJavaIdentifierPart(text.charAt(at - 1))) {
            return 0;
        }
        int end = at + 1;
        while (end < text.length() && tagPart(text.charAt(end), end == at + 1)) {
            end++;
        }
        return end < text.length() && text.charAt(end) == '$' ? end + 1 - at : 0;
    }

    private static boolean tagPart(char c, boolean first) {
        return c == '_' || Character.isLetter(c) || !first && Character.isDigit(c);
    }

    /// Does what begins with a mark of this length end with it too?
    public static boolean closed(CharSequence quoted, int mark) {
        int from = quoted.length() - mark;
        if (from < mark || quoted.charAt(quoted.length() - 1) != '$') {
            return false;
        }
        for (int i = 0; i < mark; i++) {
            if (quoted.charAt(from + i) != quoted.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// The same text as the standard writes it.
    public static String singleQuoted(CharSequence quoted, int mark) {
        String text = quoted.subSequence(mark, quoted.length() - mark).toString();
        return "'" + text.replace("'", "''") + "'";
    }
}
