package io.elanus.sql.plan.rel;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.type.Types;
import io.elanus.storage.StorageException;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.List;

/// Casts between column types, written out in expressions, and the types that two sides of an operator meet at.
public final class Coercion {
    private Coercion() {}

    /// The expression at this type: itself when it has it, a constant converted now, else a CAST.
    public static Expr cast(Expr expr, ColumnType type) {
        if (same(expr.type(), type)) {
            return expr;
        }
        return switch (expr) {
            case Expr.Constant constant -> new Expr.Constant(convert(constant, type), type);
            case Expr.Call(Operator operator, List<Expr> items, ColumnType _)
            when operator == Operator.ARRAY_VALUE && type instanceof ColumnType.Vector && constants(items) ->
                new Expr.Constant(Literals.of(values(items), type), type);
            case Expr.Input _, Expr.Parameter _, Expr.Call _ -> new Expr.Call(Operator.CAST, List.of(expr), type);
        };
    }

    private static Literal convert(Expr.Constant constant, ColumnType type) {
        if (constant.value().hasNull()) {
            return constant.value();
        }
        Object value = Literals.value(constant.value(), constant.type());
        if (value instanceof String text && !(type instanceof ColumnType.Varchar)) {
            return Literals.parse(text, type);
        }
        return Literals.evaluate(new Expr.Call(Operator.CAST, List.of(constant), type));
    }

    /// Do both types store and compare alike? The length of a text does not matter to reading it.
    static boolean same(ColumnType from, ColumnType to) {
        return from.equals(to)
                || from instanceof ColumnType.Varchar(int had)
                        && to instanceof ColumnType.Varchar(int wanted)
                        && had <= wanted;
    }

    static boolean constants(List<Expr> exprs) {
        return exprs.stream().allMatch(Expr.Constant.class::isInstance);
    }

    private static List<Object> values(List<Expr> items) {
        var values = new java.util.ArrayList<Object>();
        for (Expr item : items) {
            values.add(Literals.value(((Expr.Constant) item).value(), item.type()));
        }
        return values;
    }

    /// The expression's value when it has no inputs and no parameters; itself when computing it fails, so that the
    /// error comes when, and only if, the statement runs.
    static Expr fold(Expr.Call call) {
        boolean open = call.arguments().isEmpty() || call.operator() == Operator.ARRAY_VALUE;
        if (open || call.operator().varies() || !constants(call.arguments())) {
            return call;
        }
        try {
            return new Expr.Constant(Literals.evaluate(call), call.type());
        } catch (StorageException e) {
            return call;
        }
    }

    /// The type at which values of both types are compared.
    public static ColumnType common(ColumnType a, ColumnType b) {
        if (a.equals(b)) {
            return a;
        }
        if (a instanceof ColumnType.Varchar) {
            return b instanceof ColumnType.Varchar ? Types.TEXT : b == Simple.JSON ? Types.TEXT : b;
        }
        if (b instanceof ColumnType.Varchar) {
            return a == Simple.JSON ? Types.TEXT : a;
        }
        if (rank(a) > 0 && rank(b) > 0) {
            return numeric(a, b);
        }
        if (a == Simple.DATE && temporal(b)) {
            return b;
        }
        if (b == Simple.DATE && temporal(a)) {
            return a;
        }
        if (temporal(a) && temporal(b)) {
            return Simple.TIMESTAMP_TZ;
        }
        if (a instanceof ColumnType.Vector) {
            return a;
        }
        return b instanceof ColumnType.Vector ? b : a;
    }

    private static boolean temporal(ColumnType type) {
        return type == Simple.TIMESTAMP || type == Simple.TIMESTAMP_TZ;
    }

    private static ColumnType numeric(ColumnType a, ColumnType b) {
        if (a instanceof ColumnType.Decimal || b instanceof ColumnType.Decimal) {
            if (rank(a) >= rank(Simple.REAL) || rank(b) >= rank(Simple.REAL)) {
                return Simple.DOUBLE;
            }
            int scale = Math.max(scale(a), scale(b));
            int digits = Math.max(precision(a) - scale(a), precision(b) - scale(b));
            return new ColumnType.Decimal(Math.min(digits + scale, ColumnType.Decimal.MAX_PRECISION), scale);
        }
        boolean mixed = (a == Simple.REAL) != (b == Simple.REAL);
        if (mixed && rank(a) != rank(Simple.DOUBLE) && rank(b) != rank(Simple.DOUBLE)) {
            return Simple.DOUBLE;
        }
        return rank(a) >= rank(b) ? a : b;
    }

    private static int scale(ColumnType type) {
        return type instanceof ColumnType.Decimal decimal ? decimal.scale() : 0;
    }

    private static int precision(ColumnType type) {
        return type instanceof ColumnType.Decimal decimal ? decimal.precision() : 19;
    }

    /// Where a numeric type stands among the others; 0 for a type that is none.
    static int rank(ColumnType type) {
        return switch (type) {
            case Simple.TINYINT -> 1;
            case Simple.SMALLINT -> 2;
            case Simple.INTEGER -> 3;
            case Simple.BIGINT -> 4;
            case ColumnType.Decimal _ -> 5;
            case Simple.REAL -> 6;
            case Simple.DOUBLE -> 7;
            case Simple _, ColumnType.Varchar _, ColumnType.Array _, ColumnType.Vector _ -> 0;
        };
    }

    static boolean integer(ColumnType type) {
        return rank(type) >= 1 && rank(type) <= 4;
    }
}
