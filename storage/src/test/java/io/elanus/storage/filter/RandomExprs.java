package io.elanus.storage.filter;

import static io.elanus.storage.filter.Batches.call;
import static io.elanus.storage.filter.Batches.constant;
import static io.elanus.storage.filter.Batches.input;

import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Random rows and well-typed random expressions over them.
final class RandomExprs {
    static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    static final ColumnType MONEY = new ColumnType.Decimal(12, 2);
    static final List<ColumnType> TYPES = List.of(
            Simple.BOOLEAN,
            Simple.TINYINT,
            Simple.INTEGER,
            Simple.BIGINT,
            Simple.REAL,
            Simple.DOUBLE,
            MONEY,
            TEXT,
            Simple.DATE);
    private static final List<ColumnType> NUMBERS =
            List.of(Simple.TINYINT, Simple.INTEGER, Simple.BIGINT, Simple.REAL, Simple.DOUBLE, MONEY);
    private static final String[] LETTERS = {"a", "b", "é", "字", "😀", ""};

    private final RandomGenerator random;

    RandomExprs(RandomGenerator random) {
        this.random = random;
    }

    List<@Nullable Object> row() {
        var row = new ArrayList<@Nullable Object>();
        for (ColumnType type : TYPES) {
            row.add(random.nextInt(5) == 0 ? null : value(type));
        }
        return row;
    }

    /// A cell of the type, from few values so that equal ones meet.
    Object value(ColumnType type) {
        return switch (type) {
            case Simple.BOOLEAN -> random.nextBoolean();
            case Simple.TINYINT -> (long) random.nextInt(-3, 4) * (random.nextInt(8) == 0 ? 42 : 1);
            case Simple.INTEGER -> random.nextInt(12) == 0 ? Integer.MAX_VALUE : (long) random.nextInt(-3, 4);
            case Simple.BIGINT -> random.nextInt(12) == 0 ? Long.MIN_VALUE : (long) random.nextInt(-3, 4);
            case Simple.REAL -> (double) (random.nextInt(20) == 0 ? Float.MAX_VALUE : random.nextInt(-4, 5) / 2f);
            case Simple.DOUBLE -> doubles()[random.nextInt(doubles().length)];
            case ColumnType.Decimal decimal ->
                new BigDecimal(BigInteger.valueOf(random.nextInt(-300, 300)), decimal.scale());
            case ColumnType.Varchar _ -> text(4);
            default -> (long) random.nextInt(-3, 4);
        };
    }

    private static double[] doubles() {
        return new double[] {-2.5, -0.0, 0.0, 1, 1.5, 3, Double.NaN, Double.POSITIVE_INFINITY, 1e308};
    }

    private String text(int most) {
        var text = new StringBuilder();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            text.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return text.toString();
    }

    Expr expr(ColumnType type, int depth) {
        if (depth == 0 || random.nextInt(6) == 0) {
            return leaf(type);
        }
        if (random.nextInt(6) == 0) {
            return random.nextBoolean()
                    ? call(Operator.COALESCE, type, expr(type, depth - 1), expr(type, depth - 1))
                    : call(
                            Operator.CASE,
                            type,
                            expr(Simple.BOOLEAN, depth - 1),
                            expr(type, depth - 1),
                            expr(type, depth - 1));
        }
        return switch (type) {
            case Simple.BOOLEAN -> condition(depth - 1);
            case ColumnType.Varchar _ -> call(Operator.CONCAT, type, expr(type, depth - 1), expr(type, depth - 1));
            default -> NUMBERS.contains(type) ? number(type, depth - 1) : leaf(type);
        };
    }

    private Expr leaf(ColumnType type) {
        if (random.nextInt(3) > 0) {
            return input(TYPES.indexOf(type), type);
        }
        return new Expr.Constant(Cells.toLiteral(random.nextInt(8) == 0 ? null : value(type), type), type);
    }

    private Expr number(ColumnType type, int depth) {
        var operators = List.of(Operator.ADD, Operator.SUBTRACT, Operator.MULTIPLY, Operator.DIVIDE, Operator.MOD);
        if (type == Simple.BIGINT && random.nextInt(6) == 0) {
            return call(Operator.CHAR_LENGTH, type, expr(TEXT, depth));
        }
        if (random.nextInt(6) == 0) {
            return call(Operator.NEGATE, type, expr(type, depth));
        }
        Operator operator = operators.get(random.nextInt(random.nextInt(4) == 0 ? 5 : 2));
        return call(operator, type, expr(type, depth), expr(type, depth));
    }

    private Expr condition(int depth) {
        ColumnType type = TYPES.get(random.nextInt(TYPES.size()));
        var comparisons = List.of(
                Operator.EQ,
                Operator.NE,
                Operator.LT,
                Operator.LE,
                Operator.GT,
                Operator.GE,
                Operator.IS_DISTINCT_FROM,
                Operator.IS_NOT_DISTINCT_FROM);
        var tests =
                List.of(Operator.IS_TRUE, Operator.IS_NOT_TRUE, Operator.IS_FALSE, Operator.IS_NOT_FALSE, Operator.NOT);
        Expr bool = expr(Simple.BOOLEAN, depth);
        return switch (random.nextInt(9)) {
            case 0 -> call(Operator.AND, Simple.BOOLEAN, bool, expr(Simple.BOOLEAN, depth));
            case 1 -> call(Operator.OR, Simple.BOOLEAN, bool, expr(Simple.BOOLEAN, depth), expr(Simple.BOOLEAN, depth));
            case 2 -> call(tests.get(random.nextInt(tests.size())), Simple.BOOLEAN, bool);
            case 3 ->
                call(random.nextBoolean() ? Operator.IS_NULL : Operator.IS_NOT_NULL, Simple.BOOLEAN, expr(type, depth));
            case 4 -> in(type, depth);
            case 5 -> call(Operator.LIKE, Simple.BOOLEAN, expr(TEXT, depth), constant(pattern(), TEXT));
            case 6 -> call(Operator.STARTS_WITH, Simple.BOOLEAN, expr(TEXT, depth), expr(TEXT, 0));
            default ->
                call(
                        comparisons.get(random.nextInt(comparisons.size())),
                        Simple.BOOLEAN,
                        expr(type, depth),
                        expr(type, depth));
        };
    }

    private Expr in(ColumnType type, int depth) {
        var arguments = new ArrayList<Expr>();
        arguments.add(expr(type, depth));
        for (int i = random.nextInt(1, 12); i > 0; i--) {
            arguments.add(new Expr.Constant(Cells.toLiteral(random.nextInt(10) == 0 ? null : value(type), type), type));
        }
        return new Expr.Call(Operator.IN, arguments, Simple.BOOLEAN);
    }

    private String pattern() {
        var pieces = List.of("%", "%", "_", "a", "b", "é", "字", "😀", "\\%", "\\_");
        var pattern = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            pattern.append(pieces.get(random.nextInt(pieces.size())));
        }
        return pattern.toString();
    }
}
