package io.elanus.sql.exec;

import io.elanus.sql.plan.Plan;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.compute.TopRows;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Sorts its input, keeping no more rows than OFFSET and LIMIT can ask for. Rows beyond a share of the statement's
/// memory go to disk in sorted runs.
final class SortSource implements RowSource {
    private final RowSource input;
    private final List<SortKey> keys;
    private final long offset;
    private final long limit;
    private final LongConsumer spilled;
    private final HeldMemory memory;
    private final QueryContext context;
    private @Nullable TopRows held;
    private @Nullable SpilledSort onDisk;
    private @Nullable LimitSource output;

    /// @param spilled told how many bytes went to disk
    SortSource(Plan.Sort plan, RowSource input, LongConsumer spilled, QueryContext context) {
        this.input = input;
        this.keys =
                plan.keys().stream().map(key -> key.bind(context.parameters())).toList();
        this.offset = Executor.count(plan.offset(), 0, context);
        this.limit = Executor.limit(plan.limit(), context);
        this.spilled = spilled;
        this.memory = new HeldMemory(context);
        this.context = context;
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        LimitSource source = output;
        if (source == null) {
            source = new LimitSource(sort(), offset, limit, context);
            output = source;
        }
        return source.next();
    }

    private RowSource sort() {
        VectorSchemaRoot first = input.next();
        if (first == null) {
            return EmptySource.INSTANCE;
        }
        Schema schema = first.getSchema();
        for (VectorSchemaRoot batch = first; batch != null; batch = input.next()) {
            try (VectorSchemaRoot rows = batch) {
                context.check();
                add(rows);
            }
            if (memory.isTooMuch()) {
                context.spillFolder().ifPresent(folder -> spill(folder, schema));
            }
        }
        input.close();
        SpilledSort runs = onDisk;
        TopRows rest = held;
        if (runs == null) {
            return rest == null ? EmptySource.INSTANCE : new Sorted(rest, context);
        }
        if (rest != null) {
            context.spillFolder().ifPresent(folder -> spill(folder, schema));
        }
        return runs;
    }

    private void add(VectorSchemaRoot rows) {
        TopRows top = held;
        if (top == null) {
            top = new TopRows(rows.getSchema(), keys, Counts.sum(limit, offset), context.allocator());
            held = top;
        }
        TopRows into = top;
        memory.take(rows.getRowCount(), () -> into.add(rows));
    }

    private void spill(SpillFolder folder, Schema schema) {
        TopRows full = held;
        if (full == null) {
            return;
        }
        SpilledSort runs = onDisk;
        if (runs == null) {
            runs = new SpilledSort(folder, schema, keys, context, spilled);
            onDisk = runs;
        }
        runs.add(full, memory.batchRows());
        full.close();
        held = null;
        memory.gaveBack();
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
        if (held != null) {
            held.close();
        }
        if (onDisk != null) {
            onDisk.close();
        }
        input.close();
    }
}
