package io.elanus.sql.conformance;

import io.elanus.sql.conformance.LogicRecord.Order;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Reads a script: paragraphs apart by empty lines, `#` comments, conditions ahead of a record.
final class LogicScript {
    private final BufferedReader lines;
    private final IntPredicate chosen;
    private int line;
    private int queries;

    /// @param chosen which queries are wanted, by their number in the file
    LogicScript(BufferedReader lines, IntPredicate chosen) {
        this.lines = lines;
        this.chosen = chosen;
    }

    /// The next record that is for us and, if a query, chosen; null at the end.
    @Nullable
    LogicRecord next() throws IOException {
        boolean forUs = true;
        for (String text = read(); text != null; text = read()) {
            String[] words = text.strip().split("\\s+");
            int at = line;
            switch (words[0]) {
                case "onlyif" -> forUs = false;
                case "statement" -> {
                    String sql = paragraph();
                    if (forUs) {
                        return new LogicRecord.Statement(at, sql, words[1].equals("error"));
                    }
                    forUs = true;
                }
                case "query" -> {
                    int number = queries++;
                    if (forUs && chosen.test(number)) {
                        return query(at, number, words);
                    }
                    skip();
                    forUs = true;
                }
                case "halt" -> {
                    if (forUs) {
                        return null;
                    }
                    forUs = true;
                }
                default -> {} // an empty line, a comment, the threshold of hashes, a record for all but another product
            }
        }
        return null;
    }

    private @Nullable String read() throws IOException {
        line++;
        return lines.readLine();
    }

    private LogicRecord.Query query(int at, int number, String[] words) throws IOException {
        var sql = new StringBuilder();
        String text = read();
        while (text != null && !text.isEmpty() && !text.equals("----")) {
            sql.append(text).append('\n');
            text = read();
        }
        var expected = new ArrayList<String>();
        if (text != null && text.equals("----")) {
            for (text = read(); text != null && !text.isEmpty(); text = read()) {
                expected.add(text);
            }
        }
        Order order = words.length > 2 ? Order.valueOf(words[2].toUpperCase(Locale.ROOT)) : Order.NOSORT;
        return new LogicRecord.Query(at, sql.toString().strip(), number, words[1], order, List.copyOf(expected));
    }

    private String paragraph() throws IOException {
        var text = new StringBuilder();
        for (String next = read(); next != null && !next.isEmpty(); next = read()) {
            text.append(next).append('\n');
        }
        return text.toString().strip();
    }

    private void skip() throws IOException {
        for (String text = read(); text != null && !text.isEmpty(); text = read()) {}
    }
}
