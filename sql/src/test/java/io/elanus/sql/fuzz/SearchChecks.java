package io.elanus.sql.fuzz;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/// Filtered vector searches: an index against none, and either against the rows that qualify.
final class SearchChecks {
    /// Of distances that an index computes in another order.
    private static final double TOLERANCE = 1e-5;

    private final Asker asker;
    private final RandomValues values;
    private final RandomQueries queries;

    /// @param column   with an index of this metric in one of the tables
    private record Search(String column, String operator) {}

    SearchChecks(Asker asker, RandomValues values, RandomQueries queries) {
        this.asker = asker;
        this.values = values;
        this.queries = queries;
    }

    /// As many rows as were asked for and qualify, each of them qualified, nearest first.
    void nearest() throws SQLException {
        Search search = search();
        String distance = distance(search);
        String from = " FROM keyed AS t WHERE t." + search.column() + " IS NOT NULL AND " + queries.text("t");
        int k = 1 + values.below(30);
        int offset = values.chance(30) ? values.below(10) : 0;
        String all = "SELECT " + distance + from;
        String searched = "SELECT " + distance + from + " ORDER BY " + distance + " LIMIT " + k
                + (offset == 0 ? "" : " OFFSET " + offset);
        double[] expected = distances(all);
        Arrays.sort(expected);
        compare(
                all,
                Arrays.copyOfRange(expected, Math.min(offset, expected.length), Math.min(offset + k, expected.length)),
                searched,
                distances(searched));
    }

    /// The table with the index and the one without.
    void indexed() throws SQLException {
        Search search = search();
        String distance = distance(search);
        String condition = values.chance(30) ? "TRUE" : queries.text("t");
        String rest = " AS t WHERE " + condition + " ORDER BY " + distance + " LIMIT " + (1 + values.below(40));
        String select = "SELECT " + distance + " FROM ";
        compare(
                select + "keyed" + rest,
                distances(select + "keyed" + rest),
                select + "copied" + rest,
                distances(select + "copied" + rest));
    }

    /// All within a radius, which a search may find as well as a filter.
    void within() throws SQLException {
        Search search = search();
        String distance = distance(search);
        String condition = distance + " <= " + (search.operator().equals("<=>") ? "0.5" : 1 + values.below(9));
        String searched = "SELECT t.id FROM keyed AS t WHERE " + condition + " AND " + queries.leaf("t") + " ORDER BY "
                + distance + ", t.id LIMIT 1000";
        String filtered = searched.replace("ORDER BY " + distance + ", t.id LIMIT 1000", "")
                .replace("keyed", "copied");
        asker.same(searched, filtered);
    }

    private Search search() {
        return values.one(List.of(new Search("v", "<->"), new Search("w", "<=>"), new Search("v", "<#>")));
    }

    private String distance(Search search) {
        return "t.%s %s %s".formatted(search.column(), search.operator(), values.vector());
    }

    private double[] distances(String sql) throws SQLException {
        return asker.rows(sql).stream()
                .mapToDouble(row -> row.equals("null") ? Double.MAX_VALUE : Double.parseDouble(row))
                .toArray();
    }

    private void compare(String first, double[] a, String second, double[] b) {
        boolean same = a.length == b.length;
        for (int i = 0; same && i < a.length; i++) {
            same = Math.abs(a[i] - b[i]) <= TOLERANCE * Math.max(1, Math.abs(a[i]));
        }
        if (!same) {
            asker.differ("%s are the nearest by %s\n  %s by %s"
                    .formatted(Arrays.toString(a), first, Arrays.toString(b), second));
        }
    }
}
