package io.elanus.sql.exec;

import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.HashAggregator;
import io.elanus.storage.filter.Expr;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Groups its input: rows, or the partial states of the shards.
final class AggregateSource implements RowSource {
    private final RowSource input;
    private final HashAggregator groups;
    private final boolean partials;
    private final List<String> names;
    private final QueryContext context;
    private boolean filled;

    AggregateSource(Plan.Aggregate plan, RowSource input, QueryContext context) {
        this(input, aggregator(plan.keys(), plan.calls(), context), false, plan.columns(), context);
    }

    private AggregateSource(
            RowSource input, HashAggregator groups, boolean partials, List<PlanColumn> columns, QueryContext context) {
        this.input = input;
        this.groups = groups;
        this.partials = partials;
        this.names = columns.stream().map(PlanColumn::name).toList();
        this.context = context;
    }

    static AggregateSource ofPartials(
            RowSource input,
            List<Expr> keys,
            List<AggregateCall> calls,
            List<PlanColumn> columns,
            QueryContext context) {
        return new AggregateSource(input, aggregator(keys, calls, context), true, columns, context);
    }

    private static HashAggregator aggregator(List<Expr> keys, List<AggregateCall> calls, QueryContext context) {
        return new HashAggregator(
                Executor.bind(keys, context),
                calls.stream().map(call -> call.bind(context.parameters())).toList(),
                context.allocator());
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        if (!filled) {
            fill();
            filled = true;
        }
        context.check();
        return groups.nextResult(names, QueryContext.BATCH_ROWS);
    }

    private void fill() {
        for (VectorSchemaRoot batch = input.next(); batch != null; batch = input.next()) {
            try (VectorSchemaRoot rows = batch) {
                context.check();
                if (partials) {
                    groups.merge(rows);
                } else {
                    groups.add(rows);
                }
            }
        }
        input.close();
    }

    @Override
    public void close() {
        groups.close();
        input.close();
    }
}
