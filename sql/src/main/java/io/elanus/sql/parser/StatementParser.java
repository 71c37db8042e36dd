package io.elanus.sql.parser;

import io.elanus.sql.error.QueryErrors;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.parser.grammar.ElanusParser;
import io.elanus.storage.ErrorCode;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Set;
import org.apache.calcite.avatica.util.Casing;
import org.apache.calcite.avatica.util.Quoting;
import org.apache.calcite.sql.SqlNode;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.parser.SqlParser;
import org.jspecify.annotations.Nullable;

/// Parses one statement.
public final class StatementParser {
    public static final int MAX_IDENTIFIER = 128;
    public static final int MAX_PARAMETERS = 32_767;
    /// Values of an IN list.
    public static final int MAX_LIST = 16_384;
    /// Operators and queries within one another. Planning takes time for each with all it holds.
    public static final int MAX_DEPTH = 500;
    /// More expected words than these help nobody.
    private static final int FEW = 6;

    private static final SqlParser.Config CONFIG = SqlParser.config()
            .withParserFactory(ElanusParser.FACTORY)
            .withUnquotedCasing(Casing.TO_LOWER)
            .withQuotedCasing(Casing.UNCHANGED)
            .withQuoting(Quoting.DOUBLE_QUOTE)
            .withConformance(Conformance.INSTANCE)
            .withIdentifierMaxLength(MAX_IDENTIFIER);

    private static final Set<String> COUNT_CLAUSES = Set.of("LIMIT", "OFFSET");

    private StatementParser() {}

    public static ParsedStatement parse(String sql) {
        String text = SqlText.check(sql);
        if (text.isBlank()) {
            throw new QueryException(ErrorCode.SYNTAX_ERROR, "Statement is empty.", "Type a statement, e.g. SELECT 1.");
        }
        SqlNode node;
        try {
            node = SqlParser.create(new CancellableText(text), CONFIG).parseStmt();
        } catch (SqlParseException e) {
            if (e.getCause() instanceof QueryException cancelled) {
                throw cancelled;
            }
            throw QueryErrors.overflow(e).orElseGet(() -> syntaxError(text, e));
        } catch (StackOverflowError e) {
            throw QueryErrors.of(e);
        }
        var tidy = new Tidy(text);
        SqlNode tidied = tidy.apply(node);
        return new ParsedStatement(text, tidied, tidy.parameters(), tidy.search());
    }

    private static QueryException syntaxError(String text, SqlParseException e) {
        int position = e.getPos() == null ? 0 : SqlText.offset(text, e.getPos());
        String message = e.getMessage() == null ? "" : e.getMessage();
        boolean byGrammar = message.startsWith("Encountered")
                || message.startsWith("Lexical error")
                || message.startsWith("Non-query expression");
        if (message.startsWith("Length of identifier")) {
            return new QueryException(
                    ErrorCode.INVALID_NAME,
                    "A name has more than [%d] characters.".formatted(MAX_IDENTIFIER),
                    position,
                    "Shorten it.",
                    e);
        }
        if (message.startsWith("Literal '")) {
            return new QueryException(
                    ErrorCode.NUMBER_OUT_OF_RANGE, "The number is out of range here.", position, null, e);
        }
        if (!byGrammar) {
            return new QueryException(ErrorCode.SYNTAX_ERROR, sentence(firstLine(message)), position, null, e);
        }
        String token = tokenAt(text, position);
        if (COUNT_CLAUSES.contains(token.toUpperCase(Locale.ROOT))) {
            return badCount(text, position, token.toUpperCase(Locale.ROOT), e);
        }
        String what =
                token.isEmpty() ? "Statement ends too early." : "Syntax error at or near \"%s\".".formatted(token);
        return new QueryException(ErrorCode.SYNTAX_ERROR, what, position, expected(e, token), e);
    }

    /// The grammar stops at the word when what follows it is no count.
    private static QueryException badCount(String text, int position, String clause, SqlParseException e) {
        String count = text.substring(Math.min(text.length(), position - 1 + clause.length()))
                .strip();
        boolean negative = count.startsWith("-") && count.length() > 1 && Character.isDigit(count.charAt(1));
        return new QueryException(
                negative ? ErrorCode.INVALID_PARAMETER : ErrorCode.SYNTAX_ERROR,
                negative
                        ? "%s takes 0 or more.".formatted(clause)
                        : "Syntax error at or behind \"%s\".".formatted(clause),
                position,
                "%s takes a whole number or a parameter; leave it out to get all rows.".formatted(clause),
                e);
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static String sentence(String text) {
        return text.endsWith(".") ? text : text + ".";
    }

    /// The word or character at a 1-based position; empty at the end.
    private static String tokenAt(String text, int position) {
        int from = Math.max(position - 1, 0);
        while (from < text.length() && Character.isWhitespace(text.charAt(from))) {
            from++;
        }
        if (from >= text.length()) {
            return "";
        }
        int to = from;
        while (to < text.length() && (to == from || Character.isLetterOrDigit(text.charAt(to)))) {
            to++;
        }
        return text.substring(from, to);
    }

    private static @Nullable String expected(SqlParseException e, String token) {
        var words = new ArrayList<String>();
        if (e.getExpectedTokenNames() != null) {
            for (String name : e.getExpectedTokenNames()) {
                String word = name.equals("<EOF>") ? "the end" : name.replace("\"", "");
                if (!words.contains(word)) {
                    words.add(word);
                }
            }
        }
        if (words.isEmpty() || words.size() > FEW) {
            return token.isEmpty() ? null : reservedHint(token);
        }
        return "Expected: " + String.join(", ", words) + ".";
    }

    private static @Nullable String reservedHint(String token) {
        boolean word = Character.isLetter(token.charAt(0));
        return word
                ? "If \"%s\" is a name, write it in double quotes.".formatted(token.toLowerCase(Locale.ROOT))
                : null;
    }
}
