package io.elanus.sql.exec;

import io.elanus.sql.plan.JoinKind;
import io.elanus.sql.plan.PlanColumn;
import io.elanus.storage.compute.RowAppender;
import io.elanus.storage.compute.RowStore;
import io.elanus.storage.filter.Evaluator;
import java.util.Arrays;
import java.util.function.Consumer;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Joins two inputs: holds the right one in memory, streams the left one past it. Candidate pairs come from a hash
/// table when there are equal keys, else every pair is one; the condition decides among them.
final class JoinSource implements RowSource {
    private final RowSource leftInput;
    private final RowSource rightInput;
    private final JoinSpec spec;
    private final Consumer<RowStore> loaded;
    private final QueryContext context;
    private final @Nullable Evaluator condition;
    private final RowAppender pairs;
    private final int[] leftRows = new int[QueryContext.BATCH_ROWS];
    private final int[] rightRows = new int[QueryContext.BATCH_ROWS];
    private @Nullable HeldSide held;
    private long[] rightMatched = new long[0];

    /// The left batch at hand, and which of its rows found a match.
    private @Nullable VectorSchemaRoot left;

    private long[] leftMatched = new long[0];
    private boolean leftEnded;
    private int nextUnmatched;

    /// @param loaded told once the right side is held, before the left is read
    JoinSource(
            RowSource leftInput, RowSource rightInput, JoinSpec spec, Consumer<RowStore> loaded, QueryContext context) {
        this.loaded = loaded;
        this.leftInput = leftInput;
        this.rightInput = rightInput;
        this.spec = spec;
        this.context = context;
        this.condition = spec.condition().map(Evaluator::compile).orElse(null);
        this.pairs = new RowAppender(PlanColumn.schema(spec.pairColumns()), context.allocator());
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        HeldSide right = held;
        if (right == null) {
            right = HeldSide.load(rightInput, spec, context);
            held = right;
            rightMatched = RowBits.none(right.rows().rows());
            rightInput.close();
            loaded.accept(right.rows());
        }
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
        return spec.keepsRight() ? rightOver(right) : null;
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

    private @Nullable VectorSchemaRoot match(VectorSchemaRoot batch, HeldSide right, int count) {
        if (condition == null && spec.halves()) {
            mark(RowBits.all(count), count);
            return null;
        }
        pairs.append(batch, leftRows, right.rows(), rightRows, count);
        VectorSchemaRoot joined = pairs.take();
        boolean handedOut = false;
        try {
            long[] passing = RowBits.all(count);
            if (condition != null) {
                condition.select(joined, passing, 0);
            }
            mark(passing, count);
            if (spec.halves()) {
                return null;
            }
            handedOut = RowBits.count(passing) == count;
            return handedOut ? joined : RowAppender.select(joined, passing, 0, context.allocator());
        } finally {
            if (!handedOut) {
                joined.close();
            }
        }
    }

    private void mark(long[] passing, int count) {
        for (int i = 0; i < count; i++) {
            if (RowBits.isSet(passing, i)) {
                RowBits.set(leftMatched, leftRows[i]);
                RowBits.set(rightMatched, rightRows[i]);
            }
        }
    }

    /// What the left batch still owes once all its pairs were seen.
    private @Nullable VectorSchemaRoot leftOver(VectorSchemaRoot batch, HeldSide right) {
        if (spec.halves()) {
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

    /// The next right rows that no left row matched; null at the end.
    private @Nullable VectorSchemaRoot rightOver(HeldSide right) {
        int total = right.rows().rows();
        int count = 0;
        while (nextUnmatched < total && count < rightRows.length) {
            if (!RowBits.isSet(rightMatched, nextUnmatched)) {
                rightRows[count++] = nextUnmatched;
            }
            nextUnmatched++;
        }
        if (count == 0) {
            return null;
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
        pairs.close();
        leftInput.close();
        rightInput.close();
    }
}
