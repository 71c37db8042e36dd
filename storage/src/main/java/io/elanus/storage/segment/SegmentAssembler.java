package io.elanus.storage.segment;

import io.elanus.storage.type.TableSchema;
import io.elanus.storage.visibility.Visibility;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// Writes rows into new segments, beside the log: bulk load and restore. All rows get one timestamp, which is known
/// only when all are written: until [SegmentWriter#stamp] gives it, what is here are files that nothing refers to.
///
/// The caller sees to it that no two rows have one key: they would both be visible.
///
/// Thread rule: one thread; calls block on I/O.
public final class SegmentAssembler implements AutoCloseable {
    private final SegmentWriter writer;
    private final Plan plan;
    private final LongSupplier ids;
    private final BufferAllocator allocator;
    private final List<SegmentManifest> done = new ArrayList<>();
    private RowBuffer buffer;
    private @Nullable SegmentManifest manifest;

    /// @param schema of the table that the segments are for
    /// @param partitionId of all the rows
    /// @param maxRows of a segment
    /// @param chunksPerWrite that are in memory before they are written
    public record Plan(TableSchema schema, long partitionId, int chunkRows, long maxRows, int chunksPerWrite) {
        /// Segments of about so many bytes.
        public static Plan of(TableSchema schema, long partitionId, long bytes, int chunksPerWrite) {
            int chunkRows = ChunkSize.rows(schema);
            long rows = bytes / ChunkSize.rowBytes(schema);
            return new Plan(
                    schema, partitionId, chunkRows, Math.clamp(rows, chunkRows, Integer.MAX_VALUE / 2), chunksPerWrite);
        }
    }

    /// @param ids of new segments
    public SegmentAssembler(SegmentWriter writer, Plan plan, LongSupplier ids, BufferAllocator allocator) {
        this.writer = writer;
        this.plan = plan;
        this.ids = ids;
        this.allocator = allocator;
        this.buffer = new RowBuffer(plan.schema(), plan.chunkRows(), allocator);
    }

    /// Takes a copy of a batch with the columns of the table.
    public void add(VectorSchemaRoot batch) {
        int from = 0;
        while (from < batch.getRowCount()) {
            int piece = piece(batch.getRowCount() - from);
            buffer.append(batch, from, piece, 0);
            from += piece;
            appended();
        }
    }

    /// Takes the rows of another segment that a read at a timestamp sees; all deletes that concern them were
    /// applied to it. Returns how many that were.
    public long add(SealedSegment source, long readTs, BooleanSupplier cancelled) {
        long taken = 0;
        try (var snapshot = (ChunkedSnapshot) source.snapshot()) {
            RowSnapshot rows = snapshot.rowSnapshot();
            int[] seen = new int[rows.chunkRows()];
            for (int chunk = 0; chunk < rows.chunks() && !cancelled.getAsBoolean(); chunk++) {
                int first = chunk * rows.chunkRows();
                int count = 0;
                for (int i = 0; i < rows.rowsOf(chunk); i++) {
                    if (Visibility.visible(snapshot.ts(first + i), snapshot.endTs(first + i), readTs)) {
                        seen[count++] = i;
                    }
                }
                add(rows.chunk(chunk), seen, count);
                taken += count;
            }
        }
        return taken;
    }

    private void add(ChunkMemory chunk, int[] ordinals, int count) {
        int from = 0;
        while (from < count) {
            int piece = piece(count - from);
            buffer.append(chunk, ordinals, from, piece);
            from += piece;
            appended();
        }
    }

    private int piece(int rows) {
        return (int) Math.min(rows, plan.maxRows() - buffer.rows());
    }

    private void appended() {
        if (buffer.rows() >= plan.maxRows()) {
            endSegment();
            return;
        }
        SegmentManifest written = current();
        if (buffer.rows() - written.rows() >= plan.chunksPerWrite() * plan.chunkRows()) {
            try (RowSnapshot rows = buffer.snapshot()) {
                written = writer.appendUnstamped(written, rows);
            }
            manifest = written;
            buffer.release(written.fullChunkRows());
        }
    }

    private SegmentManifest current() {
        if (manifest == null) {
            var id = new SegmentId(plan.schema().tableId(), plan.partitionId(), ids.getAsLong());
            manifest = SegmentManifest.empty(id, plan.chunkRows());
        }
        return manifest;
    }

    private void endSegment() {
        if (buffer.rows() == 0) {
            return;
        }
        try (RowSnapshot rows = buffer.snapshot()) {
            done.add(writer.completeUnstamped(current(), rows, plan.schema().keyColumn()));
        }
        buffer.close();
        buffer = new RowBuffer(plan.schema(), plan.chunkRows(), allocator);
        manifest = null;
    }

    /// Writes what is left, and gives all segments; [SegmentWriter#stamp] makes them whole.
    public List<SegmentManifest> finish() {
        endSegment();
        return List.copyOf(done);
    }

    @Override
    public void close() {
        buffer.close();
    }
}
