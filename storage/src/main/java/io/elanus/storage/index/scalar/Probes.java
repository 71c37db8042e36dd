package io.elanus.storage.index.scalar;

import io.elanus.storage.filter.Cells;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.LikePattern;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.index.scalar.ScalarIndex.Span;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// From conditions to [Probe]s, as far as indexes can answer them. A condition is asked for the rows for which it is
/// TRUE: FALSE and NULL are one here.
final class Probes {
    private final IntFunction<@Nullable ScalarIndex> indexes;

    /// @param indexes of the columns by input ordinal
    Probes(IntFunction<@Nullable ScalarIndex> indexes) {
        this.indexes = indexes;
    }

    /// A column with an index, whose values an expression does not put in another order.
    private record Indexed(int input, ScalarIndex index, ColumnType type) {}

    /// Null when indexes cannot tell.
    @Nullable
    Probe of(Expr condition) {
        return switch (condition) {
            case Expr.Call call -> of(call);
            case Expr.Input input -> truth(input, true);
            case Expr.Constant _, Expr.Parameter _ -> null;
        };
    }

    private @Nullable Probe of(Expr.Call call) {
        List<Expr> arguments = call.arguments();
        return switch (call.operator()) {
            case AND -> all(arguments);
            case OR -> either(arguments);
            case NOT, IS_FALSE -> truth(arguments.getFirst(), false);
            case IS_TRUE -> of(arguments.getFirst());
            case IS_NULL -> {
                Indexed column = column(arguments.getFirst());
                yield column == null ? null : new Probe.Nulls(column.input(), column.index());
            }
            case IS_NOT_NULL -> {
                Indexed column = column(arguments.getFirst());
                yield column == null ? null : new Probe.NotNulls(column.input(), column.index());
            }
            case EQ, LT, LE, GT, GE ->
                arguments.getFirst() instanceof Expr.Constant
                        ? compare(call.operator().mirrored(), arguments.get(1), arguments.getFirst())
                        : compare(call.operator(), arguments.getFirst(), arguments.get(1));
            case IN -> in(arguments);
            case LIKE -> like(arguments);
            case STARTS_WITH -> startsWith(arguments);
            case ARRAY_CONTAINS -> contains(arguments);
            default -> null;
        };
    }

    private @Nullable Probe all(List<Expr> conditions) {
        var parts = new ArrayList<Probe>();
        boolean whole = true;
        for (Expr condition : conditions) {
            Probe part = of(condition);
            if (part == null) {
                whole = false;
            } else {
                add(parts, part);
            }
        }
        return parts.isEmpty() ? null : new Probe.All(List.copyOf(parts), whole);
    }

    /// Two bounds of one column become one range.
    static void add(List<Probe> parts, Probe part) {
        for (int i = 0; i < parts.size(); i++) {
            if (parts.get(i) instanceof Probe.Values range && range.mayJoin(part)) {
                parts.set(i, range.join((Probe.Values) part));
                return;
            }
        }
        parts.add(part);
    }

    private @Nullable Probe either(List<Expr> conditions) {
        var parts = new ArrayList<Probe>();
        for (Expr condition : conditions) {
            Probe part = of(condition);
            if (part == null) {
                return null;
            }
            parts.add(part);
        }
        return new Probe.Either(List.copyOf(parts));
    }

    private @Nullable Probe truth(Expr expr, boolean value) {
        Indexed column = expr.type() == Simple.BOOLEAN ? scalar(expr) : null;
        return column == null ? null : values(column, List.of(KeySet.Range.only(value)), true);
    }

    private static Probe values(Indexed column, List<? extends KeySet> sets, boolean exact) {
        List<Span> spans = sets.stream().map(column.index()::find).toList();
        return new Probe.Values(column.input(), column.index(), spans, exact);
    }

    private @Nullable Probe compare(Operator operator, Expr left, Expr right) {
        Indexed column = scalar(left);
        if (column == null || !(right instanceof Expr.Constant constant)) {
            return null;
        }
        Object cell = Cells.fromLiteral(constant.value(), constant.type());
        if (cell == null) {
            return values(column, List.of(), true);
        }
        return values(
                column,
                List.of(
                        switch (operator) {
                            case LT -> new KeySet.Range(null, false, cell, true);
                            case LE -> new KeySet.Range(null, false, cell, false);
                            case GT -> new KeySet.Range(cell, true, null, false);
                            case GE -> new KeySet.Range(cell, false, null, false);
                            default -> KeySet.Range.only(cell);
                        }),
                true);
    }

    private @Nullable Probe in(List<Expr> arguments) {
        Indexed column = scalar(arguments.getFirst());
        if (column == null) {
            return null;
        }
        var sets = new ArrayList<KeySet>();
        for (Expr value : arguments.subList(1, arguments.size())) {
            if (!(value instanceof Expr.Constant constant)) {
                return null;
            }
            Object cell = Cells.fromLiteral(constant.value(), constant.type());
            if (cell != null) {
                sets.add(KeySet.Range.only(cell));
            }
        }
        return values(column, sets, true);
    }

    private @Nullable Probe like(List<Expr> arguments) {
        Indexed column = scalar(arguments.getFirst());
        String pattern = text(arguments.get(1));
        String escape = arguments.size() > 2 ? text(arguments.get(2)) : "\\";
        if (column == null || pattern == null || escape == null) {
            return null;
        }
        LikePattern parsed = LikePattern.of(pattern, escape);
        String prefix = parsed.prefix();
        return prefix.isEmpty() ? null : values(column, List.of(new KeySet.Prefix(prefix)), parsed.onlyPrefix());
    }

    private @Nullable Probe startsWith(List<Expr> arguments) {
        Indexed column = scalar(arguments.getFirst());
        String prefix = text(arguments.get(1));
        return column == null || prefix == null ? null : values(column, List.of(new KeySet.Prefix(prefix)), true);
    }

    private static @Nullable String text(Expr expr) {
        return expr instanceof Expr.Constant constant && constant.value().hasText()
                ? constant.value().getText()
                : null;
    }

    private @Nullable Probe contains(List<Expr> arguments) {
        Indexed column = column(arguments.getFirst());
        if (column == null
                || !(column.type() instanceof ColumnType.Array(ColumnType item))
                || !(arguments.get(1) instanceof Expr.Constant constant)
                || !KeyForm.of(constant.type()).equals(KeyForm.of(item))) {
            return null;
        }
        Object cell = Cells.fromLiteral(constant.value(), constant.type());
        return values(column, cell == null ? List.of() : List.of(KeySet.Range.only(cell)), true);
    }

    private @Nullable Indexed column(Expr expr) {
        if (!(expr instanceof Expr.Input(int ordinal, ColumnType type))) {
            return null;
        }
        ScalarIndex index = indexes.apply(ordinal);
        return index == null ? null : new Indexed(ordinal, index, type);
    }

    /// The column itself, or a cast of it that keeps the order of its values.
    private @Nullable Indexed scalar(Expr expr) {
        Expr inner = expr;
        if (expr instanceof Expr.Call(Operator operator, List<Expr> arguments, ColumnType to)
                && operator == Operator.CAST
                && arguments.size() == 1
                && keepsOrder(arguments.getFirst().type(), to)) {
            inner = arguments.getFirst();
        }
        Indexed column = column(inner);
        return column == null || column.index().ofItems() ? null : column;
    }

    /// Never fails, and never turns two values round; it may make two values one.
    private static boolean keepsOrder(ColumnType from, ColumnType to) {
        return switch (to) {
            case ColumnType.Varchar(int most) -> from instanceof ColumnType.Varchar(int length) && length <= most;
            case ColumnType.Decimal(int precision, int scale) -> digits(from) > 0 && digits(from) <= precision - scale;
            case Simple.DOUBLE -> digits(from) > 0 || from == Simple.REAL;
            case Simple.SMALLINT, Simple.INTEGER, Simple.BIGINT ->
                from instanceof Simple && digits(from) > 0 && digits(from) <= digits(to);
            case Simple _, ColumnType.Array _, ColumnType.Vector _ -> false;
        };
    }

    /// Digits of the whole numbers of a type; 0 for other types.
    private static int digits(ColumnType type) {
        return switch (type) {
            case Simple.TINYINT -> 3;
            case Simple.SMALLINT -> 5;
            case Simple.INTEGER -> 10;
            case Simple.BIGINT -> 19;
            case Simple _, ColumnType.Varchar _, ColumnType.Decimal _, ColumnType.Array _, ColumnType.Vector _ -> 0;
        };
    }
}
