package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.filter.Evaluator;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.segment.SegmentSnapshot;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// The rows of one segment that the filter may keep, and what it has yet to look at. One thread at a time.
final class Candidates {
    /// A chunk with fewer of them is not read whole: their values are gathered.
    private static final int SPARSE_ONE_IN = 32;

    /// A filter, or what is left of one, ready to run.
    record Condition(Expr expr, ColumnUse use, Evaluator evaluator) {
        static Condition of(Expr expr, FragmentRequest request) {
            ColumnUse use = ColumnUse.of(List.of(expr), request.inputs());
            return new Condition(expr, use, Evaluator.compile(use.rewrite(expr)));
        }
    }

    private final FragmentRequest request;
    private final SegmentView segment;
    private final long[] words;
    private final @Nullable Condition condition;
    private final FragmentResources resources;

    /// @param words bitmap of rows; taken over
    /// @param condition what has yet to be asked; null when all of them pass
    Candidates(
            FragmentRequest request,
            SegmentView segment,
            long[] words,
            @Nullable Condition condition,
            FragmentResources resources) {
        this.request = request;
        this.segment = segment;
        this.words = words;
        this.condition = condition;
        this.resources = resources;
    }

    /// Rows that may pass; those of chunks that were filtered do.
    long[] words() {
        return words;
    }

    /// Clears the bits of the chunk's rows that do not pass the filter.
    void filter(int chunk) {
        if (condition == null) {
            return;
        }
        SegmentSnapshot rows = segment.rows();
        int from = chunk * rows.chunkRows();
        int count = rows.rowsOf(chunk);
        int left = Bits.count(words, from, count);
        if (left == 0) {
            return;
        }
        resources.guard().check();
        if (!StatisticsPruner.mayPass(condition.expr(), request.inputs(), rows.statistics(chunk))) {
            Bits.clear(words, from, count);
        } else if (left < count / SPARSE_ONE_IN) {
            filterFew(condition, from, left);
        } else {
            resources.tally().rowsScanned.add(count);
            try (VectorSchemaRoot batch = rows.chunk(chunk, condition.use().columns())) {
                condition.evaluator().select(batch, words, from);
            }
        }
    }

    private void filterFew(Condition asked, int from, int count) {
        int[] few = new int[count];
        int row = from - 1;
        for (int i = 0; i < count; i++) {
            row = Bits.next(words, row + 1, words.length << 6);
            few[i] = row;
        }
        long[] kept = passing(asked, few);
        for (int i = 0; i < count; i++) {
            if ((kept[i >>> 6] & 1L << i) == 0) {
                words[few[i] >>> 6] &= ~(1L << few[i]);
            }
        }
    }

    private long[] passing(Condition asked, int[] rows) {
        return passing(asked, rows, segment, resources);
    }

    /// Which of these rows pass, one bit each.
    static long[] passing(Condition asked, int[] rows, SegmentView segment, FragmentResources resources) {
        long[] kept = new long[(rows.length + 63) >>> 6];
        Arrays.fill(kept, -1L);
        resources.tally().rowsScanned.add(rows.length);
        BufferAllocator memory = resources.memory();
        try (VectorSchemaRoot batch =
                segment.rows().gather(rows, rows.length, asked.use().columns(), memory)) {
            asked.evaluator().select(batch, kept, 0);
        }
        return kept;
    }
}
