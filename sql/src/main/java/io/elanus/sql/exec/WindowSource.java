package io.elanus.sql.exec;

import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.sql.plan.WindowCall;
import io.elanus.storage.compute.HeapAccount;
import io.elanus.storage.compute.KeyRuns;
import io.elanus.storage.compute.RowAppender;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Window functions: sorts the input by partition and order, and adds the results partition by partition. One
/// partition is held as one batch.
final class WindowSource implements RowSource {
    private final RowSource sorted;
    private final Plan.Window plan;
    private final QueryContext context;
    private final List<Expr> partition;
    private final List<Expr> order;
    private final KeyRuns partitionRuns;
    private final RowAppender open;
    private final Schema schema;

    /// The sorted batch at hand, where its partitions begin, and how far it was taken.
    private @Nullable VectorSchemaRoot batch;

    private boolean[] starts = new boolean[0];
    private int at;

    /// A partition with its results, and how far it was given away.
    private @Nullable VectorSchemaRoot result;

    private int given;

    WindowSource(Plan.Window plan, RowSource input, LongConsumer spilled, QueryContext context) {
        this.plan = plan;
        this.context = context;
        this.partition = Executor.bind(plan.partition(), context);
        this.order = plan.order().stream()
                .map(key -> Executor.bind(key.expr(), context))
                .toList();
        var keys = new ArrayList<SortKey>();
        plan.partition().forEach(key -> keys.add(SortKey.ascending(key)));
        keys.addAll(plan.order());
        var all = java.util.Optional.<Expr>empty();
        this.sorted = keys.isEmpty()
                ? input
                : new SortSource(new Plan.Sort(plan.input(), keys, all, all), input, spilled, context);
        this.partitionRuns = new KeyRuns(partition, context.allocator());
        this.open = new RowAppender(PlanColumn.schema(plan.input().columns()), context.allocator());
        this.schema = PlanColumn.schema(plan.columns());
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        while (true) {
            context.check();
            VectorSchemaRoot whole = result;
            if (whole != null && given < whole.getRowCount()) {
                int count = Math.min(QueryContext.BATCH_ROWS, whole.getRowCount() - given);
                given += count;
                return RowAppender.slice(whole, given - count, count, context.allocator());
            }
            if (whole != null) {
                whole.close();
                result = null;
            }
            VectorSchemaRoot rows = nextPartition();
            if (rows == null) {
                return null;
            }
            result = withResults(rows);
            given = 0;
        }
    }

    /// All rows of the next partition, as a batch of our own; null at the end.
    private @Nullable VectorSchemaRoot nextPartition() {
        while (true) {
            VectorSchemaRoot rows = batch;
            if (rows == null || at == rows.getRowCount()) {
                if (!advance()) {
                    return open.rows() == 0 ? null : open.take();
                }
                continue;
            }
            if (open.rows() > 0 && starts[at]) {
                return open.take();
            }
            int end = at + 1;
            while (end < rows.getRowCount() && !starts[end]) {
                end++;
            }
            int[] chosen = new int[end - at];
            for (int i = 0; i < chosen.length; i++) {
                chosen[i] = at + i;
            }
            open.append(rows, chosen, 0, chosen.length);
            at = end;
        }
    }

    private boolean advance() {
        if (batch != null) {
            batch.close();
            batch = null;
        }
        VectorSchemaRoot next = sorted.next();
        if (next == null) {
            return false;
        }
        batch = next;
        starts = partitionRuns.starts(next);
        at = 0;
        context.check();
        return true;
    }

    /// The partition's columns and those of the calls behind them; takes the rows over.
    private VectorSchemaRoot withResults(VectorSchemaRoot rows) {
        var columns = new ArrayList<>(rows.getFieldVectors());
        boolean done = false;
        try (var account = new HeapAccount(context.allocator())) {
            account.set(rows.getRowCount() * 4L * Integer.BYTES);
            var windows = new WindowColumns(rows, peerStarts(rows), plan.order(), context);
            for (int i = 0; i < plan.calls().size(); i++) {
                WindowCall call = plan.calls().get(i);
                FieldVector column =
                        windows.compute(call, plan.columns().get(columns.size()).name());
                columns.add(column);
            }
            done = true;
            return new VectorSchemaRoot(schema.getFields(), columns, rows.getRowCount());
        } finally {
            if (!done) {
                columns.forEach(FieldVector::close);
            }
        }
    }

    /// Without an order all rows are peers.
    private boolean[] peerStarts(VectorSchemaRoot rows) {
        if (order.isEmpty()) {
            var one = new boolean[rows.getRowCount()];
            one[0] = true;
            return one;
        }
        return new KeyRuns(order, context.allocator()).starts(rows);
    }

    @Override
    public void close() {
        if (batch != null) {
            batch.close();
            batch = null;
        }
        if (result != null) {
            result.close();
            result = null;
        }
        open.close();
        sorted.close();
    }
}
