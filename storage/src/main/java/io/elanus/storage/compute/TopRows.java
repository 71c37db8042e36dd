package io.elanus.storage.compute;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/// Sorts a stream of batches, keeping only the first `limit` rows; rows with equal keys stay in the order they
/// came. [Long#MAX_VALUE] as the limit is a full sort. Belongs to one thread at a time; the owner closes it.
///
/// Rows are copied into runs of a few thousand, each sorted when it is full; the runs are merged as rows are taken.
/// With a limit, a row that cannot be among the first is dropped at once, if possible by its first key alone before
/// its keys are encoded, and the runs are merged into one when they hold twice as many rows as can be asked for.
/// No step takes longer than one run does, except that merge.
public final class TopRows implements AutoCloseable {
    private static final int RUN_ROWS = 8192;
    /// With a small limit runs are short, so that soon it is known what can be dropped; for each row of the limit:
    private static final int RUN_ROWS_PER_ROW = 4;

    private static final int LEAST_RUN_ROWS = 1024;
    /// Runs of wide rows end earlier.
    private static final long RUN_BYTES = 32 << 20;

    private final long limit;
    private final int runRows;
    private final RowKeys keys;
    private final @Nullable LeadingKey leading;
    private final BufferAllocator allocator;
    private final HeapAccount account;
    private final Schema schema;
    private final RowAppender open;
    private KeyBytes openKeys = new KeyBytes();
    private long openBytes;
    private List<SortedRun> runs = new ArrayList<>();
    private long stored;
    /// Key of the last row that can be asked for, once so many are there.
    private @Nullable KeyBytes bound;

    private final KeyBytes batchKeys = new KeyBytes();
    private @Nullable RunMerge merge;
    private long given;

    public TopRows(Schema schema, List<SortKey> keys, long limit, BufferAllocator allocator) {
        this.schema = schema;
        this.limit = limit;
        this.runRows =
                RUN_ROWS_PER_ROW * Math.clamp(limit, LEAST_RUN_ROWS / RUN_ROWS_PER_ROW, RUN_ROWS / RUN_ROWS_PER_ROW);
        this.keys = new RowKeys(keys);
        this.leading = keys.isEmpty() ? null : LeadingKey.of(keys.getFirst());
        this.allocator = allocator;
        this.account = new HeapAccount(allocator);
        this.open = new RowAppender(schema, allocator);
    }

    /// Takes all rows of the batch, which stays with its owner.
    public void add(VectorSchemaRoot batch) {
        add(batch, null, 0);
    }

    /// Takes the rows whose bits are set; row i is bit `bitOffset + i`.
    public void add(VectorSchemaRoot batch, long @Nullable [] bitmap, int bitOffset) {
        if (merge != null) {
            throw new IllegalStateException("Rows were taken already");
        }
        int[] rows = bitmap == null
                ? Selections.all(batch.getRowCount())
                : Selections.rows(bitmap, bitOffset, batch.getRowCount());
        if (rows.length == 0 || limit == 0) {
            return;
        }
        try (VectorSchemaRoot columns = keys.project(batch, bitmap, bitOffset, allocator)) {
            for (int from = 0; from < rows.length; from += runRows) {
                add(
                        batch,
                        columns.getFieldVectors(),
                        Arrays.copyOfRange(rows, from, Math.min(rows.length, from + runRows)));
            }
        }
    }

    private void add(VectorSchemaRoot batch, List<FieldVector> keyColumns, int[] rows) {
        int count = leading == null || bound == null
                ? rows.length
                : leading.keep(keyColumns.getFirst(), rows, rows.length, bound);
        if (count == 0) {
            return;
        }
        keys.encode(keyColumns, rows, count, batchKeys);
        for (int from = 0; from < count; ) {
            from = addUntilFull(batch, rows, from, count);
            if (open.rows() >= runRows || openBytes + openKeys.heapBytes() > RUN_BYTES) {
                closeRun();
            }
        }
    }

    /// Copies rows that can still be among the first until the open run is full; returns where it stopped.
    private int addUntilFull(VectorSchemaRoot batch, int[] rows, int from, int end) {
        int[] chosen = new int[Math.min(runRows - open.rows(), end - from)];
        int count = 0;
        int at = from;
        KeyBytes worst = bound;
        while (at < end && count < chosen.length) {
            if (worst == null || KeyBytes.compare(batchKeys, at, worst, 0) < 0) {
                openKeys.append(batchKeys, at);
                chosen[count++] = rows[at];
            }
            at++;
        }
        if (count > 0) {
            long before = allocator.getAllocatedMemory();
            open.append(batch, chosen, 0, count);
            openBytes += Math.max(0, allocator.getAllocatedMemory() - before);
        }
        return at;
    }

    private void closeRun() {
        if (open.rows() == 0) {
            return;
        }
        var run = SortedRun.sort(open.take(), openKeys);
        openKeys = new KeyBytes();
        openBytes = 0;
        runs.add(run);
        stored += run.rows();
        countHeap();
        if (limit < Long.MAX_VALUE / 4 && stored >= 2 * limit + runRows) {
            compact();
        } else if (bound == null && limit <= run.rows()) {
            bound = run.key((int) limit - 1);
        }
    }

    private void countHeap() {
        long bytes = 0;
        for (SortedRun run : runs) {
            bytes += run.heapBytes();
        }
        account.set(bytes);
    }

    /// Merges the runs and keeps the first `limit` rows.
    private void compact() {
        var kept = new ArrayList<SortedRun>();
        stored = 0;
        try (var merging = new RunMerge(runs, schema, allocator)) {
            runs = new ArrayList<>();
            KeyBytes last = null;
            while (stored < limit) {
                var keysOfRun = new KeyBytes();
                VectorSchemaRoot rows = merging.next((int) Math.min(runRows, limit - stored), keysOfRun);
                if (rows == null) {
                    break;
                }
                kept.add(SortedRun.sorted(rows, keysOfRun));
                stored += rows.getRowCount();
                last = new KeyBytes();
                last.append(keysOfRun, keysOfRun.count - 1);
            }
            bound = stored == limit ? last : null;
        } finally {
            runs.addAll(kept);
        }
        countHeap();
    }

    /// The next rows in order, owned by the caller; null after the last. No more rows may be added after the first
    /// call.
    public @Nullable VectorSchemaRoot next(int maxRows) {
        RunMerge merging = merge;
        if (merging == null) {
            closeRun();
            merging = new RunMerge(runs, schema, allocator);
            runs = new ArrayList<>();
            merge = merging;
        }
        int wanted = (int) Math.min(maxRows, limit - given);
        VectorSchemaRoot batch = wanted <= 0 ? null : merging.next(wanted, null);
        if (batch != null) {
            given += batch.getRowCount();
        }
        return batch;
    }

    @Override
    public void close() {
        if (merge != null) {
            merge.close();
        }
        runs.forEach(SortedRun::close);
        runs = new ArrayList<>();
        open.close();
        account.close();
    }
}
