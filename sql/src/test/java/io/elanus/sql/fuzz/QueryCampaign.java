package io.elanus.sql.fuzz;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.StringJoiner;

/// Asks pairs of queries until enough were asked, and keeps those that disagree.
final class QueryCampaign {
    static final int ROWS = 300;
    private static final int SMALL_ROWS = 40;
    private static final String COLUMNS =
            "a INTEGER, b BIGINT, c DOUBLE, d DECIMAL(10, 2), s VARCHAR, ok BOOLEAN," + " day DATE, v VECTOR(3)";
    private static final String PART = " WHERE %s UNION ALL ";

    private final Connection connection;
    private final SplittableRandom random;
    private final RandomQueries queries;
    private final List<String> differences = new ArrayList<>();
    private long asked;
    private long refused;

    /// @param asked   queries in all
    /// @param refused of them, because a value was out of range
    record Outcome(long asked, long refused, List<String> differences) {}

    QueryCampaign(Connection connection, long seed) {
        this.connection = connection;
        this.random = new SplittableRandom(seed);
        this.queries = new RandomQueries(random);
    }

    Outcome run(long count) throws SQLException {
        load();
        while (asked < count) {
            check();
        }
        return new Outcome(asked, refused, List.copyOf(differences));
    }

    /// Rows lie in stored segments and in the log; some were replaced, some deleted. The copy has the same rows with a
    /// key of its own.
    private void load() throws SQLException {
        execute("CREATE TABLE keyed (id BIGINT PRIMARY KEY, " + COLUMNS + ")");
        execute("CREATE TABLE small (id BIGINT PRIMARY KEY, " + COLUMNS + ")");
        execute("CREATE TABLE copied (id BIGINT, " + COLUMNS + ")");
        upsert("keyed", 0, ROWS / 2);
        execute("FLUSH");
        execute("CREATE INDEX keyed_v ON keyed USING hnsw (v vector_l2_ops)");
        upsert("keyed", ROWS / 4, ROWS);
        execute("DELETE FROM keyed WHERE id % 17 = 3");
        upsert("small", 0, SMALL_ROWS);
        execute("INSERT INTO copied SELECT * FROM keyed");
    }

    private void upsert(String table, int from, int to) throws SQLException {
        var rows = new StringJoiner(", ");
        for (int id = from; id < to; id++) {
            rows.add("(" + id + ", " + queries.row() + ")");
        }
        execute("UPSERT INTO " + table + " VALUES " + rows);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void check() throws SQLException {
        try {
            switch (random.nextInt(6)) {
                case 0, 1 -> parts();
                case 2 -> groupedParts();
                case 3 -> counted();
                case 4 -> copied();
                default -> nearest();
            }
        } catch (SQLException e) {
            // A value out of range is an error that one way of asking may meet and the other not.
            if (e.getSQLState() == null || !e.getSQLState().startsWith("22")) {
                differences.add("%s %s".formatted(e.getSQLState(), e.getMessage()));
            }
            refused++;
        }
    }

    /// The rows, their values as text.
    private List<String> rows(String sql) throws SQLException {
        asked++;
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            var rows = new ArrayList<String>();
            int width = result.getMetaData().getColumnCount();
            while (result.next()) {
                var row = new StringJoiner("|");
                for (int i = 1; i <= width; i++) {
                    row.add(result.getString(i));
                }
                rows.add(row.toString());
            }
            return rows;
        } catch (SQLException e) {
            throw new SQLException(e.getMessage() + "\n  in " + sql, e.getSQLState(), e);
        }
    }

    private void compare(String first, List<String> a, String second, List<String> b) {
        if (!a.equals(b)) {
            differences.add(
                    "%d rows %s%n  %s%n%d rows %s%n  %s".formatted(a.size(), few(a), first, b.size(), few(b), second));
        }
    }

    private static List<String> few(List<String> rows) {
        return rows.subList(0, Math.min(rows.size(), 5));
    }

    private static List<String> sorted(List<String> rows) {
        var sorted = new ArrayList<>(rows);
        Collections.sort(sorted);
        return sorted;
    }

    private static String conditions(String select, String condition) {
        return select + PART.formatted(condition) + select + PART.formatted("NOT (" + condition + ")") + select
                + " WHERE (" + condition + ") IS NULL";
    }

    /// Every row is in exactly one part.
    private void parts() throws SQLException {
        String select = "SELECT t.id, t.a, t.s, t.d FROM " + queries.tables("keyed");
        String parts = conditions(select, queries.condition("t"));
        compare(select, sorted(rows(select)), parts, sorted(rows(parts)));
    }

    private void groupedParts() throws SQLException {
        String from = queries.tables("keyed");
        String group = queries.group("t");
        String values = "SELECT " + group + " AS g, t.a AS x, t.d AS y FROM " + from;
        String whole = "SELECT g, count(*), sum(x), min(x), max(y), sum(y) FROM (" + values + ") AS r GROUP BY g";
        String parts = "SELECT g, count(*), sum(x), min(x), max(y), sum(y) FROM ("
                + conditions(values, queries.condition("t")) + ") AS r GROUP BY g";
        compare(whole, sorted(rows(whole)), parts, sorted(rows(parts)));
    }

    /// What a filter lets through is what is TRUE when every row is looked at.
    private void counted() throws SQLException {
        String from = queries.tables("keyed");
        String condition = queries.condition("t");
        String filtered = "SELECT count(*) FROM " + from + " WHERE " + condition;
        String looked = "SELECT COALESCE(sum(CASE WHEN " + condition + " THEN 1 ELSE 0 END), 0) FROM " + from;
        compare(filtered, rows(filtered), looked, rows(looked));
    }

    /// Keys and statistics that leave rows out do not change the answer.
    private void copied() throws SQLException {
        String condition = queries.condition("t");
        String keyed = "SELECT t.id, t.b, t.c FROM keyed AS t WHERE " + condition + " ORDER BY t.id";
        String copied = "SELECT t.id, t.b, t.c FROM copied AS t WHERE " + condition + " ORDER BY t.id";
        compare(keyed, rows(keyed), copied, rows(copied));
    }

    /// A filtered search returns as many rows as were asked for and qualify, each of them qualified, nearest first.
    private void nearest() throws SQLException {
        String condition = queries.condition("t");
        int k = random.nextInt(1, 30);
        String vector = queries.vector();
        String order = " ORDER BY t.v <-> " + vector;
        String searched = "SELECT t.v <-> " + vector + " FROM keyed AS t WHERE t.v IS NOT NULL AND " + condition + order
                + " LIMIT " + k;
        String all = "SELECT t.v <-> " + vector + " FROM keyed AS t WHERE t.v IS NOT NULL AND " + condition;
        double[] expected = distances(rows(all));
        Arrays.sort(expected);
        double[] found = distances(rows(searched));
        double[] nearest = Arrays.copyOf(expected, Math.min(k, expected.length));
        if (!Arrays.equals(found, nearest)) {
            differences.add("%s%n  %s%nare the nearest, not %s"
                    .formatted(Arrays.toString(nearest), searched, Arrays.toString(found)));
        }
    }

    /// Compared as floats, which is what a search compares.
    private static double[] distances(List<String> rows) {
        return rows.stream().mapToDouble(Float::parseFloat).toArray();
    }
}
