package io.elanus.sql.exec;

import io.elanus.sql.plan.Plan;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.compute.TopRows;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Sorts its input, keeping no more rows than OFFSET and LIMIT can ask for.
final class SortSource implements RowSource {
    private final RowSource input;
    private final List<SortKey> keys;
    private final long offset;
    private final long limit;
    private final QueryContext context;
    private @Nullable TopRows sorted;
    private @Nullable LimitSource output;

    SortSource(Plan.Sort plan, RowSource input, QueryContext context) {
        this.input = input;
        this.keys =
                plan.keys().stream().map(key -> key.bind(context.parameters())).toList();
        this.offset = Executor.count(plan.offset(), 0, context);
        this.limit = Executor.limit(plan.limit(), context);
        this.context = context;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        LimitSource source = output;
        if (source == null) {
            source = sort();
            output = source;
        }
        return source.next();
    }

    private LimitSource sort() {
        VectorSchemaRoot first = input.next();
        if (first == null) {
            return new LimitSource(EmptySource.INSTANCE, 0, 0, context);
        }
        var top = new TopRows(first.getSchema(), keys, Counts.sum(limit, offset), context.allocator());
        sorted = top;
        for (VectorSchemaRoot batch = first; batch != null; batch = input.next()) {
            try (VectorSchemaRoot rows = batch) {
                context.check();
                top.add(rows);
            }
        }
        input.close();
        return new LimitSource(new Sorted(top, context), offset, limit, context);
    }

    private record Sorted(TopRows rows, QueryContext context) implements RowSource {
        @Override
        public @Nullable VectorSchemaRoot next() {
            context.check();
            return rows.next(QueryContext.BATCH_ROWS);
        }

        @Override
        public void close() {
            rows.close();
        }
    }

    @Override
    public void close() {
        TopRows rows = sorted;
        if (rows != null) {
            rows.close();
        }
        input.close();
    }
}
