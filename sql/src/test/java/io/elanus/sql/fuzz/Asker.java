package io.elanus.sql.fuzz;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

/// Asks queries, counts them, and keeps the pairs whose answers are not the same.
final class Asker {
    private final Connection connection;
    private final UnaryOperator<String> fault;
    private final List<String> differences = new ArrayList<>();
    private long asked;

    /// @param fault what becomes of a query before it is asked: the mistake that a test plants, else nothing
    Asker(Connection connection, UnaryOperator<String> fault) {
        this.connection = connection;
        this.fault = fault;
    }

    long asked() {
        return asked;
    }

    List<String> differences() {
        return List.copyOf(differences);
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// The rows, their values as text.
    List<List<String>> table(String sql) throws SQLException {
        asked++;
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(fault.apply(sql))) {
            var rows = new ArrayList<List<String>>();
            int width = result.getMetaData().getColumnCount();
            while (result.next()) {
                var row = new ArrayList<String>(width);
                for (int i = 1; i <= width; i++) {
                    String value = String.valueOf(result.getString(i));
                    // Equal to 0, and either may stand for both.
                    row.add(value.equals("-0") || value.equals("-0.0") ? value.substring(1) : value);
                }
                rows.add(row);
            }
            return rows;
        } catch (SQLException e) {
            throw new SQLException(e.getMessage() + "\n  in " + sql, e.getSQLState(), e);
        }
    }

    /// The rows as lines.
    List<String> rows(String sql) throws SQLException {
        return table(sql).stream().map(row -> String.join("|", row)).toList();
    }

    /// The rows of several queries, one after the other.
    List<String> rows(List<String> queries) throws SQLException {
        var rows = new ArrayList<String>();
        for (String query : queries) {
            rows.addAll(rows(query));
        }
        return rows;
    }

    /// Two queries with the same rows, in any order.
    void same(String first, String second) throws SQLException {
        compare(first, sorted(rows(first)), second, sorted(rows(second)));
    }

    /// Two queries with the same rows in the same order.
    void sameInOrder(String first, String second) throws SQLException {
        compare(first, rows(first), second, rows(second));
    }

    void compare(String first, List<String> a, String second, List<String> b) {
        if (!a.equals(b)) {
            var onlyA = new ArrayList<>(a);
            b.forEach(onlyA::remove);
            var onlyB = new ArrayList<>(b);
            a.forEach(onlyB::remove);
            differ("%d rows, %s only here: %s\n  %d rows, %s only here: %s"
                    .formatted(a.size(), few(onlyA), first, b.size(), few(onlyB), second));
        }
    }

    void differ(String difference) {
        differences.add(difference);
    }

    private static String few(List<String> rows) {
        var few = new StringJoiner(", ", "[", rows.size() > 3 ? ", …]" : "]");
        rows.stream().limit(3).forEach(few::add);
        return few.toString();
    }

    static List<String> sorted(List<String> rows) {
        var sorted = new ArrayList<>(rows);
        Collections.sort(sorted);
        return sorted;
    }
}
