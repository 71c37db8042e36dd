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
            if (wanted.isEmpty() || !keepsOrder(call)) {
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

    private static boolean keepsOrder(AggregateCall call) {
        AggregateFunction function = function(call);
        return function == AggregateFunction.ARRAY_AGG || function == AggregateFunction.STRING_AGG;
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
        if (numbers(function)) {
            arguments.set(0, number(arguments.getFirst()));
        }
        Optional<Expr> filter = call.filterArg < 0 ? Optional.empty() : Optional.of(inputs.get(call.filterArg));
        boolean distinct = call.isDistinct() && function != AggregateFunction.APPROX_COUNT_DISTINCT;
        ColumnType type = function.resultType(arguments.stream().map(Expr::type).toList());
        return new io.elanus.storage.compute.AggregateCall(function, arguments, filter, distinct, type);
    }

    private static boolean numbers(AggregateFunction function) {
        return switch (function) {
            case STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP -> true;
            case COUNT,
                    SUM,
                    SUM0,
                    AVG,
                    MIN,
                    MAX,
                    BOOL_AND,
                    BOOL_OR,
                    ANY_VALUE,
                    SINGLE_VALUE,
                    ARRAY_AGG,
                    STRING_AGG,
                    APPROX_COUNT_DISTINCT -> false;
        };
    }

    private static Expr number(Expr argument) {
        return Coercion.cast(argument, ColumnType.Simple.DOUBLE);
    }

    private static AggregateFunction function(AggregateCall call) {
        String name = call.getAggregation().getName().toUpperCase(Locale.ROOT);
        return switch (name) {
            case "COUNT" ->
                call.isApproximate() && call.isDistinct()
                        ? AggregateFunction.APPROX_COUNT_DISTINCT
                        : AggregateFunction.COUNT;
            case "APPROX_COUNT_DISTINCT" -> AggregateFunction.APPROX_COUNT_DISTINCT;
            case "SUM" -> AggregateFunction.SUM;
            case "$SUM0" -> AggregateFunction.SUM0;
            case "AVG" -> AggregateFunction.AVG;
            case "MIN" -> AggregateFunction.MIN;
            case "MAX" -> AggregateFunction.MAX;
            case "STDDEV_POP" -> AggregateFunction.STDDEV_POP;
            case "STDDEV_SAMP", "STDDEV" -> AggregateFunction.STDDEV_SAMP;
            case "VAR_POP" -> AggregateFunction.VAR_POP;
            case "VAR_SAMP", "VARIANCE" -> AggregateFunction.VAR_SAMP;
            case "BOOL_AND", "EVERY", "LOGICAL_AND" -> AggregateFunction.BOOL_AND;
            case "BOOL_OR", "SOME", "LOGICAL_OR" -> AggregateFunction.BOOL_OR;
            case "ANY_VALUE" -> AggregateFunction.ANY_VALUE;
            case "SINGLE_VALUE" -> AggregateFunction.SINGLE_VALUE;
            case "LITERAL_AGG" -> AggregateFunction.COUNT;
            case "ARRAY_AGG" -> AggregateFunction.ARRAY_AGG;
            case "STRING_AGG", "LISTAGG" -> AggregateFunction.STRING_AGG;
            default ->
                throw ExprTranslator.unsupported("Aggregate function [%s]".formatted(name.toLowerCase(Locale.ROOT)));
        };
    }

    static ColumnType text() {
        return Types.TEXT;
    }
}
