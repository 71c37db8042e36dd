package io.elanus.sql.fuzz;

import java.util.Arrays;
import java.util.stream.Collectors;

/// One value, written in two ways.
record Rewriting(String first, String second) {
    /// @param alias of the table whose columns it is over
    static Rewriting random(RandomValues values, String alias) {
        String x = values.number(alias, 2);
        String y = values.number(alias, 1);
        String z = values.number(alias, 0);
        return switch (values.below(14)) {
            case 0 -> of("x BETWEEN y AND z", "(x >= y AND x <= z)", x, y, z);
            case 1 -> of("x NOT BETWEEN y AND z", "(x < y OR x > z)", x, y, z);
            case 2 -> of("NULLIF(x, y)", "CASE WHEN x = y THEN NULL ELSE x END", x, y, z);
            case 3 ->
                of("COALESCE(x, y, z)", "CASE WHEN x IS NOT NULL THEN x WHEN y IS NOT NULL THEN y ELSE z END", x, y, z);
            case 4 -> listed(values, x, false);
            case 5 -> listed(values, x, true);
            case 6 ->
                of(
                        "x IS DISTINCT FROM y",
                        "CASE WHEN x IS NULL THEN y IS NOT NULL WHEN y IS NULL THEN TRUE ELSE x <> y END",
                        x,
                        y,
                        z);
            case 7 -> of("x IS NOT DISTINCT FROM y", "((x = y) IS TRUE OR (x IS NULL AND y IS NULL))", x, y, z);
            case 8 -> of("NOT (x < y)", "x >= y", x, y, z);
            case 9 -> of("-(-(x))", "x", x, y, z);
            case 10 -> {
                String text = values.text(alias, 2);
                yield of("x LIKE 'a%'", "LEFT(x, 1) = 'a'", text, y, z);
            }
            case 11 -> of("x LIKE '%b%'", "POSITION('b' IN x) > 0", values.text(alias, 2), y, z);
            case 12 -> of("x = ANY (y)", "ARRAY_CONTAINS(y, x)", values.whole(), alias + ".xs", z);
            default ->
                of(
                        "x <-> y",
                        "y <-> x",
                        alias + ".v",
                        values.chance(50) ? alias + ".w" : "CAST(" + values.vector() + " AS VECTOR(3))",
                        z);
        };
    }

    /// IN against a chain of comparisons.
    private static Rewriting listed(RandomValues values, String x, boolean negated) {
        String list = values.list();
        String chain = Arrays.stream(list.substring(1, list.length() - 1).split(", "))
                .map(value -> x + (negated ? " <> " : " = ") + value)
                .collect(Collectors.joining(negated ? " AND " : " OR ", "(", ")"));
        return new Rewriting(x + (negated ? " NOT IN " : " IN ") + list, chain);
    }

    /// @param first  over x, y and z, as is the second
    private static Rewriting of(String first, String second, String x, String y, String z) {
        return new Rewriting(filled(first, x, y, z), filled(second, x, y, z));
    }

    private static String filled(String form, String x, String y, String z) {
        var filled = new StringBuilder();
        for (int i = 0; i < form.length(); i++) {
            char c = form.charAt(i);
            boolean alone = (i == 0 || !Character.isLetterOrDigit(form.charAt(i - 1)))
                    && (i + 1 == form.length() || !Character.isLetterOrDigit(form.charAt(i + 1)));
            if (alone && c >= 'x' && c <= 'z') {
                filled.append(c == 'x' ? x : c == 'y' ? y : z);
            } else {
                filled.append(c);
            }
        }
        return filled.toString();
    }
}
