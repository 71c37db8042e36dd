package io.elanus.sql.exec;

import io.elanus.sql.plan.Plan;
import io.elanus.storage.compute.RowAppender;
import io.elanus.storage.compute.SeenRows;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// WITH RECURSIVE: hands out the rows of the seed, then those of step after step. Only the rows of one step are
/// held, and for UNION what tells whether a row has come before. It ends when a step makes no row; one that never
/// ends is ended by whoever wants no more rows, by the statement's time or by cancelling it.
final class RecursiveSource implements RowSource {
    private final Function<WorkingRows, RowSource> steps;
    private final QueryContext context;
    private final @Nullable SeenRows seen;
    private RowSource source;
    /// What the running step reads, and what it makes for the next.
    private WorkingRows before;

    private WorkingRows made;
    private boolean ended;

    /// @param steps starts a step over the rows of the one before
    RecursiveSource(Plan.Recursive plan, RowSource seed, Function<WorkingRows, RowSource> steps, QueryContext context) {
        this.steps = steps;
        this.context = context;
        this.source = seed;
        this.before = new WorkingRows(context);
        this.made = new WorkingRows(context);
        this.seen = plan.all()
                ? null
                : new SeenRows(
                        IntStream.range(0, plan.columns().size())
                                .mapToObj(i -> plan.columns().get(i).type())
                                .toList(),
                        context.allocator());
    }

    @Override
    public @Nullable VectorSchemaRoot next() {
        while (!ended) {
            context.check();
            VectorSchemaRoot batch = source.next();
            if (batch == null) {
                advance();
                continue;
            }
            VectorSchemaRoot fresh = fresh(batch);
            if (fresh.getRowCount() > 0) {
                made.add(fresh);
                return fresh;
            }
            fresh.close();
        }
        return null;
    }

    private void advance() {
        source.close();
        before.close();
        before = made;
        made = new WorkingRows(context);
        ended = before.isEmpty();
        if (!ended) {
            source = steps.apply(before);
        }
    }

    /// The rows that did not come before; takes the batch over.
    private VectorSchemaRoot fresh(VectorSchemaRoot batch) {
        if (seen == null) {
            return batch;
        }
        try (batch) {
            return RowAppender.select(batch, seen.add(batch), 0, context.allocator());
        }
    }

    @Override
    public void close() {
        source.close();
        before.close();
        made.close();
        if (seen != null) {
            seen.close();
        }
    }
}
