package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.filter.Evaluator;
import io.elanus.storage.filter.Expr;
import io.elanus.storage.index.RowFilter;
import io.elanus.storage.segment.SegmentSnapshot;
import io.elanus.storage.visibility.Visibility;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Finds the rows of segments that a fragment's shape may choose from: visible, of the asked keys, and passing the
/// filter. One thread at a time.
final class RowSelector {
    private final FragmentRequest request;
    private final Guard guard;
    private final Tally tally;
    private final ColumnUse use;
    private final @Nullable Evaluator filter;

    RowSelector(FragmentRequest request, Guard guard, Tally tally) {
        this.request = request;
        this.guard = guard;
        this.tally = tally;
        List<Expr> exprs = request.filter().stream().toList();
        this.use = ColumnUse.of(exprs, request.inputs());
        this.filter = exprs.isEmpty() ? null : Evaluator.compile(use.rewrite(exprs.getFirst()));
    }

    /// May the segment hold a row of the answer, as far as its statistics tell?
    boolean mayHold(SegmentView segment) {
        boolean partition = request.partitions().isEmpty()
                || request.partitions().contains(segment.rows().id().partitionId());
        boolean may = partition
                && segment.rows().rows() > 0
                && segment.statistics().minTs() <= request.readTs()
                && request.filter()
                        .map(expr -> StatisticsPruner.mayPass(expr, request.inputs(), segment.statistics()))
                        .orElse(true);
        (may ? tally.segmentsSearched : tally.segmentsPruned).increment();
        return may;
    }

    /// The rows of the whole segment.
    RowFilter select(SegmentView segment) {
        SegmentSnapshot rows = segment.rows();
        if (filter == null && request.keys().isEmpty()) {
            RowFilter visible = rows.visible(request.readTs());
            tally.rowsPassed.add(visible.cardinality());
            return visible;
        }
        long[] words = candidates(segment);
        for (int chunk = 0; chunk < rows.chunks(); chunk++) {
            filterChunk(segment, words, chunk);
        }
        RowFilter selected = RowFilter.of(words, rows.rows());
        tally.rowsPassed.add(selected.cardinality());
        return selected;
    }

    /// The rows that the filter has yet to look at, as a bitmap of the caller's own.
    long[] candidates(SegmentView segment) {
        SegmentSnapshot rows = segment.rows();
        if (request.keys().isEmpty()) {
            return rows.visible(request.readTs()).words().clone();
        }
        long[] words = new long[(rows.rows() + 63) >>> 6];
        for (int row : lookUp(rows)) {
            words[row >>> 6] |= 1L << row;
        }
        return words;
    }

    /// Visible rows with the asked keys, rising.
    private int[] lookUp(SegmentSnapshot rows) {
        int[] found = new int[8];
        int count = 0;
        for (byte[] key : request.keys()) {
            for (int row : rows.findRows(key)) {
                if (Visibility.visible(rows.ts(row), rows.endTs(row), request.readTs())) {
                    if (count == found.length) {
                        found = Arrays.copyOf(found, 2 * count);
                    }
                    found[count++] = row;
                }
            }
        }
        int[] sorted = Arrays.copyOf(found, count);
        Arrays.sort(sorted);
        return sorted;
    }

    /// Rows with the asked keys that pass; nothing else of the segment is looked at.
    int[] selectKeys(SegmentView segment, org.apache.arrow.memory.BufferAllocator allocator) {
        int[] found = lookUp(segment.rows());
        tally.rowsScanned.add(found.length);
        if (filter != null && found.length > 0) {
            long[] words = new long[(found.length + 63) >>> 6];
            Arrays.fill(words, -1L);
            try (VectorSchemaRoot batch = segment.rows().gather(found, found.length, use.columns(), allocator)) {
                filter.select(batch, words, 0);
            }
            int kept = 0;
            for (int i = 0; i < found.length; i++) {
                if ((words[i >>> 6] & 1L << i) != 0) {
                    found[kept++] = found[i];
                }
            }
            found = Arrays.copyOf(found, kept);
        }
        tally.rowsPassed.add(found.length);
        return found;
    }

    /// Clears the bits of the chunk's rows that do not pass the filter.
    void filterChunk(SegmentView segment, long[] words, int chunk) {
        if (filter == null) {
            return;
        }
        SegmentSnapshot rows = segment.rows();
        int from = chunk * rows.chunkRows();
        int count = rows.rowsOf(chunk);
        if (Bits.none(words, from, count)) {
            return;
        }
        guard.check();
        if (!StatisticsPruner.mayPass(request.filter().orElseThrow(), request.inputs(), rows.statistics(chunk))) {
            Bits.clear(words, from, count);
            return;
        }
        tally.rowsScanned.add(count);
        try (VectorSchemaRoot batch = rows.chunk(chunk, use.columns())) {
            filter.select(batch, words, from);
        }
    }
}
