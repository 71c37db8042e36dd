package io.elanus.sql.exec;

import io.elanus.proto.grpc.Literal;
import io.elanus.sql.error.QueryException;
import io.elanus.sql.plan.WindowCall;
import io.elanus.sql.plan.WindowCall.Frame;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.compute.FrameAggregate;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Evaluator;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Literals;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.ColumnType.Simple;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// The window functions of one partition, whose rows are in order.
final class WindowColumns {
    private static final int NONE = -1;

    private final VectorSchemaRoot rows;
    private final int count;
    private final QueryContext context;
    /// Peers are rows with equal order keys: where those of a row begin and end, and the how-manieth peers they are.
    private final int[] peerStart;

    private final int[] peerEnd;
    private final int[] peerNumber;
    private final Frames frames;

    /// @param peerStarts does a row begin new peers?
    WindowColumns(VectorSchemaRoot rows, boolean[] peerStarts, List<SortKey> order, QueryContext context) {
        this.rows = rows;
        this.count = rows.getRowCount();
        this.context = context;
        this.peerStart = new int[count];
        this.peerEnd = new int[count];
        this.peerNumber = new int[count];
        for (int i = 1; i < count; i++) {
            peerStart[i] = peerStarts[i] ? i : peerStart[i - 1];
            peerNumber[i] = peerStarts[i] ? peerNumber[i - 1] + 1 : peerNumber[i - 1];
        }
        for (int i = count - 1; i >= 0; i--) {
            peerEnd[i] = i + 1 == count || peerStarts[i + 1] ? i + 1 : peerEnd[i + 1];
        }
        this.frames = new Frames(rows, new Frames.Peers(peerStart, peerEnd, peerNumber), order, context);
    }

    /// One value per row, owned by the caller.
    FieldVector compute(WindowCall call, String name) {
        context.check();
        return switch (call) {
            case WindowCall.Ranking ranking -> ranking(ranking, name);
            case WindowCall.Shifted shifted -> shifted(shifted, name);
            case WindowCall.Nth nth -> nth(nth, name);
            case WindowCall.Aggregated(var aggregate, Frame frame) ->
                new FrameAggregate(aggregate.bind(context.parameters()), context.allocator(), context::check)
                        .compute(rows, frames.of(frame), name);
        };
    }

    private FieldVector ranking(WindowCall.Ranking call, String name) {
        return switch (call.function()) {
            case ROW_NUMBER -> whole(name, row -> row + 1L);
            case RANK -> whole(name, row -> peerStart[row] + 1L);
            case DENSE_RANK -> whole(name, row -> peerNumber[row] + 1L);
            case PERCENT_RANK -> share(name, row -> count == 1 ? 0 : peerStart[row] / (count - 1.0));
            case CUME_DIST -> share(name, row -> peerEnd[row] / (double) count);
            case NTILE -> {
                long buckets = buckets(call.arguments().getFirst());
                yield whole(name, row -> bucket(row, buckets));
            }
        };
    }

    private long buckets(Expr argument) {
        Literal literal = Literals.evaluate(Executor.bind(argument, context));
        long buckets = literal.getNull() ? 0 : literal.getInt64();
        if (buckets <= 0) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER,
                    "NTILE takes the number of its buckets, 1 or more, given [%d].".formatted(buckets));
        }
        return buckets;
    }

    /// The first buckets have one row more when the rows do not divide.
    private long bucket(int row, long buckets) {
        long size = count / buckets;
        long larger = count % buckets;
        long inLarger = larger * (size + 1);
        return row < inLarger ? row / (size + 1) + 1 : larger + (row - inLarger) / Math.max(size, 1) + 1;
    }

    private interface WholeOfRow {
        long at(int row);
    }

    private interface ShareOfRow {
        double at(int row);
    }

    private FieldVector whole(String name, WholeOfRow value) {
        var column = (BigIntVector) ArrowTypes.field(name, Simple.BIGINT).createVector(context.allocator());
        column.allocateNew(count);
        for (int row = 0; row < count; row++) {
            column.set(row, value.at(row));
        }
        column.setValueCount(count);
        return column;
    }

    private FieldVector share(String name, ShareOfRow value) {
        var column = (Float8Vector) ArrowTypes.field(name, Simple.DOUBLE).createVector(context.allocator());
        column.allocateNew(count);
        for (int row = 0; row < count; row++) {
            column.set(row, value.at(row));
        }
        column.setValueCount(count);
        return column;
    }

    private FieldVector shifted(WindowCall.Shifted call, String name) {
        try (FieldVector values = evaluate(call.value());
                FieldVector otherwise = evaluate(call.otherwise())) {
            long offset = Math.clamp(call.offset(), -count - 1, count + 1);
            boolean known = call.ignoreNulls() && offset != 0;
            Counted counted = known ? Counted.notNull(values, count) : Counted.all(count);
            int[] sources = new int[count];
            for (int row = 0; row < count; row++) {
                int at = counted.before()[row] + (offset > 0 && !counted.counts(row) ? -1 : 0);
                sources[row] = counted.row(at + offset);
            }
            return gather(name, values, sources, otherwise);
        }
    }

    private FieldVector nth(WindowCall.Nth call, String name) {
        if (call.n() == 0 || call.n() < -1) {
            throw new QueryException(
                    ErrorCode.INVALID_PARAMETER, "NTH_VALUE takes 1 or more, given [%d].".formatted(call.n()));
        }
        List<FrameAggregate.Ranges> parts = frames.of(call.frame());
        try (FieldVector values = evaluate(call.value())) {
            Counted counted = call.ignoreNulls() ? Counted.notNull(values, count) : Counted.all(count);
            int[] sources = new int[count];
            for (int row = 0; row < count; row++) {
                sources[row] = call.n() > 0 ? fromStart(call.n(), row, parts, counted) : last(row, parts, counted);
            }
            return gather(name, values, sources, null);
        }
    }

    private static int fromStart(long n, int row, List<FrameAggregate.Ranges> parts, Counted counted) {
        long left = n - 1;
        for (FrameAggregate.Ranges part : parts) {
            int first = counted.before()[part.from()[row]];
            int size = Math.max(counted.before()[part.to()[row]] - first, 0);
            if (left < size) {
                return counted.row(first + left);
            }
            left -= size;
        }
        return NONE;
    }

    private static int last(int row, List<FrameAggregate.Ranges> parts, Counted counted) {
        for (FrameAggregate.Ranges part : parts.reversed()) {
            int first = counted.before()[part.from()[row]];
            int end = counted.before()[part.to()[row]];
            if (end > first) {
                return counted.row(end - 1L);
            }
        }
        return NONE;
    }

    /// Some of the rows, numbered from 0.
    ///
    /// @param rows  the row of each number
    /// @param before how many of them come before each row, and before the end
    private record Counted(int[] rows, int[] before, int size) {
        static Counted all(int count) {
            int[] each = new int[count + 1];
            Arrays.setAll(each, row -> row);
            return new Counted(each, each, count);
        }

        static Counted notNull(FieldVector values, int count) {
            int[] rows = new int[count];
            int[] before = new int[count + 1];
            int size = 0;
            for (int row = 0; row < count; row++) {
                before[row] = size;
                if (!values.isNull(row)) {
                    rows[size++] = row;
                }
            }
            before[count] = size;
            return new Counted(rows, before, size);
        }

        boolean counts(int row) {
            return before[row + 1] > before[row];
        }

        int row(long number) {
            return number >= 0 && number < size ? rows[(int) number] : NONE;
        }
    }

    private FieldVector evaluate(Expr expr) {
        return Evaluator.compile(Executor.bind(expr, context)).evaluate(rows, "value", context.allocator());
    }

    /// The values at the given rows; where there is none, the row's own of the other column, or NULL.
    private FieldVector gather(
            String name, FieldVector values, int[] sources, @org.jspecify.annotations.Nullable FieldVector otherwise) {
        FieldVector column = values.getField().createVector(context.allocator());
        boolean done = false;
        try {
            column.setInitialCapacity(count);
            column.allocateNew();
            for (int row = 0; row < count; row++) {
                if (sources[row] != NONE) {
                    column.copyFromSafe(sources[row], row, values);
                } else if (otherwise != null) {
                    column.copyFromSafe(row, row, otherwise);
                } else {
                    while (column.getValueCapacity() <= row) {
                        column.reAlloc();
                    }
                    column.setNull(row);
                }
            }
            column.setValueCount(count);
            done = true;
            return renamed(column, name);
        } finally {
            if (!done) {
                column.close();
            }
        }
    }

    private FieldVector renamed(FieldVector column, String name) {
        var field = new org.apache.arrow.vector.types.pojo.Field(
                name, column.getField().getFieldType(), column.getField().getChildren());
        FieldVector named = field.createVector(context.allocator());
        column.makeTransferPair(named).transfer();
        column.close();
        return named;
    }
}
