package io.elanus.cluster.querynode.fragment;

import io.elanus.storage.compute.RowAppender;
import io.elanus.storage.filter.Projection;
import io.elanus.storage.segment.SegmentSnapshot;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Rows of a scan, chunk by chunk, stopping at the limit. Rows that follow one another go out where they lie, others
/// are gathered.
final class ScanRows implements RowProducer {
    /// Fewer rows than these are copied.
    private static final int WORTH_SLICING = 64;
    /// Bit vectors are cut without a copy where a byte begins.
    private static final int BYTE_OF_ROWS = 8;

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
    /// The columns of the chunk at hand, once some rows of it were cut out.
    private @Nullable VectorSchemaRoot whole;
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
        while (left > 0) {
            VectorSchemaRoot slice = slice();
            if (slice != null) {
                left -= slice.getRowCount();
                return Batches.project(projection, slice, resources.memory());
            }
            int most = (int) Math.min(batchRows, left);
            int[] rows = new int
                    [request.keys().isEmpty()
                            ? most
                            : Math.min(most, request.keys().size())];
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

    /// The next rows of this segment if they follow one another; null if they are to be gathered, or there are none.
    private @Nullable VectorSchemaRoot slice() {
        Candidates current = candidates;
        if (current == null) {
            return null;
        }
        int first = nextRow(current);
        if (first < 0) {
            return null;
        }
        SegmentSnapshot snapshot = view().rows();
        int start = chunk * snapshot.chunkRows();
        int end = start + snapshot.rowsOf(chunk);
        int run = Bits.nextClear(current.words(), first, end) - first;
        int most = (int) Math.min(batchRows, left);
        if (Math.min(run, most) < WORTH_SLICING || first + run < end && run < most) {
            return null;
        }
        int pieces = (run + most - 1) / most;
        int piece = (run + pieces - 1) / pieces;
        int count = Math.min(Math.min(run, most), (piece + BYTE_OF_ROWS - 1) / BYTE_OF_ROWS * BYTE_OF_ROWS);
        VectorSchemaRoot columns = whole;
        if (columns == null) {
            columns = snapshot.chunk(chunk, use.columns());
            whole = columns;
        }
        bit = first + count;
        return RowAppender.slice(columns, first - start, count, resources.memory());
    }

    /// The next row of this segment that was chosen, filtering chunks as it reaches them; -1 at the end.
    private int nextRow(Candidates current) {
        SegmentSnapshot snapshot = view().rows();
        while (true) {
            int end = chunk < 0 ? 0 : chunk * snapshot.chunkRows() + snapshot.rowsOf(chunk);
            int found = bit < end ? Bits.next(current.words(), bit, end) : -1;
            if (found >= 0) {
                return found;
            }
            if (chunk + 1 >= snapshot.chunks()) {
                return -1;
            }
            nextChunk(current);
        }
    }

    private void nextChunk(Candidates current) {
        SegmentSnapshot snapshot = view().rows();
        leaveChunk();
        chunk++;
        bit = chunk * snapshot.chunkRows();
        current.filter(chunk);
        resources.tally().rowsPassed.add(Bits.count(current.words(), bit, snapshot.rowsOf(chunk)));
    }

    private void leaveChunk() {
        if (whole != null) {
            whole.close();
            whole = null;
        }
    }

    /// Looks further for keys, since that takes little.
    @Override
    public boolean isDrained() {
        if (left > 0 && !request.keys().isEmpty()) {
            while (keyedAt == keyed.length) {
                if (!nextSegment()) {
                    return true;
                }
            }
        }
        return left == 0;
    }

    private SegmentView view() {
        return resources.view().segments().get(segment);
    }

    private boolean nextSegment() {
        leaveChunk();
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
            } else if ((count > 0 && count >= rows.length / 2) || chunk + 1 >= snapshot.chunks()) {
                // A batch that is half full goes out before another chunk is read.
                break;
            } else {
                nextChunk(current);
            }
        }
        return count;
    }

    @Override
    public void close() {
        leaveChunk();
    }
}
