package io.elanus.sql.exec;

import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.filter.Literals;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Rows that are made here, value by value: VALUES and system tables.
final class RowsSource implements RowSource {
    private final Supplier<Iterator<? extends List<? extends @Nullable Object>>> rows;
    private final List<PlanColumn> columns;
    private final QueryContext context;
    private @Nullable Iterator<? extends List<? extends @Nullable Object>> iterator;

    private RowsSource(
            Supplier<Iterator<? extends List<? extends @Nullable Object>>> rows,
            List<PlanColumn> columns,
            QueryContext context) {
        this.rows = rows;
        this.columns = columns;
        this.context = context;
    }

    static RowsSource of(Plan.SystemScan scan, QueryContext context) {
        return new RowsSource(() -> scan.supplier().rows().iterator(), scan.columns(), context);
    }

    static RowsSource of(Plan.Values values, QueryContext context) {
        return new RowsSource(
                () -> values.rows().stream()
                        .map(row -> row.stream()
                                .<@Nullable Object>map(expr ->
                                        Literals.value(Literals.evaluate(Executor.bind(expr, context)), expr.type()))
                                .toList())
                        .iterator(),
                values.columns(),
                context);
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        var source = iterator;
        if (source == null) {
            source = rows.get();
            iterator = source;
        }
        if (!source.hasNext()) {
            return null;
        }
        var batch = VectorSchemaRoot.create(PlanColumn.schema(columns), context.allocator());
        try {
            batch.setRowCount(fill(batch, source));
            return batch;
        } catch (RuntimeException e) { // the batch is ours until it is returned
            batch.close();
            throw e;
        }
    }

    private int fill(VectorSchemaRoot batch, Iterator<? extends List<? extends @Nullable Object>> source) {
        int row = 0;
        while (source.hasNext() && row < QueryContext.BATCH_ROWS) {
            context.check();
            List<? extends @Nullable Object> values = source.next();
            for (int column = 0; column < columns.size(); column++) {
                Literals.write(values.get(column), columns.get(column).type(), batch.getVector(column), row);
            }
            row++;
        }
        return row;
    }

    @Override
    public void close() {}
}
