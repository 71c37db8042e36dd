package io.elanus.sql.exec;

import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.HashAggregator;
import io.elanus.storage.compute.KeyPartitions;
import io.elanus.storage.filter.Expr;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Groups its input: rows, or the partial states of the shards. Groups beyond a share of the statement's memory go
/// to disk as partial states, in parts by their keys; each part is then grouped by itself, and divided again if it
/// is too large. DISTINCT calls have no such state and keep to memory.
final class AggregateSource implements RowSource {
    private final RowSource input;
    private final Grouping grouping;
    private final boolean partials;
    private final int level;
    private final LongConsumer spilled;
    private final QueryContext context;
    private final HeldMemory held;
    private HashAggregator groups;
    private @Nullable SpilledParts onDisk;
    private @Nullable AggregateSource part;
    private boolean filled;

    /// What is grouped by and computed.
    record Grouping(List<Expr> keys, List<AggregateCall> calls, List<String> names) {
        static Grouping of(List<Expr> keys, List<AggregateCall> calls, List<PlanColumn> columns, QueryContext context) {
            return new Grouping(
                    Executor.bind(keys, context),
                    calls.stream().map(call -> call.bind(context.parameters())).toList(),
                    columns.stream().map(PlanColumn::name).toList());
        }

        boolean canSpill() {
            return !keys.isEmpty() && calls.stream().noneMatch(AggregateCall::distinct);
        }
    }

    /// @param spilled told how many bytes went to disk
    AggregateSource(Plan.Aggregate plan, RowSource input, LongConsumer spilled, QueryContext context) {
        this(input, Grouping.of(plan.keys(), plan.calls(), plan.columns(), context), false, 0, spilled, context);
    }

    private AggregateSource(
            RowSource input,
            Grouping grouping,
            boolean partials,
            int level,
            LongConsumer spilled,
            QueryContext context) {
        this.input = input;
        this.grouping = grouping;
        this.partials = partials;
        this.level = level;
        this.spilled = spilled;
        this.context = context;
        this.held = new HeldMemory(context);
        this.groups = none();
    }

    static AggregateSource ofPartials(RowSource input, Grouping grouping, LongConsumer spilled, QueryContext context) {
        return new AggregateSource(input, grouping, true, 0, spilled, context);
    }

    private HashAggregator none() {
        return new HashAggregator(grouping.keys, grouping.calls, context.allocator());
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        if (!filled) {
            fill();
            filled = true;
        }
        context.check();
        SpilledParts parts = onDisk;
        return parts == null ? groups.nextResult(grouping.names, QueryContext.BATCH_ROWS) : next(parts);
    }

    /// The parts one after the other.
    private @Nullable VectorSchemaRoot next(SpilledParts parts) {
        while (true) {
            AggregateSource current = part;
            if (current == null) {
                RowSource states = parts.takePart();
                if (states == null) {
                    return null;
                }
                current = new AggregateSource(states, grouping, true, level + 1, spilled, context);
                part = current;
            }
            VectorSchemaRoot batch = current.next();
            if (batch != null) {
                return batch;
            }
            current.close();
            part = null;
        }
    }

    private void fill() {
        for (VectorSchemaRoot batch = input.next(); batch != null; batch = input.next()) {
            try (VectorSchemaRoot rows = batch) {
                context.check();
                held.take(rows.getRowCount(), () -> add(rows));
            }
            if (held.isTooMuch() && level < KeyPartitions.LEVELS && grouping.canSpill()) {
                context.spillFolder().ifPresent(this::spill);
            }
        }
        input.close();
        if (onDisk != null) {
            context.spillFolder().ifPresent(this::spill);
        }
    }

    private void add(VectorSchemaRoot rows) {
        if (partials) {
            groups.merge(rows);
        } else {
            groups.add(rows);
        }
    }

    private void spill(SpillFolder folder) {
        SpilledParts parts = onDisk;
        if (parts == null) {
            parts = new SpilledParts(
                    folder,
                    HashAggregator.partialSchema(grouping.keys, grouping.calls),
                    new KeyPartitions(grouping.keys, level),
                    context,
                    spilled);
            onDisk = parts;
        }
        int batchRows = held.batchRows();
        for (VectorSchemaRoot batch = groups.nextPartial(batchRows);
                batch != null;
                batch = groups.nextPartial(batchRows)) {
            try (VectorSchemaRoot states = batch) {
                context.check();
                parts.add(states);
            }
        }
        groups.close();
        groups = none();
        held.gaveBack();
    }

    @Override
    public void close() {
        if (part != null) {
            part.close();
        }
        if (onDisk != null) {
            onDisk.close();
        }
        groups.close();
        input.close();
    }
}
