package io.elanus.sql.fuzz;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.random.RandomGenerator;

/// Writes random constants, rows, and values over the columns of the campaign's tables. Numbers stay small, so that
/// arithmetic does not overflow.
final class RandomValues {
    static final String COLUMNS = "a INTEGER, b BIGINT, c DOUBLE, d DECIMAL(10, 2), s VARCHAR, ok BOOLEAN, day DATE,"
            + " at TIMESTAMP, xs INTEGER ARRAY, j JSON, v VECTOR(3), w VECTOR(3)";
    static final List<String> NAMES = List.of("id", "a", "b", "c", "d", "s", "ok", "day", "at", "xs", "j", "v", "w");
    private static final List<String> NUMBERS = List.of("id", "a", "a", "b", "c", "d");
    private static final List<String> WORDS = List.of("", "a", "ab", "abc", "b", "ba", "Zoë", "a%b", "x_y", "東京");
    private static final List<String> PATTERNS =
            List.of("%", "a%", "%b", "%a%", "_", "__", "a_c", "%ë", "x\\_%", "", "a%c", "%%b", "_%");
    private static final List<String> DOUBLES = List.of("0", "-0.0", "0.5", "-1.25", "3", "1e10", "7.125");

    private final RandomGenerator random;

    RandomValues(RandomGenerator random) {
        this.random = random;
    }

    <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /// What stands behind the key in VALUES.
    String row() {
        var values = new StringJoiner(", ");
        values.add(orNull(whole()))
                .add(orNull(big()))
                .add(orNull("CAST('" + one(DOUBLES) + "' AS DOUBLE)"))
                .add(orNull(exact()));
        values.add(orNull(word())).add(orNull(one(List.of("TRUE", "FALSE")))).add(orNull(day()));
        values.add(orNull(time()))
                .add(orNull(items()))
                .add(orNull("'{\"n\": " + whole() + ", \"w\": \"" + letter() + "\"}'"));
        return values.add(orNull(vector())).add(orNull(vector())).toString();
    }

    String orNull(String value) {
        return chance(20) ? "NULL" : value;
    }

    String whole() {
        return Integer.toString(random.nextInt(-5, 20));
    }

    private String big() {
        return chance(10) ? Long.toString(random.nextLong(-1_000_000_000_000L, 1_000_000_000_000L)) : whole();
    }

    String exact() {
        return String.format(Locale.ROOT, "%.2f", random.nextInt(-500, 2_000) / 100.0);
    }

    String word() {
        return "'" + one(WORDS) + "'";
    }

    private String letter() {
        return one(List.of("a", "b", "ab", "é"));
    }

    String pattern() {
        return "'" + one(PATTERNS) + "'";
    }

    String day() {
        return "DATE '2026-0%d-%02d'".formatted(random.nextInt(1, 10), random.nextInt(1, 29));
    }

    String time() {
        return "TIMESTAMP '2026-0%d-%02d %02d:%02d:00'"
                .formatted(random.nextInt(1, 10), random.nextInt(1, 29), random.nextInt(24), random.nextInt(4) * 15);
    }

    private String items() {
        var items = new StringJoiner(", ", "ARRAY[", "]");
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            items.add(whole());
        }
        return items.toString();
    }

    /// Never all zero, which has no direction.
    String vector() {
        return "'[%d, %d, %d]'".formatted(random.nextInt(1, 6), random.nextInt(-5, 6), random.nextInt(-5, 6));
    }

    String list() {
        var values = new StringJoiner(", ", "(", ")");
        for (int i = random.nextInt(1, chance(10) ? 30 : 5); i > 0; i--) {
            values.add(chance(10) ? "NULL" : chance(20) ? exact() : whole());
        }
        return values.toString();
    }

    /// @param alias of the table whose columns it is over
    String number(String alias, int depth) {
        if (depth > 0 && chance(45)) {
            return switch (below(9)) {
                case 0, 1, 2 ->
                    "(%s %s %s)"
                            .formatted(number(alias, depth - 1), one(List.of("+", "-", "*")), number(alias, depth - 1));
                case 3 -> "COALESCE(%s, %s)".formatted(number(alias, depth - 1), whole());
                case 4 -> "NULLIF(%s, %s)".formatted(number(alias, depth - 1), whole());
                case 5 -> "ABS(%s)".formatted(number(alias, depth - 1));
                case 6 ->
                    "CASE WHEN %s.ok THEN %s ELSE %s END"
                            .formatted(alias, number(alias, depth - 1), number(alias, depth - 1));
                case 7 -> "%s(%s, %s)".formatted(one(List.of("GREATEST", "LEAST")), number(alias, 0), number(alias, 0));
                default -> odd(alias);
            };
        }
        return chance(60) ? alias + "." + one(NUMBERS) : chance(50) ? whole() : exact();
    }

    /// A number that another type gives.
    private String odd(String alias) {
        return switch (below(7)) {
            case 0 -> "CHAR_LENGTH(%s)".formatted(text(alias, 1));
            case 1 -> "EXTRACT(%s FROM %s.day)".formatted(one(List.of("YEAR", "MONTH", "DAY")), alias);
            case 2 -> "EXTRACT(HOUR FROM %s.at)".formatted(alias);
            case 3 -> "CARDINALITY(%s.xs)".formatted(alias);
            case 4 -> "CAST(%s.j ->> 'n' AS INTEGER)".formatted(alias);
            case 5 -> "%s.xs[%d]".formatted(alias, 1 + below(2));
            default -> "(%s.v <-> %s)".formatted(alias, vector());
        };
    }

    String text(String alias, int depth) {
        if (depth > 0 && chance(50)) {
            return switch (below(7)) {
                case 0 -> "UPPER(%s)".formatted(text(alias, depth - 1));
                case 1 -> "(%s || %s)".formatted(text(alias, depth - 1), text(alias, depth - 1));
                case 2 -> "COALESCE(%s, %s)".formatted(text(alias, depth - 1), word());
                case 3 -> "NULLIF(%s, %s)".formatted(text(alias, depth - 1), word());
                case 4 -> "SUBSTRING(%s FROM %d FOR %d)".formatted(text(alias, depth - 1), 1 + below(3), below(4));
                case 5 -> "REPLACE(%s, 'a', 'bb')".formatted(text(alias, depth - 1));
                default -> "(%s.j ->> 'w')".formatted(alias);
            };
        }
        return chance(70) ? alias + ".s" : word();
    }

    String date(String alias, int depth) {
        if (depth > 0 && chance(40)) {
            return switch (below(3)) {
                case 0 -> "(%s.day + INTERVAL '%d' DAY)".formatted(alias, below(40));
                case 1 -> "COALESCE(%s.day, %s)".formatted(alias, day());
                default -> "CAST(%s.at AS DATE)".formatted(alias);
            };
        }
        return chance(70) ? alias + ".day" : day();
    }

    String moment(String alias) {
        return switch (below(5)) {
            case 0 -> time();
            case 1 -> "(%s.at - INTERVAL '%d' HOUR)".formatted(alias, below(48));
            case 2 -> "DATE_TRUNC('month', %s.at)".formatted(alias);
            default -> alias + ".at";
        };
    }

    /// What a whole is summed up to, such that the parts of the whole add up to the same.
    String group(String alias) {
        return switch (below(6)) {
            case 0 -> "(%s.a + %s)".formatted(alias, whole());
            case 1 -> "CASE WHEN %s.a > %s THEN %s.s END".formatted(alias, whole(), alias);
            case 2 -> "CHAR_LENGTH(%s.s)".formatted(alias);
            default -> alias + "." + one(List.of("a", "s", "ok", "day", "b"));
        };
    }

    /// The value of any column or expression, for lists of what is selected.
    String any(String alias) {
        return switch (below(6)) {
            case 0 -> text(alias, 2);
            case 1 -> date(alias, 1);
            case 2 -> moment(alias);
            case 3 -> alias + "." + one(NAMES);
            default -> number(alias, 2);
        };
    }
}
