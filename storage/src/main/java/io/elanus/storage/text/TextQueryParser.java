package io.elanus.storage.text;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.text.TextQuery.Clause;
import io.elanus.storage.text.TextQuery.Mode;
import io.elanus.storage.text.TextQuery.Occur;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the text of a query; [Mode] says how. Words go through the column's analyzer, so a stop word asks for
/// nothing and a word of several terms asks for each of them. One query at a time.
final class TextQueryParser {
    private static final int MOST_CLAUSES = 1_024;
    private static final int MOST_SLOP = 10_000;

    private final TextAnalyzer analyzer;
    private final Tokens tokens = new Tokens();
    private final List<Clause> clauses = new ArrayList<>();
    private final Map<String, Integer> terms = new LinkedHashMap<>();
    private String text = "";
    private int at;

    TextQueryParser(TextAnalyzer analyzer) {
        this.analyzer = analyzer;
    }

    TextQuery parse(String query, Mode mode) {
        text = query;
        switch (mode) {
            case QUERY -> clauses();
            case ALL -> words(query, Occur.MUST);
            case PHRASE -> phrase(query, Occur.MUST, 0);
        }
        if (clauses.size() > MOST_CLAUSES) {
            throw new StorageException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "The text query has [%d] clauses, at most [%d] are allowed. Search for fewer words."
                            .formatted(clauses.size(), MOST_CLAUSES));
        }
        return new TextQuery(clauses, List.copyOf(terms.keySet()));
    }

    private void clauses() {
        while (true) {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            if (at == text.length()) {
                return;
            }
            Occur occur = occur();
            if (at < text.length() && text.charAt(at) == '"') {
                quoted(occur);
            } else {
                int start = at;
                while (at < text.length() && !Character.isWhitespace(text.charAt(at)) && text.charAt(at) != '"') {
                    at++;
                }
                words(text.substring(start, at), occur);
            }
        }
    }

    private Occur occur() {
        return switch (text.charAt(at)) {
            case '+' -> {
                at++;
                yield Occur.MUST;
            }
            case '-' -> {
                at++;
                yield Occur.NOT;
            }
            default -> Occur.SHOULD;
        };
    }

    private void quoted(Occur occur) {
        int start = at + 1;
        int end = text.indexOf('"', start);
        if (end < 0) {
            throw new StorageException(
                    ErrorCode.INVALID_TEXT,
                    "The phrase that begins at character [%d] of the text query does not end. Close it with [\"]."
                            .formatted(start));
        }
        at = end + 1;
        int slop = 0;
        if (at < text.length() && text.charAt(at) == '~') {
            int digits = ++at;
            while (at < text.length() && Character.isDigit(text.charAt(at)) && at - digits < 6) {
                at++;
            }
            if (at == digits) {
                throw new StorageException(
                        ErrorCode.INVALID_TEXT,
                        "After [~] at character [%d] of the text query comes a number. Write such as [\"a b\"~2]."
                                .formatted(digits));
            }
            slop = Math.min(MOST_SLOP, Integer.parseInt(text.substring(digits, at)));
        }
        phrase(text.substring(start, end), occur, slop);
    }

    private void words(String words, Occur occur) {
        analyzer.analyze(words, tokens);
        for (int i = 0; i < tokens.count(); i++) {
            clauses.add(new Clause(occur, new int[] {number(tokens.term(i))}, new int[1], 0));
        }
    }

    private void phrase(String words, Occur occur, int slop) {
        analyzer.analyze(words, tokens);
        int count = tokens.count();
        if (count == 0) {
            return;
        }
        int[] numbers = new int[count];
        int[] offsets = new int[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = number(tokens.term(i));
            offsets[i] = tokens.position(i) - tokens.position(0);
        }
        clauses.add(new Clause(occur, numbers, offsets, count == 1 ? 0 : slop));
    }

    private int number(String term) {
        Integer known = terms.putIfAbsent(term, terms.size());
        return known == null ? terms.size() - 1 : known;
    }
}
