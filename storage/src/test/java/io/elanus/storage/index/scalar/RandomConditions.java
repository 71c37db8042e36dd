package io.elanus.storage.index.scalar;

import static io.elanus.storage.filter.Batches.call;
import static io.elanus.storage.filter.Batches.constant;
import static io.elanus.storage.filter.Batches.input;

import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Random rows of every type that can be indexed, and conditions over them, most of which an index can answer.
final class RandomConditions {
    static final ColumnType TEXT = new ColumnType.Varchar(ColumnType.Varchar.UNLIMITED);
    static final List<ColumnType> TYPES = List.of(
            Simple.BOOLEAN,
            Simple.TINYINT,
            Simple.SMALLINT,
            Simple.INTEGER,
            Simple.BIGINT,
            Simple.REAL,
            Simple.DOUBLE,
            new ColumnType.Decimal(12, 2),
            new ColumnType.Decimal(38, 4),
            TEXT,
            Simple.VARBINARY,
            Simple.UUID,
            Simple.DATE,
            Simple.TIME,
            Simple.TIMESTAMP,
            new ColumnType.Array(Simple.BIGINT),
            new ColumnType.Array(TEXT));
    private static final String[] LETTERS = {"a", "b", "é", "字", "😀", "\uFFFD"};
    private static final double[] NUMBERS = {
        -0.0, 0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e30, -1e30, Float.MIN_VALUE
    };

    private final RandomGenerator random;

    RandomConditions(RandomGenerator random) {
        this.random = random;
    }

    List<@Nullable Object> row() {
        var row = new ArrayList<@Nullable Object>();
        for (ColumnType type : TYPES) {
            row.add(random.nextInt(10) == 0 ? null : value(type));
        }
        return row;
    }

    private Object value(ColumnType type) {
        int number = random.nextInt(-30, 30);
        return switch (type) {
            case Simple.BOOLEAN -> random.nextInt(8) == 0;
            case Simple.TINYINT, Simple.SMALLINT, Simple.INTEGER -> number;
            case Simple.BIGINT -> random.nextInt(12) == 0 ? Long.MIN_VALUE : (long) number;
            case Simple.REAL, Simple.DOUBLE ->
                random.nextInt(4) == 0 ? NUMBERS[random.nextInt(NUMBERS.length)] : number / 2.0;
            case ColumnType.Decimal(int precision, int scale) ->
                new BigDecimal(
                        precision > 18
                                ? BigInteger.TEN.pow(30).multiply(BigInteger.valueOf(number))
                                : BigInteger.valueOf(number),
                        scale);
            case ColumnType.Varchar _ -> text(random.nextInt(4));
            case Simple.VARBINARY -> new byte[] {(byte) number, (byte) random.nextInt(3)};
            case Simple.UUID -> new UUID(number, 7);
            case Simple.DATE -> LocalDate.ofEpochDay(number);
            case Simple.TIME -> LocalTime.ofSecondOfDay(1000 + number);
            case Simple.TIMESTAMP -> LocalDateTime.of(1970, 1, 1, 0, 0).plusSeconds(number);
            case ColumnType.Array(ColumnType item) -> items(item);
            default -> throw new IllegalStateException(type.sql());
        };
    }

    private List<@Nullable Object> items(ColumnType item) {
        var items = new ArrayList<@Nullable Object>();
        for (int i = random.nextInt(4); i > 0; i--) {
            items.add(random.nextInt(6) == 0 ? null : value(item));
        }
        return items;
    }

    private String text(int letters) {
        var text = new StringBuilder();
        for (int i = 0; i < letters; i++) {
            text.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return text.toString();
    }

    private Expr constantOf(ColumnType type) {
        return constant(random.nextInt(15) == 0 ? null : value(type), type);
    }

    Expr condition(int depth) {
        if (depth > 0 && random.nextInt(2) == 0) {
            Operator operator = random.nextInt(3) == 0 ? Operator.OR : Operator.AND;
            var parts = new Expr[2 + random.nextInt(2)];
            Arrays.setAll(parts, _ -> condition(depth - 1));
            return call(operator, Simple.BOOLEAN, parts);
        }
        int ordinal = random.nextInt(TYPES.size());
        ColumnType type = TYPES.get(ordinal);
        Expr column = input(ordinal, type);
        if (random.nextInt(8) == 0) {
            return call(random.nextBoolean() ? Operator.IS_NULL : Operator.IS_NOT_NULL, Simple.BOOLEAN, column);
        }
        return switch (type) {
            case Simple.BOOLEAN -> truth(column);
            case ColumnType.Varchar _ -> ofText(column);
            case ColumnType.Array(ColumnType item) ->
                random.nextInt(6) == 0
                        ? call(Operator.EQ, Simple.BOOLEAN, column, constantOf(type))
                        : call(Operator.ARRAY_CONTAINS, Simple.BOOLEAN, column, constantOf(item));
            case ColumnType.Simple _, ColumnType.Decimal _, ColumnType.Vector _ -> compared(column);
        };
    }

    private Expr truth(Expr column) {
        return switch (random.nextInt(4)) {
            case 0 -> column;
            case 1 -> call(Operator.NOT, Simple.BOOLEAN, column);
            case 2 -> call(Operator.IS_FALSE, Simple.BOOLEAN, column);
            default -> call(Operator.IS_TRUE, Simple.BOOLEAN, column);
        };
    }

    private Expr ofText(Expr column) {
        return switch (random.nextInt(4)) {
            case 0 -> call(Operator.STARTS_WITH, Simple.BOOLEAN, column, constant(text(2), TEXT));
            case 1 -> {
                String[] patterns = {"%", "_%", "%a", "_", "", "%b%"};
                String pattern = text(random.nextInt(3)) + patterns[random.nextInt(patterns.length)];
                yield call(Operator.LIKE, Simple.BOOLEAN, column, constant(pattern, TEXT));
            }
            default -> compared(column);
        };
    }

    private Expr compared(Expr column) {
        ColumnType type = column.type();
        if (random.nextInt(4) == 0) {
            return call(Operator.IN, Simple.BOOLEAN, column, constantOf(type), constantOf(type), constantOf(type));
        }
        Operator[] operators = {
            Operator.EQ, Operator.EQ, Operator.LT, Operator.LE, Operator.GT, Operator.GE, Operator.NE
        };
        Operator operator = operators[random.nextInt(operators.length)];
        Expr left = widened(column);
        Expr right = constantOf(left.type());
        return random.nextBoolean()
                ? call(operator, Simple.BOOLEAN, left, right)
                : call(operator, Simple.BOOLEAN, right, left);
    }

    /// Sometimes under a cast, as the planner writes comparisons of two types.
    private Expr widened(Expr column) {
        if (random.nextInt(3) > 0) {
            return column;
        }
        return switch (column.type()) {
            case Simple.TINYINT -> call(Operator.CAST, Simple.INTEGER, column);
            case Simple.SMALLINT -> call(Operator.CAST, Simple.DOUBLE, column);
            case Simple.INTEGER -> call(Operator.CAST, new ColumnType.Decimal(12, 2), column);
            case Simple.BIGINT -> call(Operator.CAST, Simple.DOUBLE, column);
            case Simple.REAL -> call(Operator.CAST, Simple.DOUBLE, column);
            case ColumnType.Simple _,
                    ColumnType.Decimal _,
                    ColumnType.Varchar _,
                    ColumnType.Array _,
                    ColumnType.Vector _ -> column;
        };
    }
}
