package io.elanus.storage.compute;

import io.elanus.storage.filter.Projection;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.ColumnType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// An aggregate over a frame of rows around every row of a partition.
///
/// Frames that all begin at the first row are computed in one walk. Where the order of rows counts, every other frame
/// is computed by itself: its result is as long as the frame anyway. Any others go through a tree of partial states:
/// level 0 has the state of every row, each level above merges pairs of the one below, and a frame is the merge of
/// at most two nodes a level. So n rows take about 2n states and n log n merges however wide the frames are, and
/// nothing is ever subtracted from a state.
public final class FrameAggregate {
    private final AggregateCall call;
    private final Projection arguments;
    private final BufferAllocator allocator;
    private final Runnable check;

    /// @param check is called now and then; throws when the query is not wanted any more
    public FrameAggregate(AggregateCall call, BufferAllocator allocator, Runnable check) {
        if (call.distinct() || call.filter().isPresent()) {
            throw new IllegalArgumentException("Not over frames: " + call);
        }
        this.call = call;
        this.arguments = new Projection(
                call.arguments(),
                IntStream.range(0, call.arguments().size())
                        .mapToObj(i -> "a" + i)
                        .toList());
        this.allocator = allocator;
        this.check = check;
    }

    /// A part of every row's frame: row i has the rows from `from[i]` to before `to[i]`, none where `to[i]` is not
    /// above.
    public record Ranges(int[] from, int[] to) {}

    /// One result per row, owned by the caller.
    ///
    /// @param parts of the frames; those of one row do not overlap
    public FieldVector compute(VectorSchemaRoot partition, List<Ranges> parts, String name) {
        int[] from = parts.getFirst().from();
        int[] to = parts.getFirst().to();
        FieldVector out = ArrowTypes.field(name, call.type()).createVector(allocator);
        boolean done = false;
        try (VectorSchemaRoot columns = arguments.project(partition, null, 0, allocator)) {
            if (parts.size() == 1 && growing(from, to)) {
                walk(columns.getFieldVectors(), to, out);
            } else if (call.function().keepsOrder()) {
                each(columns.getFieldVectors(), parts, out);
            } else {
                climb(columns.getFieldVectors(), parts, out);
            }
            out.setValueCount(from.length);
            done = true;
            return out;
        } finally {
            if (!done) {
                out.close();
            }
        }
    }

    private static boolean growing(int[] from, int[] to) {
        for (int i = 0; i < from.length; i++) {
            if (from[i] > 0 || (i > 0 && to[i] < to[i - 1])) {
                return false;
            }
        }
        return true;
    }

    private void walk(List<FieldVector> columns, int[] to, FieldVector out) {
        var given = new GroupRows();
        given.grow(1);
        Accumulator state = Accumulators.of(call, given);
        state.grow(1);
        var arguments = new Arguments(columns);
        int added = 0;
        try (FieldVector one = out.getField().createVector(allocator);
                var account = new HeapAccount(allocator)) {
            var appender = new ColumnAppender(out);
            int[] zero = {0};
            for (int i = 0; i < to.length; i++) {
                int more = Math.max(to[i], 0) - added;
                if (more > 0 || i == 0) {
                    int first = added;
                    given.addToOne(more);
                    state.add(arguments, IntStream.range(first, first + more).toArray(), new int[more], more);
                    added += more;
                    account.set(state.heapBytes());
                    one.reset();
                    state.writeResult(0, 1, one);
                    one.setValueCount(1);
                    check.run();
                }
                appender.append(one, zero, 0, 1, i);
            }
        }
    }

    private void each(List<FieldVector> columns, List<Ranges> parts, FieldVector out) {
        var arguments = new Arguments(columns);
        try (FieldVector one = out.getField().createVector(allocator);
                var account = new HeapAccount(allocator)) {
            var appender = new ColumnAppender(out);
            int[] zero = {0};
            int rows = parts.getFirst().from().length;
            for (int i = 0; i < rows; i++) {
                Accumulator state = Accumulators.of(call, new GroupRows());
                state.grow(1);
                for (Ranges part : parts) {
                    int more = Math.max(part.to()[i] - part.from()[i], 0);
                    int[] chosen = IntStream.range(part.from()[i], part.from()[i] + more)
                            .toArray();
                    state.add(arguments, chosen, new int[more], more);
                }
                account.set(state.heapBytes());
                one.reset();
                state.writeResult(0, 1, one);
                one.setValueCount(1);
                appender.append(one, zero, 0, 1, i);
                check.run();
            }
        }
    }

    private void climb(List<FieldVector> columns, List<Ranges> parts, FieldVector out) {
        int rows = parts.getFirst().from().length;
        List<Ranges> moving = parts.stream().map(FrameAggregate::copied).toList();
        Accumulator results = Accumulators.of(call, new GroupRows());
        results.grow(rows);
        var given = new GroupRows();
        given.grow(rows);
        given.add(Selections.all(rows), rows);
        Accumulator level = Accumulators.of(call, given);
        level.grow(rows);
        level.add(new Arguments(columns), Selections.all(rows), Selections.all(rows), rows);
        int nodes = rows;
        try (var account = new HeapAccount(allocator)) {
            while (true) {
                account.set(level.heapBytes() + results.heapBytes() + 8L * rows);
                try (VectorSchemaRoot states = states(level, nodes)) {
                    moving.forEach(part -> take(states, part.from(), part.to(), results));
                    if (nodes == 1) {
                        break;
                    }
                    level = merged(states, nodes);
                    nodes = (nodes + 1) / 2;
                }
                check.run();
            }
            results.writeResult(0, rows, out);
        }
    }

    /// Bounds to move, none before the other.
    private static Ranges copied(Ranges part) {
        int[] upper = part.to().clone();
        for (int i = 0; i < upper.length; i++) {
            upper[i] = Math.max(part.from()[i], upper[i]);
        }
        return new Ranges(part.from().clone(), upper);
    }

    private VectorSchemaRoot states(Accumulator level, int nodes) {
        var vectors = new ArrayList<FieldVector>();
        for (ColumnType type : call.function().stateTypes(call.argumentTypes())) {
            vectors.add(ArrowTypes.field("s" + vectors.size(), type).createVector(allocator));
        }
        var states = new VectorSchemaRoot(vectors);
        boolean written = false;
        try {
            level.writeState(0, nodes, vectors);
            states.setRowCount(nodes);
            written = true;
            return states;
        } finally {
            if (!written) {
                states.close();
            }
        }
    }

    private Accumulator merged(VectorSchemaRoot states, int nodes) {
        Accumulator above = Accumulators.of(call, new GroupRows());
        above.grow((nodes + 1) / 2);
        above.merge(
                states.getFieldVectors(),
                IntStream.range(0, nodes).map(node -> node / 2).toArray(),
                nodes);
        return above;
    }

    /// Takes the nodes of this level that belong to a frame but whose parents do not, and moves the bounds up.
    private void take(VectorSchemaRoot states, int[] lower, int[] upper, Accumulator results) {
        int rows = lower.length;
        int[] first = new int[rows];
        int[] firstGroups = new int[rows];
        int[] last = new int[rows];
        int[] lastGroups = new int[rows];
        int firstCount = 0;
        int lastCount = 0;
        for (int i = 0; i < rows; i++) {
            if (lower[i] < upper[i] && (lower[i] & 1) == 1) {
                first[firstCount] = lower[i]++;
                firstGroups[firstCount++] = i;
            }
            if (lower[i] < upper[i] && (upper[i] & 1) == 1) {
                last[lastCount] = --upper[i];
                lastGroups[lastCount++] = i;
            }
            lower[i] >>= 1;
            upper[i] >>= 1;
        }
        merge(states, first, firstGroups, firstCount, results);
        merge(states, last, lastGroups, lastCount, results);
    }

    private void merge(VectorSchemaRoot states, int[] nodes, int[] groups, int count, Accumulator results) {
        if (count == 0) {
            return;
        }
        try (var appender = new RowAppender(states.getSchema(), allocator)) {
            appender.append(states, nodes, 0, count);
            try (VectorSchemaRoot chosen = appender.take()) {
                results.merge(chosen.getFieldVectors(), groups, count);
            }
        }
    }
}
