package io.elanus.ai.spring;

import io.elanus.ai.Condition;
import io.elanus.ai.Condition.Comparison;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.vectorstore.filter.Filter;

/// Spring AI's filter expressions as conditions. Pure.
final class Expressions {
    private Expressions() {}

    static Condition condition(Filter.Operand operand) {
        if (operand instanceof Filter.Group group) {
            return condition(group.content());
        }
        if (!(operand instanceof Filter.Expression expression)) {
            throw new IllegalArgumentException("A filter is a condition, given [" + operand + "].");
        }
        return switch (expression.type()) {
            case AND -> new Condition.And(List.of(condition(expression.left()), condition(right(expression))));
            case OR -> new Condition.Or(List.of(condition(expression.left()), condition(right(expression))));
            case NOT -> new Condition.Not(condition(expression.left()));
            case EQ -> compare(expression, Comparison.EQUAL);
            case NE -> compare(expression, Comparison.NOT_EQUAL);
            case GT -> compare(expression, Comparison.GREATER);
            case GTE -> compare(expression, Comparison.GREATER_OR_EQUAL);
            case LT -> compare(expression, Comparison.LESS);
            case LTE -> compare(expression, Comparison.LESS_OR_EQUAL);
            case IN -> in(expression);
            case NIN -> new Condition.Not(in(expression));
            case ISNULL -> new Condition.IsNull(key(expression));
            case ISNOTNULL -> new Condition.Not(new Condition.IsNull(key(expression)));
        };
    }

    private static Condition compare(Filter.Expression expression, Comparison comparison) {
        return new Condition.Compare(key(expression), comparison, value(expression));
    }

    private static Condition in(Filter.Expression expression) {
        Object values = value(expression);
        return new Condition.In(key(expression), values instanceof Collection<?> all ? all : List.of(values));
    }

    private static String key(Filter.Expression expression) {
        if (expression.left() instanceof Filter.Key key) {
            String name = key.key();
            boolean quoted = name.length() > 1 && name.startsWith("\"") && name.endsWith("\"");
            return quoted ? name.substring(1, name.length() - 1) : name;
        }
        throw new IllegalArgumentException("A comparison starts with a key, given [" + expression.left() + "].");
    }

    private static Object value(Filter.Expression expression) {
        if (right(expression) instanceof Filter.Value value) {
            return value.value();
        }
        throw new IllegalArgumentException("A comparison ends with a value, given [" + expression.right() + "].");
    }

    private static Filter.Operand right(Filter.Expression expression) {
        Filter.@Nullable Operand right = expression.right();
        if (right == null) {
            throw new IllegalArgumentException("[" + expression.type() + "] needs two sides.");
        }
        return right;
    }
}
