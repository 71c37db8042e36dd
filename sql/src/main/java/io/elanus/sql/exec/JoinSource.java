package io.elanus.sql.exec;

import io.elanus.sql.plan.JoinKind;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.compute.RowAppender;
import io.elanus.storage.compute.RowStore;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Joins two inputs: holds the right one in memory, streams the left one past it. Candidate pairs come from a hash
/// table when there are equal keys, else every pair is one; the condition decides among them. With keys, a right side
/// beyond its share of memory goes to disk, and the left one with it ([SpilledJoin]).
final class JoinSource implements RowSource {
    private final RowSource leftInput;
    private final RowSource rightInput;
    private final JoinSpec spec;
    private final Loaded loaded;
    private final RightSide.Spill spill;
    private final QueryContext context;
    private final @Nullable PairCondition condition;
    private final RowAppender pairs;
    private final int[] leftRows = new int[QueryContext.BATCH_ROWS];
    private final int[] rightRows = new int[QueryContext.BATCH_ROWS];
    private @Nullable HeldSide held;
    private @Nullable SpilledJoin onDisk;
    private long[] rightMatched = new long[0];

    /// The left batch at hand, and which of its rows found a match.
    private @Nullable VectorSchemaRoot left;

    private long[] leftMatched = new long[0];
    private boolean leftEnded;
    private int nextRight;

    /// Told once the right side was read, before the left is.
    interface Loaded {
        void held(RowStore rows);

        /// There are too many to be held.
        void spilled();

        /// Nobody wants to know.
        Loaded UNHEARD = new Loaded() {
            @Override
            public void held(RowStore rows) {}

            @Override
            public void spilled() {}
        };
    }

    static JoinSource ofPart(
            RowSource left, RowSource right, JoinSpec spec, RightSide.Spill spill, QueryContext context) {
        return new JoinSource(left, right, spec, Loaded.UNHEARD, spill, context);
    }

    JoinSource(
            RowSource leftInput,
            RowSource rightInput,
            JoinSpec spec,
            Loaded loaded,
            RightSide.Spill spill,
            QueryContext context) {
        this.loaded = loaded;
        this.spill = spill;
        this.leftInput = leftInput;
        this.rightInput = rightInput;
        this.spec = spec;
        this.context = context;
        this.condition = spec.condition()
                .map(expr -> new PairCondition(expr, spec.leftColumns(), spec.rightColumns(), context.allocator()))
                .orElse(null);
        this.pairs = new RowAppender(PlanColumn.schema(spec.pairColumns()), context.allocator());
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        HeldSide right = held;
        if (right == null && onDisk == null) {
            right = load();
        }
        SpilledJoin spilled = onDisk;
        return spilled != null ? spilled.next() : right == null ? null : next(right);
    }

    private @Nullable HeldSide load() {
        return switch (RightSide.load(rightInput, spec, spill, context)) {
            case HeldSide side -> {
                held = side;
                rightMatched = RowBits.none(side.rows().rows());
                rightInput.close();
                loaded.held(side.rows());
                yield side;
            }
            case RightSide.OnDisk(SpilledParts parts) -> {
                rightInput.close();
                loaded.spilled();
                onDisk = SpilledJoin.of(leftInput, parts, spec, spill, context);
                yield null;
            }
        };
    }

    private @Nullable VectorSchemaRoot next(HeldSide right) {
        while (!leftEnded) {
            context.check();
            VectorSchemaRoot out = step(right);
            if (out != null && out.getRowCount() > 0) {
                return out;
            }
            if (out != null) {
                out.close();
            }
        }
        return spec.endsWithRight() ? rightOver(right) : null;
    }

    /// One batch of output, or null when there is nothing to say yet.
    private @Nullable VectorSchemaRoot step(HeldSide right) {
        VectorSchemaRoot batch = left;
        if (batch == null) {
            advance(right);
            return null;
        }
        int count = right.candidates().fill(leftRows, rightRows);
        if (count > 0) {
            return match(batch, right, count);
        }
        left = null;
        try (batch) {
            return leftOver(batch, right);
        }
    }

    private void advance(HeldSide right) {
        VectorSchemaRoot batch = leftInput.next();
        leftEnded = batch == null;
        if (batch != null) {
            left = batch;
            leftMatched = RowBits.none(batch.getRowCount());
            right.candidates().begin(batch);
        }
    }

    private @Nullable VectorSchemaRoot match(VectorSchemaRoot batch, HeldSide right, int candidates) {
        int count = spec.halves() ? undecided(candidates) : candidates;
        if (condition != null && count > 0) {
            count = keep(condition.passing(batch, leftRows, right.rows(), rightRows, count), count);
        }
        for (int i = 0; i < count; i++) {
            RowBits.set(leftMatched, leftRows[i]);
            RowBits.set(rightMatched, rightRows[i]);
        }
        if (spec.halves() || count == 0) {
            return null;
        }
        pairs.append(batch, leftRows, right.rows(), rightRows, count);
        return pairs.take();
    }

    /// Leaves out the pairs of rows that have a match, which another does not change. Returns how many are left.
    private int undecided(int count) {
        boolean ofLeft = spec.kind().leftOnly();
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (ofLeft ? !RowBits.isSet(leftMatched, leftRows[i]) : !RowBits.isSet(rightMatched, rightRows[i])) {
                leftRows[kept] = leftRows[i];
                rightRows[kept++] = rightRows[i];
            }
        }
        return kept;
    }

    private int keep(long[] passing, int count) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (RowBits.isSet(passing, i)) {
                leftRows[kept] = leftRows[i];
                rightRows[kept++] = rightRows[i];
            }
        }
        return kept;
    }

    /// What the left batch still owes once all its pairs were seen.
    private @Nullable VectorSchemaRoot leftOver(VectorSchemaRoot batch, HeldSide right) {
        if (spec.kind().leftOnly()) {
            int[] chosen = RowBits.rows(leftMatched, batch.getRowCount(), spec.kind() == JoinKind.SEMI);
            try (var appender = new RowAppender(batch.getSchema(), context.allocator())) {
                appender.append(batch, chosen, 0, chosen.length);
                return appender.take();
            }
        }
        if (!spec.keepsLeft()) {
            return null;
        }
        int[] unmatched = RowBits.rows(leftMatched, batch.getRowCount(), false);
        pairs.append(batch, unmatched, right.rows(), nulls(unmatched.length), unmatched.length);
        return pairs.take();
    }

    /// The next right rows that no left row matched, or that one did where only those are wanted; null at the end.
    private @Nullable VectorSchemaRoot rightOver(HeldSide right) {
        int total = right.rows().rows();
        boolean matched = spec.kind() == JoinKind.RIGHT_SEMI;
        int count = 0;
        while (nextRight < total && count < rightRows.length) {
            if (RowBits.isSet(rightMatched, nextRight) == matched) {
                rightRows[count++] = nextRight;
            }
            nextRight++;
        }
        if (count == 0) {
            return null;
        }
        if (spec.kind().rightOnly()) {
            try (var appender = new RowAppender(PlanColumn.schema(spec.rightColumns()), context.allocator())) {
                int[] all = IntStream.range(0, spec.rightColumns().size()).toArray();
                appender.append(right.rows(), all, rightRows, 0, count);
                return appender.take(count);
            }
        }
        try (var noLeft = VectorSchemaRoot.create(PlanColumn.schema(spec.leftColumns()), context.allocator())) {
            pairs.append(noLeft, nulls(count), right.rows(), rightRows, count);
            return pairs.take();
        }
    }

    private static int[] nulls(int count) {
        int[] rows = new int[count];
        Arrays.fill(rows, RowAppender.NULL_ROW);
        return rows;
    }

    @Override
    public void close() {
        if (left != null) {
            left.close();
            left = null;
        }
        if (held != null) {
            held.close();
        }
        if (onDisk != null) {
            onDisk.close();
        }
        pairs.close();
        if (condition != null) {
            condition.close();
        }
        leftInput.close();
        rightInput.close();
    }
}
