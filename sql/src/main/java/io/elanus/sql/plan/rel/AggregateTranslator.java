package io.elanus.sql.plan.rel;

import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.rule.Pushdown;
import io.elanus.sql.type.Types;
import io.elanus.storage.compute.AggregateFunction;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.calcite.rel.RelFieldCollation;
import org.apache.calcite.rel.core.Aggregate;
import org.apache.calcite.rel.core.AggregateCall;
import org.apache.calcite.sql.SqlKind;
import org.apache.calcite.util.ImmutableBitSet;

/// GROUP BY and aggregate functions.
final class AggregateTranslator {
    private final Pushdown pushdown;
    private final PlanTranslator plans;

    AggregateTranslator(Pushdown pushdown, PlanTranslator plans) {
        this.pushdown = pushdown;
        this.plans = plans;
    }

    Plan translate(Aggregate aggregate, Plan input) {
        if (aggregate.getGroupType() == Aggregate.Group.SIMPLE) {
            return group(aggregate, aggregate.getGroupSet(), input);
        }
        var sets = new ArrayList<Plan>();
        for (ImmutableBitSet set : aggregate.getGroupSets()) {
            sets.add(group(aggregate, set, input));
        }
        return new Plan.Union(sets, true);
    }

    /// The groups of one grouping set; keys that are not in it are NULL.
    private Plan group(Aggregate aggregate, ImmutableBitSet set, Plan unordered) {
        Plan input = ordered(aggregate, unordered);
        List<Expr> inputs = PlanColumn.inputs(input.columns());
        List<String> names = aggregate.getRowType().getFieldNames();
        var keys = new ArrayList<Expr>();
        set.forEach(ordinal -> keys.add(inputs.get(ordinal)));
        var calls = new ArrayList<io.elanus.storage.compute.AggregateCall>();
        for (AggregateCall call : aggregate.getAggCallList()) {
            if (!grouping(call)) {
                calls.add(call(call, inputs));
            }
        }
        var columns = new ArrayList<PlanColumn>();
        for (int i = 0; i < keys.size(); i++) {
            columns.add(new PlanColumn("k" + i, keys.get(i).type()));
        }
        for (int i = 0; i < calls.size(); i++) {
            columns.add(new PlanColumn("a" + i, calls.get(i).type()));
        }
        Plan grouped = pushdown.aggregate(input, keys, calls, columns);
        return shaped(aggregate, set, grouped, columns, names);
    }

    /// Groups take their rows as they come: in the order that an aggregate function wants them.
    private Plan ordered(Aggregate aggregate, Plan input) {
        List<RelFieldCollation> order = List.of();
        for (AggregateCall call : aggregate.getAggCallList()) {
            List<RelFieldCollation> wanted = call.getCollation().getFieldCollations();
            if (wanted.isEmpty() || !function(call).keepsOrder()) {
                continue;
            }
            if (!order.isEmpty() && !order.equals(wanted)) {
                throw ExprTranslator.unsupported("ORDER BY of several aggregate functions by different things");
            }
            order = wanted;
        }
        return order.isEmpty()
                ? input
                : pushdown.sort(
                        input,
                        PlanTranslator.keys(order, PlanColumn.inputs(input.columns())),
                        Optional.empty(),
                        Optional.empty());
    }

    /// Puts keys and results where the row type has them, at its types.
    private Plan shaped(
            Aggregate aggregate, ImmutableBitSet set, Plan grouped, List<PlanColumn> columns, List<String> names) {
        List<ColumnType> types = PlanTranslator.types(aggregate.getRowType());
        Map<Integer, Integer> keyAt = new HashMap<>();
        set.forEach(ordinal -> keyAt.put(ordinal, keyAt.size()));
        var exprs = new ArrayList<Expr>();
        for (int ordinal : aggregate.getGroupSet()) {
            Integer at = keyAt.get(ordinal);
            exprs.add(
                    at == null
                            ? PlanTranslator.nullOf(types.get(exprs.size()))
                            : new Expr.Input(at, columns.get(at).type()));
        }
        int at = set.cardinality();
        for (AggregateCall call : aggregate.getAggCallList()) {
            if (grouping(call)) {
                exprs.add(Coercion.cast(missing(call, set), types.get(exprs.size())));
                continue;
            }
            if (call.getAggregation().getKind() == SqlKind.LITERAL_AGG) {
                exprs.add(Coercion.cast(plans.constant(call.rexList.get(0)), types.get(exprs.size())));
            } else {
                exprs.add(Coercion.cast(new Expr.Input(at, columns.get(at).type()), types.get(exprs.size())));
            }
            at++;
        }
        return pushdown.project(grouped, exprs, names);
    }

    /// GROUPING: it is the same for all groups of one set, so nobody computes it.
    private static boolean grouping(AggregateCall call) {
        return call.getAggregation().getKind() == SqlKind.GROUPING;
    }

    /// One bit per argument, the last the lowest: 1 where the argument is not in the set.
    private static Expr missing(AggregateCall call, ImmutableBitSet set) {
        long bits = 0;
        for (int ordinal : call.getArgList()) {
            bits = bits << 1 | (set.get(ordinal) ? 0 : 1);
        }
        return new Expr.Constant(Literals.of(bits, ColumnType.Simple.BIGINT), ColumnType.Simple.BIGINT);
    }

    io.elanus.storage.compute.AggregateCall call(AggregateCall call, List<Expr> inputs) {
        AggregateFunction function = function(call);
        var arguments = new ArrayList<Expr>();
        if (call.getAggregation().getKind() != SqlKind.LITERAL_AGG) {
            call.getArgList().forEach(ordinal -> arguments.add(inputs.get(ordinal)));
        }
        if (function == AggregateFunction.COUNT && arguments.size() > 1) {
            throw ExprTranslator.unsupported("COUNT of several columns");
        }
        if (function == AggregateFunction.STRING_AGG && arguments.size() == 1) {
            arguments.add(ExprTranslator.text(","));
        }
        takenAs(function, arguments);
        Optional<Expr> filter = call.filterArg < 0 ? Optional.empty() : Optional.of(inputs.get(call.filterArg));
        boolean distinct = call.isDistinct() && function != AggregateFunction.APPROX_COUNT_DISTINCT;
        ColumnType type = function.resultType(arguments.stream().map(Expr::type).toList());
        return new io.elanus.storage.compute.AggregateCall(function, arguments, filter, distinct, type);
    }

    /// Casts arguments to the types that the function is computed with.
    static void takenAs(AggregateFunction function, List<Expr> arguments) {
        for (int i = 0; i < function.doubles(); i++) {
            arguments.set(i, Coercion.cast(arguments.get(i), ColumnType.Simple.DOUBLE));
        }
        if (function == AggregateFunction.PERCENTILE_CONT || function == AggregateFunction.PERCENTILE_DISC) {
            boolean several = arguments.get(1).type() instanceof ColumnType.Array;
            ColumnType one = ColumnType.Simple.DOUBLE;
            arguments.set(1, Coercion.cast(arguments.get(1), several ? new ColumnType.Array(one) : one));
        }
        if (function == AggregateFunction.JSON_OBJECT_AGG) {
            arguments.set(0, Coercion.cast(arguments.getFirst(), Types.TEXT));
        }
    }

    private static AggregateFunction function(AggregateCall call) {
        String name = call.getAggregation().getName().toUpperCase(Locale.ROOT);
        if (name.equals("COUNT") && call.isApproximate() && call.isDistinct()) {
            return AggregateFunction.APPROX_COUNT_DISTINCT;
        }
        return named(name)
                .orElseThrow(() ->
                        ExprTranslator.unsupported("Aggregate function [%s]".formatted(name.toLowerCase(Locale.ROOT))));
    }

    /// The function that Calcite's operator of this name means.
    static Optional<AggregateFunction> named(String name) {
        return switch (name) {
            case "$SUM0" -> Optional.of(AggregateFunction.SUM0);
            case "STDDEV" -> Optional.of(AggregateFunction.STDDEV_SAMP);
            case "VARIANCE" -> Optional.of(AggregateFunction.VAR_SAMP);
            case "EVERY", "LOGICAL_AND" -> Optional.of(AggregateFunction.BOOL_AND);
            case "SOME", "LOGICAL_OR" -> Optional.of(AggregateFunction.BOOL_OR);
            case "LITERAL_AGG" -> Optional.of(AggregateFunction.COUNT);
            case "LISTAGG" -> Optional.of(AggregateFunction.STRING_AGG);
            default ->
                Arrays.stream(AggregateFunction.values())
                        .filter(function -> function.name().equals(name))
                        .findAny();
        };
    }

    static ColumnType text() {
        return Types.TEXT;
    }
}
