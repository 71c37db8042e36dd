package io.elanus.sql.exec;

import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.compute.RowAppender;
import io.elanus.storage.compute.UnnestedItems;
import io.elanus.storage.filter.Evaluator;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// UNNEST: each row of the input beside each item of its arrays, a batch at a time, however long the arrays are.
final class UnnestSource implements RowSource {
    private final RowSource input;
    private final Plan.Unnest plan;
    private final QueryContext context;
    private final List<Evaluator> arrays;
    private final RowAppender rows;
    private final Schema schema;

    /// The batch at hand, its arrays, and what of them was given away.
    private @Nullable VectorSchemaRoot batch;

    private List<FieldVector> values = List.of();
    private UnnestedItems items = UnnestedItems.NONE;

    UnnestSource(Plan.Unnest plan, RowSource input, QueryContext context) {
        this.plan = plan;
        this.input = input;
        this.context = context;
        this.arrays = Executor.bind(plan.arrays(), context).stream()
                .map(Evaluator::compile)
                .toList();
        this.rows = new RowAppender(PlanColumn.schema(plan.input().columns()), context.allocator());
        this.schema = PlanColumn.schema(plan.columns());
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        while (true) {
            context.check();
            VectorSchemaRoot current = batch;
            if (current == null) {
                current = input.next();
                if (current == null) {
                    return null;
                }
                begin(current);
            }
            int count = items.advance(QueryContext.BATCH_ROWS);
            if (count > 0) {
                return take(current, count);
            }
            finish();
        }
    }

    private void begin(VectorSchemaRoot next) {
        batch = next;
        var evaluated = new ArrayList<FieldVector>();
        values = evaluated;
        for (Evaluator array : arrays) {
            evaluated.add(array.evaluate(next, "items", context.allocator()));
        }
        items = new UnnestedItems(evaluated, next.getRowCount(), plan.outer());
    }

    private VectorSchemaRoot take(VectorSchemaRoot current, int count) {
        rows.append(current, items.rows(), 0, count);
        VectorSchemaRoot repeated = rows.take();
        var columns = new ArrayList<FieldVector>(repeated.getFieldVectors());
        boolean done = false;
        try {
            while (columns.size() < schema.getFields().size()) {
                FieldVector column = schema.getFields().get(columns.size()).createVector(context.allocator());
                columns.add(column);
                items.fill(
                        column, columns.size() - 1 - repeated.getFieldVectors().size());
            }
            done = true;
            return new VectorSchemaRoot(schema.getFields(), columns, count);
        } finally {
            if (!done) {
                columns.forEach(FieldVector::close);
            }
        }
    }

    private void finish() {
        values.forEach(FieldVector::close);
        values = List.of();
        items = UnnestedItems.NONE;
        if (batch != null) {
            batch.close();
            batch = null;
        }
    }

    @Override
    public void close() {
        finish();
        rows.close();
        input.close();
    }
}
