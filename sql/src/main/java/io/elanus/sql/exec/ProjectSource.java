package io.elanus.sql.exec;

import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Projection;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Expressions over every row.
final class ProjectSource implements RowSource {
    private final RowSource input;
    private final Projection projection;
    private final QueryContext context;

    ProjectSource(RowSource input, List<Expr> exprs, List<PlanColumn> columns, QueryContext context) {
        this.input = input;
        this.projection =
                new Projection(exprs, columns.stream().map(PlanColumn::name).toList());
        this.context = context;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        context.check();
        VectorSchemaRoot batch = input.next();
        if (batch == null) {
            return null;
        }
        try (batch) {
            return projection.project(batch, context.allocator());
        }
    }

    @Override
    public boolean isReady() {
        return input.isReady();
    }

    @Override
    public void close() {
        input.close();
    }
}
