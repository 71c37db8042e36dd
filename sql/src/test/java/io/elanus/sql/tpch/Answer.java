package io.elanus.sql.tpch;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rows of a result, each value as its text, and how long it took until the last was read.
record Answer(List<List<String>> rows, long nanos) {
    /// Averages have other types in other engines; sums are exact in all.
    private static final double TOLERANCE = 1e-6;

    private static final String NULL = "NULL";

    static Answer of(Connection connection, String sql) throws SQLException {
        long started = System.nanoTime();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            var rows = new ArrayList<List<String>>();
            int width = result.getMetaData().getColumnCount();
            while (result.next()) {
                var row = new ArrayList<String>(width);
                for (int i = 1; i <= width; i++) {
                    String value = result.getString(i);
                    row.add(value == null ? NULL : value);
                }
                rows.add(row);
            }
            return new Answer(rows, System.nanoTime() - started);
        }
    }

    /// What is not the same; empty when both say the same. Rows that a query does not put in order may come in any.
    Optional<String> difference(Answer expected) {
        if (rows.size() != expected.rows.size()) {
            return Optional.of("[%d] rows, expected are [%d]".formatted(rows.size(), expected.rows.size()));
        }
        Optional<String> inOrder = difference(rows, expected.rows);
        return inOrder.isEmpty()
                        || difference(sorted(rows), sorted(expected.rows)).isEmpty()
                ? Optional.empty()
                : inOrder;
    }

    private static List<List<String>> sorted(List<List<String>> rows) {
        var sorted = new ArrayList<>(rows);
        Collections.sort(sorted, (a, b) -> a.toString().compareTo(b.toString()));
        return sorted;
    }

    private static Optional<String> difference(List<List<String>> given, List<List<String>> expected) {
        for (int i = 0; i < given.size(); i++) {
            for (int j = 0; j < given.get(i).size(); j++) {
                if (!same(given.get(i).get(j), expected.get(i).get(j))) {
                    return Optional.of("row [%d] is %s, expected is %s".formatted(i, given.get(i), expected.get(i)));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean same(String given, String expected) {
        if (given.equals(expected)) {
            return true;
        }
        BigDecimal a = number(given);
        BigDecimal b = number(expected);
        if (a == null || b == null) {
            return false;
        }
        double distance = Math.abs(a.doubleValue() - b.doubleValue());
        return distance <= TOLERANCE * Math.max(1, Math.abs(b.doubleValue()));
    }

    private static @Nullable BigDecimal number(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
