package io.elanus.ai;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/// A [Condition] as SQL. Keys and values travel as parameters, never within the text.
final class ConditionSql {
    private static final BigInteger EXACT = BigInteger.ONE.shiftLeft(53);

    private final StringBuilder sql = new StringBuilder();
    private final List<Object> parameters = new ArrayList<>();

    private ConditionSql() {}

    static ConditionSql of(Condition condition) {
        var result = new ConditionSql();
        result.append(condition);
        return result;
    }

    String text() {
        return sql.toString();
    }

    /// In the order of their question marks.
    List<Object> parameters() {
        return parameters;
    }

    private void append(Condition condition) {
        if (condition instanceof Condition.And and) {
            join(and.conditions(), " AND ", "TRUE");
        } else if (condition instanceof Condition.Or or) {
            join(or.conditions(), " OR ", "FALSE");
        } else if (condition instanceof Condition.Not not) {
            sql.append("NOT ");
            append(not.condition());
        } else if (condition instanceof Condition.Compare compare) {
            compare(compare);
        } else if (condition instanceof Condition.In in) {
            List<Condition> each = new ArrayList<>();
            in.values().forEach(value -> each.add(new Condition.Compare(in.key(), Condition.Comparison.EQUAL, value)));
            join(each, " OR ", "FALSE");
        } else if (condition instanceof Condition.ContainsText contains) {
            sql.append("((POSITION(CAST(? AS VARCHAR) IN ");
            parameters.add(contains.part());
            member(contains.key(), "VARCHAR");
            sql.append(") > 0) IS TRUE)");
        } else if (condition instanceof Condition.IsNull isNull) {
            sql.append('(');
            member(isNull.key(), "VARCHAR");
            sql.append(" IS NULL)");
        }
    }

    private void join(List<Condition> conditions, String word, String none) {
        if (conditions.isEmpty()) {
            sql.append(none);
            return;
        }
        sql.append('(');
        String between = "";
        for (Condition condition : conditions) {
            sql.append(between);
            append(condition);
            between = word;
        }
        sql.append(')');
    }

    private void compare(Condition.Compare compare) {
        boolean otherwise = compare.comparison() == Condition.Comparison.NOT_EQUAL;
        sql.append("((");
        Object value = parameter(compare.value());
        member(compare.key(), type(value));
        sql.append(' ').append(compare.comparison().sql).append(" ?)");
        sql.append(otherwise ? " IS NOT FALSE)" : " IS TRUE)");
        parameters.add(value);
    }

    private void member(String key, String type) {
        sql.append("JSON_VALUE(metadata, ? RETURNING ").append(type).append(')');
        parameters.add(path(key));
    }

    private static String path(String key) {
        if (key.indexOf('"') >= 0) {
            throw new IllegalArgumentException("A metadata key in a filter holds a quote: [" + key + "].");
        }
        return "$.\"" + key + '"';
    }

    /// A value as the driver takes it. Whole numbers that a DOUBLE holds exactly are compared as such, so that they
    /// meet fractions; longer ones as a DECIMAL.
    private static Object parameter(Object value) {
        if (value instanceof Boolean || value instanceof Double) {
            return value;
        }
        if (value instanceof Float number) {
            return Double.valueOf(number.toString());
        }
        if (value instanceof Number number) {
            BigInteger whole = new BigInteger(number.toString().split("\\.", 2)[0]);
            return whole.abs().compareTo(EXACT) <= 0
                    ? (Object) Double.valueOf(number.toString())
                    : new BigDecimal(number.toString());
        }
        return value.toString();
    }

    private static String type(Object parameter) {
        if (parameter instanceof Boolean) {
            return "BOOLEAN";
        }
        if (parameter instanceof Double) {
            return "DOUBLE";
        }
        return parameter instanceof BigDecimal ? "DECIMAL(38, 9)" : "VARCHAR";
    }

    /// So many question marks, with commas.
    static String marks(int count) {
        var marks = new StringJoiner(", ");
        for (int i = 0; i < count; i++) {
            marks.add("?");
        }
        return marks.toString();
    }
}
