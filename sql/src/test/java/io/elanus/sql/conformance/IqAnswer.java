package io.elanus.sql.conformance;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// An answer and what a script prints, compared cell by cell: numbers by their value, texts without the spaces around
/// them, NULL like nothing. Rows may come in any order unless the query orders them.
final class IqAnswer {
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern RULE = Pattern.compile("\\+?-[-+]*");
    private static final Pattern COUNT = Pattern.compile("\\(\\d+ rows?\\)");
    private static final Pattern ORDERED = Pattern.compile("order\\s+by[^)]*$", Pattern.CASE_INSENSITIVE);
    private static final BigDecimal NEAR = new BigDecimal("1e-9");

    private IqAnswer() {}

    /// The rows of a printed table, whether framed or not; the header is not one.
    static List<List<String>> rows(List<String> printed) {
        List<String> lines = printed.stream()
                .map(String::strip)
                .filter(text -> !text.isEmpty() && !COUNT.matcher(text).matches())
                .toList();
        boolean framed = !lines.isEmpty() && lines.getFirst().startsWith("+");
        boolean ruled = lines.stream().anyMatch(text -> RULE.matcher(text).matches());
        int header = framed ? 3 : ruled ? 2 : 1; // between rules, above one, or a line of values with commas
        return lines.stream()
                .skip(header)
                .filter(text -> !framed || text.startsWith("|"))
                .map(text -> cells(text, ruled ? "\\|" : ","))
                .toList();
    }

    private static List<String> cells(String row, String separator) {
        String inner = row.startsWith("|") ? row.substring(1, row.lastIndexOf('|')) : row;
        var cells = new ArrayList<String>();
        for (String cell : inner.split(separator, -1)) {
            cells.add(plain(cell));
        }
        return cells;
    }

    /// A value as it is compared.
    static String plain(String value) {
        String text = value.strip();
        if (text.equals("null")) {
            return "";
        }
        return NUMBER.matcher(text).matches()
                ? new BigDecimal(text).stripTrailingZeros().toPlainString()
                : text;
    }

    static boolean agrees(List<List<String>> values, List<List<String>> expected, String sql) {
        if (values.size() != expected.size()) {
            return false;
        }
        if (ORDERED.matcher(sql).find()) {
            return pairwise(values, expected);
        }
        var left = new ArrayList<>(expected);
        for (List<String> row : values) {
            int found = -1;
            for (int i = 0; i < left.size() && found < 0; i++) {
                found = same(row, left.get(i)) ? i : -1;
            }
            if (found < 0) {
                return false;
            }
            left.remove(found);
        }
        return true;
    }

    private static boolean pairwise(List<List<String>> values, List<List<String>> expected) {
        for (int i = 0; i < values.size(); i++) {
            if (!same(values.get(i), expected.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean same(List<String> row, List<String> expected) {
        if (row.size() != expected.size()) {
            return false;
        }
        for (int i = 0; i < row.size(); i++) {
            if (!row.get(i).equals(expected.get(i)) && !near(row.get(i), expected.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean near(String value, String expected) {
        if (!NUMBER.matcher(value).matches() || !NUMBER.matcher(expected).matches()) {
            return false;
        }
        BigDecimal wanted = new BigDecimal(expected);
        BigDecimal off = new BigDecimal(value).subtract(wanted).abs();
        return off.compareTo(wanted.abs().max(BigDecimal.ONE).multiply(NEAR)) <= 0;
    }
}
