package io.elanus.sql.plan.rel;

import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.WindowCall;
import io.elanus.sql.plan.WindowCall.Frame;
import io.elanus.sql.plan.WindowCall.Ranking.Function;
import io.elanus.sql.plan.rule.Pushdown;
import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.AggregateFunction;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.calcite.rel.core.Window;
import org.apache.calcite.rex.RexInputRef;
import org.apache.calcite.rex.RexNode;

/// Window functions: one [Plan.Window] per group of calls with the same partition and order.
final class WindowTranslator {
    private final PlanTranslator plans;

    WindowTranslator(PlanTranslator plans) {
        this.plans = plans;
    }

    Plan translate(Window window, Plan input) {
        int inputWidth = input.columns().size();
        Plan current = input;
        for (Window.Group group : window.groups) {
            List<Expr> inputs = PlanColumn.inputs(current.columns());
            var constants = new Constants(window, inputWidth, inputs);
            var partition = new ArrayList<Expr>();
            group.keys.forEach(ordinal -> partition.add(inputs.get(ordinal)));
            var order = PlanTranslator.keys(group.orderKeys.getFieldCollations(), inputs);
            var calls = new ArrayList<WindowCall>();
            var columns = new ArrayList<>(current.columns());
            for (Window.RexWinAggCall call : group.aggCalls) {
                WindowCall translated = call(call, group, constants, inputs);
                calls.add(translated);
                columns.add(new PlanColumn("w" + columns.size(), translated.type()));
            }
            current = new Plan.Window(current, partition, order, calls, columns);
        }
        return shaped(window, current);
    }

    /// The results at the types that the row type has for them.
    private Plan shaped(Window window, Plan plan) {
        List<ColumnType> types = PlanTranslator.types(window.getRowType());
        var exprs = new ArrayList<Expr>();
        for (int i = 0; i < types.size(); i++) {
            exprs.add(Coercion.cast(new Expr.Input(i, plan.columns().get(i).type()), types.get(i)));
        }
        return new Pushdown(
                        io.elanus.sql.parser.ParsedStatement.SearchMode.DEFAULT,
                        java.util.Map.of(),
                        Pushdown.Indexes.NONE)
                .project(plan, exprs, window.getRowType().getFieldNames());
    }

    /// Arguments of window calls: columns of the input, or the window's constants behind them.
    private final class Constants {
        private final Window window;
        private final int inputWidth;
        private final List<Expr> inputs;

        Constants(Window window, int inputWidth, List<Expr> inputs) {
            this.window = window;
            this.inputWidth = inputWidth;
            this.inputs = inputs;
        }

        Expr argument(RexNode node) {
            if (node instanceof RexInputRef ref) {
                return ref.getIndex() < inputWidth
                        ? inputs.get(ref.getIndex())
                        : plans.constant(window.constants.get(ref.getIndex() - inputWidth));
            }
            return plans.constant(node);
        }

        long number(RexNode node) {
            Expr expr = argument(node);
            if (expr instanceof Expr.Constant constant && !constant.value().hasNull()) {
                return ((Expr.Constant) Coercion.cast(constant, ColumnType.Simple.BIGINT))
                        .value()
                        .getInt64();
            }
            throw ExprTranslator.unsupported("A window offset that is not a constant");
        }
    }

    private WindowCall call(Window.RexWinAggCall call, Window.Group group, Constants constants, List<Expr> inputs) {
        Frame frame = new FrameTranslator(group, constants::argument, inputs).frame();
        String name = call.getOperator().getName().toUpperCase(Locale.ROOT);
        var arguments = new ArrayList<Expr>();
        call.operands.forEach(operand -> arguments.add(constants.argument(operand)));
        return switch (name) {
            case "ROW_NUMBER" -> new WindowCall.Ranking(Function.ROW_NUMBER, List.of());
            case "RANK" -> new WindowCall.Ranking(Function.RANK, List.of());
            case "DENSE_RANK" -> new WindowCall.Ranking(Function.DENSE_RANK, List.of());
            case "PERCENT_RANK" -> new WindowCall.Ranking(Function.PERCENT_RANK, List.of());
            case "CUME_DIST" -> new WindowCall.Ranking(Function.CUME_DIST, List.of());
            case "NTILE" -> new WindowCall.Ranking(Function.NTILE, arguments);
            case "LEAD", "LAG" -> shifted(name.equals("LEAD"), call, constants, arguments);
            case "FIRST_VALUE" -> new WindowCall.Nth(arguments.getFirst(), 1, frame, call.ignoreNulls);
            case "LAST_VALUE" -> new WindowCall.Nth(arguments.getFirst(), -1, frame, call.ignoreNulls);
            case "NTH_VALUE" ->
                new WindowCall.Nth(
                        arguments.getFirst(), constants.number(call.operands.get(1)), frame, call.ignoreNulls);
            default -> new WindowCall.Aggregated(aggregate(name, arguments, call.distinct), frame);
        };
    }

    private static WindowCall shifted(
            boolean lead, Window.RexWinAggCall call, Constants constants, List<Expr> arguments) {
        long offset = call.operands.size() > 1 ? constants.number(call.operands.get(1)) : 1;
        Expr value = arguments.getFirst();
        Expr otherwise = arguments.size() > 2
                ? Coercion.cast(arguments.get(2), value.type())
                : PlanTranslator.nullOf(value.type());
        return new WindowCall.Shifted(value, lead ? offset : -offset, otherwise, call.ignoreNulls);
    }

    private static AggregateCall aggregate(String name, List<Expr> arguments, boolean distinct) {
        AggregateFunction function = AggregateTranslator.named(name)
                .filter(WindowTranslator::overFrames)
                .orElseThrow(() ->
                        ExprTranslator.unsupported("Window function [%s]".formatted(name.toLowerCase(Locale.ROOT))));
        if (function == AggregateFunction.STRING_AGG && arguments.size() == 1) {
            arguments.add(ExprTranslator.text(","));
        }
        AggregateTranslator.takenAs(function, arguments);
        ColumnType type = function.resultType(arguments.stream().map(Expr::type).toList());
        return new AggregateCall(function, arguments, Optional.empty(), distinct, type);
    }

    /// As PostgreSQL has it, those that sort their values are none; nor are those of the planner.
    private static boolean overFrames(AggregateFunction function) {
        return !function.sorts() && function != AggregateFunction.SINGLE_VALUE;
    }
}
