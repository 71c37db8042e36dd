package io.elanus.storage.text;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// One text at a time against one query, without inverted lists. One thread at a time.
public final class TextCell implements Occurrences {
    private final TextAnalyzer analyzer;
    private final TextQuery query;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Tokens tokens = new Tokens();
    private final int[][] positions;
    private final int[] counts;

    public TextCell(String queryText, String analyzerName, TextQuery.Mode mode) {
        this.analyzer = TextAnalyzer.of(analyzerName);
        this.query = TextQuery.parse(queryText, analyzer, mode);
        for (String term : query.terms()) {
            numbers.put(term, numbers.size());
        }
        this.positions = new int[numbers.size()][4];
        this.counts = new int[numbers.size()];
    }

    public TextQuery query() {
        return query;
    }

    public boolean matches(String text) {
        read(text);
        return query.matches(this);
    }

    /// 0 for a text that does not match.
    public float score(String text, Bm25 bm25) {
        read(text);
        return query.matches(this) ? bm25.score(this, Bm25.norm(tokens.length())) : 0;
    }

    /// The text with the query's words between marks.
    public String highlight(String text, String before, String after) {
        analyzer.analyze(text, tokens);
        boolean[] wanted = new boolean[counts.length];
        query.wanted().forEach(term -> wanted[term] = true);
        var marked = new StringBuilder(text.length() + 32);
        int copied = 0;
        for (int i = 0; i < tokens.count(); i++) {
            Integer number = numbers.get(tokens.term(i));
            if (number != null && wanted[number] && tokens.start(i) >= copied) {
                marked.append(text, copied, tokens.start(i))
                        .append(before)
                        .append(text, tokens.start(i), tokens.end(i))
                        .append(after);
                copied = tokens.end(i);
            }
        }
        return marked.append(text, copied, text.length()).toString();
    }

    private void read(String text) {
        Arrays.fill(counts, 0);
        analyzer.analyze(text, tokens);
        for (int i = 0; i < tokens.count(); i++) {
            Integer number = numbers.get(tokens.term(i));
            if (number != null) {
                int count = counts[number]++;
                if (count == positions[number].length) {
                    positions[number] = Arrays.copyOf(positions[number], 2 * count);
                }
                positions[number][count] = tokens.position(i);
            }
        }
    }

    @Override
    public int frequency(int term) {
        return counts[term];
    }

    @Override
    public int position(int term, int i) {
        return positions[term][i];
    }
}
