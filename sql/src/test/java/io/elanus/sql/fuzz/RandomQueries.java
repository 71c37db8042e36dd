package io.elanus.sql.fuzz;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.random.RandomGenerator;

/// Writes random conditions and values over the columns of the campaign's tables. Numbers stay small, so that
/// arithmetic does not overflow.
final class RandomQueries {
    private static final int DEPTH = 4;
    private static final List<String> WORDS = List.of("", "a", "ab", "abc", "b", "ba", "Zoë", "a%b", "x_y", "東京");
    private static final List<String> PATTERNS = List.of("%", "a%", "%b", "%a%", "_", "__", "a_c", "%ë", "x\\_%", "");
    private static final List<String> COMPARISONS = List.of("=", "<>", "<", "<=", ">", ">=");

    private final RandomGenerator random;

    RandomQueries(RandomGenerator random) {
        this.random = random;
    }

    private <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /// A row of the first table behind its key, as it stands in VALUES.
    String row() {
        var values = new StringJoiner(", ");
        values.add(orNull(whole())).add(orNull(big())).add(orNull(floating())).add(orNull(exact()));
        values.add(orNull(word())).add(orNull(one(List.of("TRUE", "FALSE")))).add(orNull(day()));
        return values.add(orNull(vector())).toString();
    }

    private String orNull(String value) {
        return chance(20) ? "NULL" : value;
    }

    private String whole() {
        return Integer.toString(random.nextInt(-5, 20));
    }

    private String big() {
        return chance(10) ? Long.toString(random.nextLong(-1_000_000_000_000L, 1_000_000_000_000L)) : whole();
    }

    private String floating() {
        return "CAST('" + one(List.of("0", "-0.0", "0.5", "-1.25", "3", "1e10", "7.125")) + "' AS DOUBLE)";
    }

    private String exact() {
        return String.format(Locale.ROOT, "%.2f", random.nextInt(-500, 2_000) / 100.0);
    }

    private String word() {
        return "'" + one(WORDS) + "'";
    }

    private String day() {
        return "DATE '2026-0%d-%02d'".formatted(random.nextInt(1, 10), random.nextInt(1, 29));
    }

    String vector() {
        return "'[%d, %d, %d]'".formatted(random.nextInt(-5, 6), random.nextInt(-5, 6), random.nextInt(-5, 6));
    }

    /// @param alias of the table whose columns it is over
    String condition(String alias) {
        return condition(alias, random.nextInt(DEPTH));
    }

    private String condition(String alias, int depth) {
        if (depth == 0) {
            return comparison(alias);
        }
        return switch (random.nextInt(7)) {
            case 0, 1 -> "(%s AND %s)".formatted(condition(alias, depth - 1), condition(alias, depth - 1));
            case 2, 3 -> "(%s OR %s)".formatted(condition(alias, depth - 1), condition(alias, depth - 1));
            case 4 -> "NOT (%s)".formatted(condition(alias, depth - 1));
            case 5 ->
                "(%s) IS %s"
                        .formatted(
                                condition(alias, depth - 1),
                                one(List.of("TRUE", "FALSE", "NOT TRUE", "NOT FALSE", "NULL", "NOT NULL")));
            default ->
                "CASE WHEN %s THEN %s ELSE %s END"
                        .formatted(
                                condition(alias, depth - 1), condition(alias, depth - 1), condition(alias, depth - 1));
        };
    }

    private String comparison(String alias) {
        return switch (random.nextInt(9)) {
            case 0, 1 -> "%s %s %s".formatted(number(alias, 2), one(COMPARISONS), number(alias, 2));
            case 2 -> "%s.s %s %s".formatted(alias, one(COMPARISONS), orNull(word()));
            case 3 -> "%s.s %sLIKE '%s'".formatted(alias, chance(30) ? "NOT " : "", one(PATTERNS));
            case 4 -> "%s %sIN (%s)".formatted(number(alias, 1), chance(40) ? "NOT " : "", list());
            case 5 ->
                "%s %sBETWEEN %s AND %s"
                        .formatted(number(alias, 1), chance(30) ? "NOT " : "", number(alias, 0), number(alias, 0));
            case 6 -> "%s.day %s %s".formatted(alias, one(COMPARISONS), orNull(day()));
            case 7 ->
                "%s.%s IS %sNULL"
                        .formatted(
                                alias,
                                one(List.of("id", "a", "b", "c", "d", "s", "ok", "day")),
                                chance(50) ? "NOT " : "");
            default -> chance(50) ? alias + ".ok" : "%s.id %s %s".formatted(alias, one(COMPARISONS), id());
        };
    }

    private String id() {
        return Integer.toString(random.nextInt(QueryCampaign.ROWS + 5));
    }

    private String list() {
        var values = new StringJoiner(", ");
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            values.add(chance(10) ? "NULL" : chance(20) ? exact() : whole());
        }
        return values.toString();
    }

    private String number(String alias, int depth) {
        if (depth > 0 && chance(30)) {
            return "(%s %s %s)"
                    .formatted(number(alias, depth - 1), one(List.of("+", "-", "*")), number(alias, depth - 1));
        }
        if (depth > 0 && chance(10)) {
            return "COALESCE(%s, %s)".formatted(number(alias, depth - 1), whole());
        }
        return chance(60) ? alias + "." + one(List.of("id", "a", "a", "b", "c", "d")) : chance(50) ? whole() : exact();
    }

    /// What a whole is summed up to, such that the parts of the whole add up to the same.
    String group(String alias) {
        return alias + "." + one(List.of("a", "s", "ok", "day"));
    }

    /// The tables that are read, with the aliases t and, when joined, u.
    String tables(String table) {
        return switch (random.nextInt(5)) {
            case 0 -> table + " AS t JOIN small AS u ON t.a = u.a";
            case 1 -> table + " AS t LEFT JOIN small AS u ON t.a = u.a AND u.id > " + random.nextInt(10);
            case 2 -> table + " AS t JOIN small AS u ON t.b = u.b AND t.id > u.id JOIN small AS w ON w.id = u.id";
            default -> table + " AS t";
        };
    }
}
