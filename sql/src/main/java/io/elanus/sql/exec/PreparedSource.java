package io.elanus.sql.exec;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.plan.Plan;
import io.elanus.storage.filter.Literals;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A plan with subqueries that are used as values: at the first pull these run, one after the other, and the plan
/// begins with what they gave. All of them read at the statement's read point and within its memory and time.
final class PreparedSource implements RowSource {
    private final Plan.Prepared plan;
    private final Executor executor;
    private final QueryContext context;
    private @Nullable RowSource input;

    PreparedSource(Plan.Prepared plan, Executor executor, QueryContext context) {
        this.plan = plan;
        this.executor = executor;
        this.context = context;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        RowSource started = input;
        if (started == null) {
            for (Plan.Value value : plan.values()) {
                context.give(value.parameter(), read(value.rows()));
            }
            started = executor.run(plan.input(), context);
            input = started;
        }
        return started.next();
    }

    /// The plan has one row at most. It is run to its end, which is where some operators find errors.
    private Literal read(Plan rows) {
        Literal value = Literals.NULL;
        try (RowSource source = executor.run(rows, context)) {
            for (VectorSchemaRoot batch = source.next(); batch != null; batch = source.next()) {
                try (VectorSchemaRoot owned = batch) {
                    value = Literals.read(
                            owned.getVector(0), 0, rows.columns().getFirst().type());
                }
            }
        }
        return value;
    }

    @Override
    public void close() {
        if (input != null) {
            input.close();
        }
    }
}
