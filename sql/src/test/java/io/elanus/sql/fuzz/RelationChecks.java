package io.elanus.sql.fuzz;

import java.sql.SQLException;
import java.util.List;

/// Joins, sets, aggregates and windows against other ways to say the same.
final class RelationChecks {
    private final Asker asker;
    private final RandomValues values;
    private final RandomQueries queries;

    RelationChecks(Asker asker, RandomValues values, RandomQueries queries) {
        this.asker = asker;
        this.values = values;
        this.queries = queries;
    }

    void sets() throws SQLException {
        String select = "SELECT t.id, t.a FROM keyed AS t WHERE ";
        String p = queries.text("t");
        String q = queries.text("t");
        switch (values.below(3)) {
            case 0 -> asker.same(select + p + " INTERSECT " + select + q, select + "(" + p + ") AND (" + q + ")");
            case 1 ->
                asker.same(select + p + " EXCEPT " + select + q, select + "(" + p + ") AND (" + q + ") IS NOT TRUE");
            default -> asker.same(select + p + " UNION " + select + q, select + "(" + p + ") OR (" + q + ")");
        }
    }

    /// INNER against a product, LEFT and FULL against the inner join and what found no match.
    void joins() throws SQLException {
        String on = queries.join();
        String select = "SELECT t.id, u.id FROM keyed AS t ";
        String inner = select + "JOIN small AS u ON " + on;
        String leftOver = "SELECT t.id, CAST(NULL AS BIGINT) FROM keyed AS t WHERE NOT EXISTS"
                + " (SELECT 1 FROM small AS u WHERE " + on + ")";
        String rightOver = "SELECT CAST(NULL AS BIGINT), u.id FROM small AS u WHERE NOT EXISTS"
                + " (SELECT 1 FROM keyed AS t WHERE " + on + ")";
        switch (values.below(4)) {
            case 0 -> asker.same(inner, select + ", small AS u WHERE " + on);
            case 1 -> asker.same(select + "LEFT JOIN small AS u ON " + on, inner + " UNION ALL " + leftOver);
            case 2 -> asker.same(select + "RIGHT JOIN small AS u ON " + on, inner + " UNION ALL " + rightOver);
            default ->
                asker.same(
                        select + "FULL JOIN small AS u ON " + on,
                        inner + " UNION ALL " + leftOver + " UNION ALL " + rightOver);
        }
    }

    /// EXISTS and IN against joins and counts.
    void halves() throws SQLException {
        String on = queries.join();
        String more = values.chance(50) ? "" : " AND " + queries.text("t");
        String select = "SELECT t.id, t.s FROM keyed AS t WHERE ";
        String joined = "SELECT DISTINCT t.id, t.s FROM keyed AS t JOIN small AS u ON " + on + " WHERE TRUE" + more;
        switch (values.below(3)) {
            case 0 -> asker.same(select + "EXISTS (SELECT 1 FROM small AS u WHERE " + on + ")" + more, joined);
            case 1 ->
                asker.same(
                        select + "NOT EXISTS (SELECT * FROM small AS u WHERE " + on + ")" + more,
                        select + "TRUE" + more + " EXCEPT " + joined);
            default ->
                asker.same(
                        select + "EXISTS (SELECT 1 FROM small AS u WHERE " + on + ") AND NOT EXISTS"
                                + " (SELECT 1 FROM small AS u WHERE " + on + " AND u.id > 10)" + more,
                        joined + " EXCEPT " + joined + " AND u.id > 10");
        }
    }

    /// `t.a NOT IN` knows NULL.
    void listed() throws SQLException {
        String inner = "SELECT u.a FROM small AS u WHERE " + queries.leaf("u");
        String select = "SELECT t.id FROM keyed AS t WHERE ";
        String equal = "EXISTS (SELECT 1 FROM (" + inner + ") AS r WHERE r.a = t.a)";
        if (values.chance(50)) {
            asker.same(select + "t.a IN (" + inner + ")", select + equal);
        } else {
            String unknown = "EXISTS (SELECT 1 FROM (" + inner + ") AS r WHERE r.a IS NULL OR t.a IS NULL)";
            asker.same(select + "t.a NOT IN (" + inner + ")", select + "NOT " + equal + " AND NOT " + unknown);
        }
    }

    void aggregates() throws SQLException {
        String from = queries.tables("keyed");
        String group = values.group("t");
        String condition = queries.text("t");
        switch (values.below(5)) {
            case 0 ->
                asker.same(
                        "SELECT count(DISTINCT %s) FROM %s".formatted(group, from),
                        "SELECT count(g) FROM (SELECT DISTINCT %s AS g FROM %s) AS r".formatted(group, from));
            case 1 ->
                asker.same(
                        "SELECT sum(t.a) FILTER (WHERE %s), count(*) FROM %s".formatted(condition, from),
                        "SELECT sum(CASE WHEN %s THEN t.a END), count(*) FROM %s".formatted(condition, from));
            case 2 ->
                asker.same(
                        "SELECT DISTINCT %s FROM %s".formatted(group, from),
                        "SELECT g FROM (SELECT %s AS g FROM %s) AS r GROUP BY g".formatted(group, from));
            case 3 ->
                asker.same(
                        "SELECT g, avg(d), sum(d) FROM (SELECT %s AS g, t.d FROM %s) AS r GROUP BY g"
                                .formatted(group, from),
                        ("SELECT g, CASE WHEN n > 0 THEN x END, s FROM (SELECT g, count(d) AS n, avg(d) AS x,"
                                        + " sum(d) AS s FROM (SELECT %s AS g, t.d FROM %s) AS r GROUP BY g) AS q")
                                .formatted(group, from));
            default ->
                asker.same(
                        "SELECT g, count(*) FROM (SELECT %s AS g FROM %s WHERE %s) AS r GROUP BY ROLLUP (g)"
                                .formatted(group, from, condition),
                        ("SELECT g, count(*) FROM (SELECT %1$s AS g FROM %2$s WHERE %3$s) AS r GROUP BY g UNION ALL"
                                        + " SELECT NULL, count(*) FROM %2$s WHERE %3$s")
                                .formatted(group, from, condition));
        }
    }

    void ordered() throws SQLException {
        // A number alone would be a column's.
        String key = values.number("t", 2);
        // The first rows by distance are those that have one.
        String order = "0 + " + (key.contains("<->") ? "t.a" : key);
        String query = "SELECT t.id FROM keyed AS t WHERE %s ORDER BY %s%s, t.id"
                .formatted(
                        queries.text("t"), order, values.one(List.of("", " DESC", " NULLS FIRST", " DESC NULLS LAST")));
        List<String> all = asker.rows(query);
        int offset = values.below(20);
        int limit = values.below(40);
        String limited = query + " LIMIT " + limit + " OFFSET " + offset;
        int from = Math.min(offset, all.size());
        asker.compare(query, all.subList(from, Math.min(from + limit, all.size())), limited, asker.rows(limited));
    }

    void windows() throws SQLException {
        String condition = queries.text("t");
        String group = values.group("t");
        switch (values.below(4)) {
            case 0 ->
                asker.same(
                        "SELECT id, sum(a) OVER (PARTITION BY g), count(*) OVER (PARTITION BY g) FROM"
                                + " (SELECT t.id, t.a, %s AS g FROM keyed AS t WHERE %s) AS r"
                                        .formatted(group, condition),
                        ("SELECT r.id, q.x, q.n FROM (SELECT t.id, %1$s AS g FROM keyed AS t WHERE %2$s) AS r JOIN"
                                        + " (SELECT g, sum(a) AS x, count(*) AS n FROM (SELECT t.a, %1$s AS g FROM keyed"
                                        + " AS t WHERE %2$s) AS p GROUP BY g) AS q ON r.g IS NOT DISTINCT FROM q.g")
                                .formatted(group, condition));
            case 1 -> {
                int count = values.below(20);
                asker.same(
                        "SELECT id FROM (SELECT t.id, row_number() OVER (ORDER BY t.id) AS n FROM keyed AS t WHERE "
                                + condition + ") AS r WHERE n <= " + count,
                        "SELECT t.id FROM keyed AS t WHERE " + condition + " ORDER BY t.id LIMIT " + count);
            }
            case 2 ->
                asker.same(
                        "SELECT u.id, sum(u.a) OVER (ORDER BY u.id ROWS UNBOUNDED PRECEDING) FROM small AS u",
                        "SELECT u.id, (SELECT sum(t.a) FROM small AS t WHERE t.id <= u.id) FROM small AS u");
            default ->
                asker.same(
                        "SELECT id, n FROM (SELECT t.id, rank() OVER (PARTITION BY t.s ORDER BY t.a) AS n FROM keyed AS"
                                + " t WHERE t.a IS NOT NULL AND t.s IS NOT NULL) AS r WHERE id < 60",
                        "SELECT t.id, (SELECT count(*) + 1 FROM keyed AS u WHERE u.s = t.s AND u.a < t.a) FROM keyed AS"
                                + " t WHERE t.a IS NOT NULL AND t.s IS NOT NULL AND t.id < 60");
        }
    }
}
