package io.elanus.sql.plan.rule;

import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.filter.Operator;
import io.elanus.storage.type.ColumnType;
import io.elanus.storage.type.Metric;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A sort key that is a distance between a vector column and a constant, in whatever shape it is written: bare,
/// cast to another number, `1 - distance` or `-distance` descending, a similarity descending, scaled or shifted.
///
/// @param distance the bare distance within the key, over the fragment's inputs
/// @param column ordinal of the vector column among the inputs
/// @param query what it is compared with
record VectorSearch(Expr.Call distance, Metric metric, int column, Expr query) {

    /// Recognises a key whose first rows are the nearest ones. NULL vectors have no distance and are never among
    /// the nearest, whichever end of the order NULL takes by itself; who writes NULLS FIRST for an ascending key
    /// wants them.
    static Optional<VectorSearch> of(SortKey key) {
        return key.nullsFirst() && !key.descending() ? Optional.empty() : of(key.expr(), key.descending());
    }

    private static Optional<VectorSearch> of(Expr expr, boolean descending) {
        if (!(expr instanceof Expr.Call call)) {
            return Optional.empty();
        }
        List<Expr> arguments = call.arguments();
        return switch (call.operator()) {
            case CAST -> number(call.type()) ? of(arguments.getFirst(), descending) : Optional.empty();
            case NEGATE -> of(arguments.getFirst(), !descending);
            case SUBTRACT ->
                Exprs.constant(arguments.get(1))
                        ? of(arguments.get(0), descending)
                        : Exprs.constant(arguments.get(0)) ? of(arguments.get(1), !descending) : Optional.empty();
            case ADD ->
                Exprs.constant(arguments.get(1))
                        ? of(arguments.get(0), descending)
                        : Exprs.constant(arguments.get(0)) ? of(arguments.get(1), descending) : Optional.empty();
            case MULTIPLY -> scaled(arguments, descending);
            case DIVIDE ->
                sign(arguments.get(1)) == 0
                        ? Optional.empty()
                        : of(arguments.get(0), descending ^ sign(arguments.get(1)) < 0);
            case INNER_PRODUCT -> descending ? distance(call, Metric.IP) : Optional.empty();
            case BM25 -> descending ? score(call) : Optional.empty();
            default -> descending ? Optional.empty() : metric(call.operator()).flatMap(found -> distance(call, found));
        };
    }

    private static Optional<VectorSearch> scaled(List<Expr> arguments, boolean descending) {
        for (int i = 0; i < 2; i++) {
            int sign = sign(arguments.get(i));
            if (sign != 0) {
                return of(arguments.get(1 - i), descending ^ sign < 0);
            }
        }
        return Optional.empty();
    }

    private static boolean number(ColumnType type) {
        return type == ColumnType.Simple.DOUBLE || type == ColumnType.Simple.REAL;
    }

    /// 1 or -1 for a constant of that sign; 0 for anything else.
    private static int sign(Expr expr) {
        if (!(expr instanceof Expr.Constant constant) || constant.value().hasNull()) {
            return 0;
        }
        Object value = Literals.value(constant.value(), constant.type());
        return value instanceof Number number ? Integer.signum(new BigDecimal(number.toString()).signum()) : 0;
    }

    private static Optional<Metric> metric(Operator operator) {
        return switch (operator) {
            case L2_DISTANCE -> Optional.of(Metric.L2);
            case NEGATIVE_INNER_PRODUCT -> Optional.of(Metric.IP);
            case COSINE_DISTANCE -> Optional.of(Metric.COSINE);
            case L1_DISTANCE -> Optional.of(Metric.L1);
            case HAMMING_DISTANCE -> Optional.of(Metric.HAMMING);
            case JACCARD_DISTANCE -> Optional.of(Metric.JACCARD);
            default -> Optional.empty();
        };
    }

    private static Optional<VectorSearch> distance(Expr.Call call, Metric metric) {
        for (int i = 0; i < 2; i++) {
            Expr side = bare(call.arguments().get(i));
            Expr other = call.arguments().get(1 - i);
            if (side instanceof Expr.Input input && Exprs.constant(other)) {
                return Optional.of(new VectorSearch(call, metric, input.ordinal(), other));
            }
        }
        return Optional.empty();
    }

    /// The query of a text search is the call itself without its text.
    private static Optional<VectorSearch> score(Expr.Call call) {
        List<Expr> arguments = call.arguments();
        boolean searched = arguments.getFirst() instanceof Expr.Input
                && arguments.stream().skip(1).allMatch(Exprs::constant);
        if (!searched || !(arguments.getFirst() instanceof Expr.Input input)) {
            return Optional.empty();
        }
        var others = new ArrayList<>(arguments);
        others.set(0, new Expr.Constant(Literals.NULL, input.type()));
        var query = new Expr.Call(call.operator(), others, call.type());
        return Optional.of(new VectorSearch(call, Metric.BM25, input.ordinal(), query));
    }

    /// The column below a cast that keeps its vectors as they are.
    private static Expr bare(Expr side) {
        return side instanceof Expr.Call call
                        && call.operator() == Operator.CAST
                        && call.type().equals(call.arguments().getFirst().type())
                ? call.arguments().getFirst()
                : side;
    }

    /// Is the key the negative of the distance that it is searched by?
    boolean similarity() {
        return distance.operator() == Operator.INNER_PRODUCT || distance.operator() == Operator.BM25;
    }

    /// What the search's own distance column stands for: `INNER_PRODUCT` and `BM25` are the negative of it.
    Expr distanceColumn(int ordinal) {
        Expr column = new Expr.Input(ordinal, ColumnType.Simple.DOUBLE);
        return similarity() ? new Expr.Call(Operator.NEGATE, List.of(column), ColumnType.Simple.DOUBLE) : column;
    }
}
