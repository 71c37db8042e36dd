package io.elanus.sql.fuzz;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a condition lets through: against its parts, against its value, and against three-valued logic.
final class ConditionChecks {
    private static final String SUMS = "SELECT g, count(*), count(x), sum(x), min(x), max(y), sum(y) FROM (";

    private final Asker asker;
    private final RandomValues values;
    private final RandomQueries queries;

    ConditionChecks(Asker asker, RandomValues values, RandomQueries queries) {
        this.asker = asker;
        this.values = values;
        this.queries = queries;
    }

    private static List<String> parts(String select, String condition) {
        return List.of(
                select + " WHERE " + condition,
                select + " WHERE NOT (" + condition + ")",
                select + " WHERE (" + condition + ") IS NULL");
    }

    /// Every row is in exactly one of the parts where a condition is true, false and unknown.
    void parts() throws SQLException {
        String select =
                "SELECT t.id, %s, %s FROM %s".formatted(values.any("t"), values.any("t"), queries.tables("keyed"));
        List<String> parts = parts(select, queries.text("t"));
        if (values.chance(30)) {
            asker.same(select, String.join(" UNION ALL ", parts));
        } else {
            asker.compare(
                    select,
                    Asker.sorted(asker.rows(select)),
                    String.join(" and ", parts),
                    Asker.sorted(asker.rows(parts)));
        }
    }

    void groupedParts() throws SQLException {
        String select =
                "SELECT %s AS g, t.a AS x, t.d AS y FROM %s".formatted(values.group("t"), queries.tables("keyed"));
        String union = String.join(" UNION ALL ", parts(select, queries.text("t")));
        asker.same(SUMS + select + ") AS r GROUP BY g", SUMS + union + ") AS r GROUP BY g");
    }

    void distinctParts() throws SQLException {
        String select = "SELECT DISTINCT %s, %s FROM %s"
                .formatted(values.number("t", 1), values.group("t"), queries.tables("keyed"));
        asker.same(select, String.join(" UNION ", parts(select, queries.text("t"))));
    }

    /// HAVING divides the groups as WHERE divides rows.
    void groupParts() throws SQLException {
        String group = values.group("t");
        String whole = "SELECT g, count(*), sum(a) FROM (SELECT %s AS g, t.a, t.d FROM %s) AS r GROUP BY g"
                .formatted(group, queries.tables("keyed"));
        String condition = "%s %s %s"
                .formatted(
                        values.one(List.of("sum(a)", "count(*)", "max(d)", "min(a)", "count(a)")),
                        values.one(RandomQueries.COMPARISONS),
                        values.whole());
        var parts = List.of(
                whole + " HAVING " + condition,
                whole + " HAVING NOT (" + condition + ")",
                whole + " HAVING (" + condition + ") IS NULL");
        asker.compare(
                whole, Asker.sorted(asker.rows(whole)), String.join(" and ", parts), Asker.sorted(asker.rows(parts)));
    }

    /// What a filter lets through is what is TRUE when every row is looked at.
    void counted() throws SQLException {
        String from = queries.tables("keyed");
        String condition = queries.text("t");
        asker.same(
                "SELECT count(*) FROM " + from + " WHERE " + condition,
                "SELECT COALESCE(sum(CASE WHEN " + condition + " THEN 1 ELSE 0 END), 0) FROM " + from);
    }

    /// Keys and statistics that leave rows out do not change the answer.
    void copied() throws SQLException {
        String select = "SELECT t.id, %s, %s FROM ".formatted(values.any("t"), values.any("t"));
        String rest = " AS t WHERE " + queries.text("t") + " ORDER BY t.id";
        asker.sameInOrder(select + "keyed" + rest, select + "copied" + rest);
    }

    /// Rows pass for which the condition is TRUE by what its leaves are, one by one.
    void reasoned() throws SQLException {
        Condition condition = values.chance(60) ? queries.chain("t") : queries.condition("t");
        var leaves = List.copyOf(condition.leaves());
        var looked = new StringBuilder("SELECT t.id");
        leaves.forEach(leaf -> looked.append(", (").append(leaf).append(')'));
        looked.append(" FROM keyed AS t");
        var expected = new ArrayList<String>();
        for (List<String> row : asker.table(looked.toString())) {
            if (Boolean.TRUE.equals(condition.truth(truths(leaves, row)))) {
                expected.add(row.getFirst());
            }
        }
        String filtered = "SELECT t.id FROM keyed AS t WHERE " + condition.sql();
        asker.compare(
                "three-valued logic over " + looked,
                Asker.sorted(expected),
                filtered,
                Asker.sorted(asker.rows(filtered)));
    }

    private static Map<String, @Nullable Boolean> truths(List<String> leaves, List<String> row) {
        var truths = new HashMap<String, @Nullable Boolean>();
        for (int i = 0; i < leaves.size(); i++) {
            String value = row.get(i + 1);
            truths.put(leaves.get(i), value.equals("null") ? null : Boolean.valueOf(value));
        }
        return truths;
    }

    /// Two ways to write the same value.
    void rewritten() throws SQLException {
        Rewriting rewriting = Rewriting.random(values, "t");
        asker.sameInOrder(
                "SELECT t.id, " + rewriting.first() + " FROM keyed AS t ORDER BY t.id",
                "SELECT t.id, " + rewriting.second() + " FROM keyed AS t ORDER BY t.id");
    }
}
