package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.filter.Projection;
import io.elanus.storage.segment.SegmentSnapshot;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Rows of a scan, chunk by chunk, stopping at the limit.
final class ScanRows implements RowProducer {
    private final FragmentRequest request;
    private final FragmentResources resources;
    private final RowSelector selector;
    private final ColumnUse use;
    private final Projection projection;
    private final int batchRows;
    private long left;
    private int segment = -1;
    private int chunk;
    private int bit;
    private @Nullable Candidates candidates;
    private int[] keyed = new int[0];
    private int keyedAt;

    ScanRows(FragmentRequest request, FragmentResources resources, long limit) {
        this.request = request;
        this.resources = resources;
        this.selector = new RowSelector(request, resources);
        this.use = ColumnUse.of(request.projection(), request.inputs());
        this.projection = new Projection(use.rewrite(request.projection()), request.outputNames());
        this.batchRows = Batches.rows(use.columns());
        this.left = limit;
    }

    @Override
    public @Nullable VectorSchemaRoot produce() {
        int[] rows = new int[(int) Math.min(batchRows, left)];
        while (left > 0) {
            int count = request.keys().isEmpty() ? fill(rows) : fillKeyed(rows);
            if (count > 0) {
                left -= count;
                return Batches.project(
                        projection,
                        view().rows().gather(rows, count, use.columns(), resources.memory()),
                        resources.memory());
            }
            if (!nextSegment()) {
                return null;
            }
        }
        return null;
    }

    private SegmentView view() {
        return resources.view().segments().get(segment);
    }

    private boolean nextSegment() {
        candidates = null;
        keyed = new int[0];
        keyedAt = 0;
        while (++segment < resources.view().segments().size()) {
            resources.guard().check();
            if (selector.mayHold(view())) {
                if (request.keys().isEmpty()) {
                    candidates = selector.candidates(view());
                    chunk = -1;
                    bit = 0;
                } else {
                    keyed = selector.selectKeys(view());
                }
                return true;
            }
        }
        return false;
    }

    private int fillKeyed(int[] rows) {
        int count = Math.min(rows.length, keyed.length - keyedAt);
        System.arraycopy(keyed, keyedAt, rows, 0, count);
        keyedAt += count;
        return count;
    }

    /// Takes the next rows of this segment, filtering chunks as it reaches them.
    private int fill(int[] rows) {
        Candidates current = candidates;
        if (current == null) {
            return 0;
        }
        long[] bitmap = current.words();
        SegmentSnapshot snapshot = view().rows();
        int count = 0;
        while (count < rows.length) {
            int end = chunk < 0 ? 0 : chunk * snapshot.chunkRows() + snapshot.rowsOf(chunk);
            int found = bit < end ? Bits.next(bitmap, bit, end) : -1;
            if (found >= 0) {
                rows[count++] = found;
                bit = found + 1;
            } else if ((count > 0 && count >= rows.length / 2) || ++chunk >= snapshot.chunks()) {
                // A batch that is half full goes out before another chunk is read.
                break;
            } else {
                bit = chunk * snapshot.chunkRows();
                current.filter(chunk);
                resources.tally().rowsPassed.add(Bits.count(bitmap, bit, snapshot.rowsOf(chunk)));
            }
        }
        return count;
    }

    @Override
    public void close() {}
}
