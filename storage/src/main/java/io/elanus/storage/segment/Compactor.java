package io.elanus.storage.segment;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.TableSchema;
import io.elanus.storage.visibility.TimeToLive;
import io.elanus.storage.visibility.Visibility;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// Merges segments into new ones and leaves out what no read can see any more.
///
/// A row stays unless it ended at or before the retention timestamp, or has outlived the table's [TimeToLive] by
/// then. It keeps its write timestamp; if it ended
/// later, its end goes into the new segment as a delta. So every read at or above the retention gives the same rows
/// before and after. The result depends on nothing but the arguments.
///
/// Thread rule: no state of its own; a call blocks on I/O and stops soon after it is cancelled.
public final class Compactor {
    /// Chunks that are in memory at most before they are written.
    private static final int CHUNKS_PER_WRITE = 4;

    private final SegmentWriter writer;
    private final BufferAllocator allocator;

    public Compactor(SegmentWriter writer, BufferAllocator allocator) {
        this.writer = writer;
        this.allocator = allocator;
    }

    /// @param newIds one for each new segment, in order; too few is an error before anything is lost
    /// @param retentionTs no read below it will come any more
    /// @param maxRows of a new segment
    public record Plan(TableSchema schema, List<SegmentId> newIds, int chunkRows, long retentionTs, long maxRows) {
        public Plan {
            newIds = List.copyOf(newIds);
        }
    }

    /// Compacts segments to which all deletes that concern them were applied. The new segments' rows are in the
    /// order of the old ones. Gives no segment when no row is left.
    public List<StoredManifest> compact(List<SealedSegment> from, Plan plan, BooleanSupplier cancelled) {
        try (var output = new Output(plan)) {
            for (SealedSegment segment : from) {
                try (var snapshot = (ChunkedSnapshot) segment.snapshot()) {
                    copy(snapshot, plan, output, cancelled);
                }
            }
            output.endSegment();
            return output.manifests;
        }
    }

    private static void copy(ChunkedSnapshot snapshot, Plan plan, Output output, BooleanSupplier cancelled) {
        RowSnapshot rows = snapshot.rowSnapshot();
        int[] kept = new int[rows.chunkRows()];
        TimeToLive lives = TimeToLive.of(plan.schema()).orElse(null);
        for (int chunk = 0; chunk < rows.chunks(); chunk++) {
            if (cancelled.getAsBoolean()) {
                throw new StorageException(
                        ErrorCode.CANCELLED, "The compaction was cancelled. Plan it again if needed.");
            }
            int first = chunk * rows.chunkRows();
            int count = 0;
            // Rows that are older than the column have nothing to go by.
            ColumnMemory made =
                    lives == null ? null : rows.chunk(chunk).find(lives.column().id());
            for (int i = 0; i < rows.rowsOf(chunk); i++) {
                boolean outlived = lives != null
                        && made != null
                        && !made.isNull(i)
                        && lives.expired(NativeMemory.longAt(made.data() + (long) i * Long.BYTES), plan.retentionTs());
                if (!outlived && !Visibility.expired(snapshot.endTs(first + i), plan.retentionTs())) {
                    kept[count++] = i;
                }
            }
            output.add(snapshot, chunk, kept, count);
        }
    }

    /// The segment being filled, and those that are done.
    private final class Output implements AutoCloseable {
        private final Plan plan;
        private final List<StoredManifest> manifests = new ArrayList<>();
        private RowBuffer buffer;
        private @Nullable SegmentManifest manifest;
        private DeltaBatch deltas = new DeltaBatch();

        Output(Plan plan) {
            this.plan = plan;
            this.buffer = new RowBuffer(plan.schema(), plan.chunkRows(), allocator);
        }

        void add(ChunkedSnapshot source, int chunk, int[] kept, int count) {
            int done = 0;
            while (done < count) {
                if (buffer.rows() == plan.maxRows()) {
                    endSegment();
                }
                int piece = (int) Math.min(count - done, plan.maxRows() - buffer.rows());
                buffer.append(source.rowSnapshot().chunk(chunk), kept, done, piece);
                addDeltas(source, chunk, kept, done, piece);
                done += piece;
                writeFullChunks();
            }
        }

        void endSegment() {
            if (buffer.rows() == 0) {
                return;
            }
            try (RowSnapshot rows = buffer.snapshot()) {
                manifests.add(writer.complete(current(), rows, plan.schema().keyColumn(), deltas));
            }
            buffer.close();
            buffer = new RowBuffer(plan.schema(), plan.chunkRows(), allocator);
            deltas = new DeltaBatch();
            manifest = null;
        }

        @Override
        public void close() {
            buffer.close();
        }

        private SegmentManifest current() {
            if (manifest == null) {
                if (manifests.size() == plan.newIds().size()) {
                    throw new StorageException(
                            ErrorCode.INTERNAL,
                            "A compaction was given [%d] segment ids and needs more. Plan it with more."
                                    .formatted(manifests.size()));
                }
                manifest = SegmentManifest.empty(plan.newIds().get(manifests.size()), plan.chunkRows());
            }
            return manifest;
        }

        private void addDeltas(ChunkedSnapshot source, int chunk, int[] kept, int from, int count) {
            RowSnapshot rows = source.rowSnapshot();
            KeyReader keys = null;
            for (int i = from; i < from + count; i++) {
                long end = source.endTs(chunk * rows.chunkRows() + kept[i]);
                if (end != HybridTime.MAX) {
                    if (keys == null) {
                        keys = KeyReader.of(
                                plan.schema().keyColumn().type(),
                                Objects.requireNonNull(
                                        rows.chunk(chunk).find(plan.schema().keyColumnId())));
                    }
                    deltas.add(keys.key(kept[i]), end);
                }
            }
        }

        private void writeFullChunks() {
            SegmentManifest written = current();
            if (buffer.rows() - written.rows() < CHUNKS_PER_WRITE * plan.chunkRows()) {
                return;
            }
            try (RowSnapshot rows = buffer.snapshot()) {
                written = writer.append(written, rows);
            }
            manifest = written;
            buffer.release(written.fullChunkRows());
        }
    }
}
