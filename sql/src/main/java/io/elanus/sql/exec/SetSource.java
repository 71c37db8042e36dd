package io.elanus.sql.exec;

import io.elanus.sql.plan.Plan;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.compute.AggregateCall;
import io.elanus.storage.compute.AggregateFunction;
import io.elanus.storage.compute.HashAggregator;
import io.elanus.storage.compute.RowAppender;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// INTERSECT and EXCEPT: counts every distinct row per input, then lets the rule say how often it comes out.
///
/// The inputs' rows are grouped by all their columns; one sum per input counts, over a column of ones and zeros
/// that is put behind the row.
final class SetSource implements RowSource {
    private final List<RowSource> inputs;
    private final SetRule rule;
    private final List<PlanColumn> columns;
    private final QueryContext context;
    private final HashAggregator groups;
    private boolean filled;

    SetSource(List<RowSource> inputs, SetRule rule, Plan plan, QueryContext context) {
        this.inputs = List.copyOf(inputs);
        this.rule = rule;
        this.columns = plan.columns();
        this.context = context;
        var calls = new ArrayList<AggregateCall>();
        for (int i = 0; i < inputs.size(); i++) {
            calls.add(new AggregateCall(
                    AggregateFunction.SUM0,
                    List.of(new Expr.Input(columns.size() + i, ColumnType.Simple.BIGINT)),
                    Optional.empty(),
                    false,
                    ColumnType.Simple.BIGINT));
        }
        this.groups = new HashAggregator(PlanColumn.inputs(columns), calls, context.allocator());
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        if (!filled) {
            for (int i = 0; i < inputs.size(); i++) {
                count(i);
            }
            filled = true;
        }
        while (true) {
            context.check();
            VectorSchemaRoot counted = groups.nextResult(names(), QueryContext.BATCH_ROWS);
            if (counted == null) {
                return null;
            }
            try (counted) {
                VectorSchemaRoot out = chosen(counted);
                if (out != null) {
                    return out;
                }
            }
        }
    }

    private void count(int input) {
        RowSource source = inputs.get(input);
        for (VectorSchemaRoot batch = source.next(); batch != null; batch = source.next()) {
            try (VectorSchemaRoot rows = batch) {
                context.check();
                countRows(rows, input);
            }
        }
        source.close();
    }

    private void countRows(VectorSchemaRoot batch, int input) {
        var marks = new ArrayList<FieldVector>();
        try {
            var all = new ArrayList<>(batch.getFieldVectors());
            for (int i = 0; i < inputs.size(); i++) {
                FieldVector mark = mark(i == input ? 1 : 0, batch.getRowCount());
                marks.add(mark);
                all.add(mark);
            }
            // Borrows the batch's columns: not closed.
            groups.add(
                    new VectorSchemaRoot(all.stream().map(FieldVector::getField).toList(), all, batch.getRowCount()));
        } finally {
            marks.forEach(FieldVector::close);
        }
    }

    private FieldVector mark(long value, int rows) {
        var mark = new BigIntVector("input", context.allocator());
        mark.allocateNew(rows);
        for (int i = 0; i < rows; i++) {
            mark.set(i, value);
        }
        mark.setValueCount(rows);
        return mark;
    }

    private List<String> names() {
        var names = new ArrayList<>(columns.stream().map(PlanColumn::name).toList());
        for (int i = 0; i < inputs.size(); i++) {
            names.add("count" + i);
        }
        return names;
    }

    private @Nullable VectorSchemaRoot chosen(VectorSchemaRoot counted) {
        int[] rows = new int[counted.getRowCount()];
        int count = 0;
        for (int row = 0; row < counted.getRowCount(); row++) {
            long copies = rule.copies(counts(counted, row));
            for (long copy = 0; copy < copies; copy++) {
                if (count == rows.length) {
                    rows = Arrays.copyOf(rows, 2 * rows.length);
                }
                rows[count++] = row;
            }
        }
        if (count == 0) {
            return null;
        }
        List<FieldVector> values = counted.getFieldVectors().subList(0, columns.size());
        var borrowed = new VectorSchemaRoot(
                values.stream().map(FieldVector::getField).toList(), values, counted.getRowCount());
        try (var appender = new RowAppender(borrowed.getSchema(), context.allocator())) {
            appender.append(borrowed, rows, 0, count);
            return appender.take();
        }
    }

    private long[] counts(VectorSchemaRoot counted, int row) {
        long[] counts = new long[inputs.size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = ((BigIntVector) counted.getVector(columns.size() + i)).get(row);
        }
        return counts;
    }

    @Override
    public void close() {
        groups.close();
        inputs.forEach(RowSource::close);
    }
}
