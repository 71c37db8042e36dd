package io.elanus.sql.exec;

import io.elanus.sql.plan.WindowCall.Frame;
import io.elanus.sql.plan.WindowCall.Frame.Bound;
import io.elanus.sql.plan.WindowCall.Frame.Unit;
import io.elanus.storage.compute.FrameAggregate.Ranges;
import io.elanus.storage.compute.SortKey;
import io.elanus.storage.filter.Evaluator;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.filter.Operator;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Where the frames of a partition's rows begin and end. The rows are in order.
final class Frames {
    private final VectorSchemaRoot rows;
    private final int count;
    private final Peers peers;
    private final List<SortKey> order;
    private final QueryContext context;

    /// Rows with equal order keys: where those of a row begin and end, and the how-manieth peers they are.
    record Peers(int[] start, int[] end, int[] number) {}

    Frames(VectorSchemaRoot rows, Peers peers, List<SortKey> order, QueryContext context) {
        this.rows = rows;
        this.count = rows.getRowCount();
        this.peers = peers;
        this.order = order;
        this.context = context;
    }

    /// The parts of each row's frame, in order: one, or what EXCLUDE leaves of it.
    List<Ranges> of(Frame frame) {
        int[] from = bound(frame, frame.from(), true);
        int[] to = bound(frame, frame.to(), false);
        return switch (frame.exclude()) {
            case NOTHING -> List.of(new Ranges(from, to));
            case CURRENT_ROW -> without(from, to, each(row -> row), each(row -> row + 1));
            case GROUP -> without(from, to, peers.start(), peers.end());
            case TIES -> {
                int[] self = each(row -> row);
                int[] next = each(row -> row + 1);
                List<Ranges> around = without(from, to, peers.start(), peers.end());
                yield List.of(around.get(0), within(from, to, self, next), around.get(1));
            }
        };
    }

    private int[] each(java.util.function.IntUnaryOperator value) {
        int[] all = new int[count];
        Arrays.setAll(all, value);
        return all;
    }

    private List<Ranges> without(int[] from, int[] to, int[] first, int[] end) {
        int[] before = each(row -> Math.max(from[row], Math.min(to[row], first[row])));
        int[] behind = each(row -> Math.max(from[row], end[row]));
        int[] last = each(row -> Math.max(behind[row], to[row]));
        return List.of(new Ranges(from, before), new Ranges(behind, last));
    }

    private Ranges within(int[] from, int[] to, int[] first, int[] end) {
        int[] begin = each(row -> Math.max(from[row], first[row]));
        return new Ranges(begin, each(row -> Math.max(begin[row], Math.min(to[row], end[row]))));
    }

    /// @param begin the frame's first row; else the row after its last
    private int[] bound(Frame frame, Bound bound, boolean begin) {
        boolean single = frame.unit() == Unit.ROWS;
        return switch (bound) {
            case Bound.Unbounded _ -> each(_ -> begin ? 0 : count);
            case Bound.Current _ -> single ? each(row -> begin ? row : row + 1) : begin ? peers.start() : peers.end();
            case Bound.Counted(long offset) ->
                single
                        ? each(row -> clamped(row, begin ? offset : Math.min(offset, count) + 1))
                        : groups(offset, begin);
            case Bound.At(Expr key) -> atKey(key, begin);
        };
    }

    private int clamped(int row, long offset) {
        return (int) Math.clamp(row + Math.clamp(offset, -count - 1L, count + 1L), 0L, (long) count);
    }

    private int[] groups(long offset, boolean begin) {
        int groups = count == 0 ? 0 : peers.number()[count - 1] + 1;
        int[] starts = new int[groups + 1];
        starts[groups] = count;
        for (int row = count - 1; row >= 0; row--) {
            starts[peers.number()[row]] = row;
        }
        return each(row -> {
            long group = peers.number()[row] + Math.clamp(offset, -groups - 1L, groups + 1L) + (begin ? 0 : 1);
            return starts[(int) Math.clamp(group, 0L, (long) groups)];
        });
    }

    /// The rows whose key is not before (not behind) the one that is worked out. A row whose key is NULL has its
    /// peers for a frame, as PostgreSQL has it.
    private int[] atKey(Expr bound, boolean begin) {
        SortKey by = order.getFirst();
        Expr key = Executor.bind(by.expr(), context);
        Expr wanted = Executor.bind(bound, context);
        Expr at = key.type().equals(wanted.type()) ? key : new Expr.Call(Operator.CAST, List.of(key), wanted.type());
        try (FieldVector keys = evaluate(at);
                FieldVector bounds = evaluate(wanted)) {
            int first = 0;
            while (first < count && keys.isNull(first)) {
                first++;
            }
            int end = first;
            while (end < count && !keys.isNull(end)) {
                end++;
            }
            var compared = new KeyOrder(keys, bounds, wanted.type(), by.descending());
            int[] places = new int[count];
            for (int row = 0; row < count; row++) {
                places[row] = keys.isNull(row)
                        ? (begin ? peers.start()[row] : peers.end()[row])
                        : compared.place(row, first, end, begin);
            }
            return places;
        }
    }

    private FieldVector evaluate(Expr expr) {
        return Evaluator.compile(expr).evaluate(rows, "key", context.allocator());
    }
}
