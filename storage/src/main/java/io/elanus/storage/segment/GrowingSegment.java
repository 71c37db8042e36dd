package io.elanus.storage.segment;

import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.HybridTime;
import io.elanus.storage.type.TableSchema;
import java.util.Arrays;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Rows that arrive from the log, searchable at once. A row ends older rows of its key in this segment; for those
/// in other segments the caller calls [#end] there.
///
/// Thread rule: [#append], [#evolve], [#end] and [#close] by one thread at a time, the rest by any.
public final class GrowingSegment implements Segment {
    private final SegmentId id;
    private final Column key;
    private final RowBuffer buffer;
    private final BufferAllocator allocator;
    private final KeyMap keys = new KeyMap();
    private final RowEnds ends = new RowEnds();
    private final Probe probe = new Probe();
    private long lastTs = HybridTime.MIN;

    /// @param chunkRows see [ChunkSize]
    public GrowingSegment(SegmentId id, TableSchema schema, int chunkRows, BufferAllocator allocator) {
        this.id = id;
        this.key = schema.keyColumn();
        this.buffer = new RowBuffer(schema, chunkRows, allocator);
        this.allocator = allocator;
    }

    /// Appends the rows [from, from + count) of a batch, written at `ts`; see [RowBuffer#append]. Timestamps never
    /// fall from one append to the next, and the keys of one append are distinct.
    public void append(VectorSchemaRoot batch, int from, int count, long ts) {
        if (ts < lastTs) {
            throw new IllegalArgumentException(
                    "Rows at [%d] come after rows at [%d] in segment [%s]".formatted(ts, lastTs, id));
        }
        FieldVector keyVector = keyVector(batch);
        int first = buffer.rows();
        buffer.append(batch, from, count, ts);
        lastTs = ts;
        KeyReader reader = KeyReader.of(keyVector);
        for (int i = 0; i < count; i++) {
            index(reader, from + i, first + i, ts);
        }
    }

    /// Brings in the rows that are in files already, before anything is appended: how a node takes over a segment
    /// that grew elsewhere. The table's columns are those of the schema given at construction.
    public void load(ObjectStore objects, SegmentManifest manifest) {
        if (buffer.rows() > 0 || manifest.chunkRows() != buffer.chunkRows()) {
            throw new IllegalStateException("Segment [%s] has rows or other chunks than its files".formatted(id));
        }
        try (MappedRows files = MappedRows.open(objects, manifest, buffer.columns(), allocator);
                RowSnapshot rows = files.snapshot(buffer.columns())) {
            appendAll(rows);
        }
        DeltaBatch deltas = DeltaLog.readAll(objects, manifest);
        for (int i = 0; i < deltas.size(); i++) {
            end(deltas.key(i), deltas.ts(i));
        }
    }

    private void appendAll(RowSnapshot rows) {
        int[] ordinals = new int[rows.chunkRows()];
        Arrays.setAll(ordinals, i -> i);
        for (int chunk = 0; chunk < rows.chunks(); chunk++) {
            ChunkMemory memory = rows.chunk(chunk);
            int first = buffer.rows();
            int count = rows.rowsOf(chunk);
            buffer.append(memory, ordinals, 0, count);
            ColumnMemory keyMemory = buffer.memory(chunk, key.id());
            KeyReader reader = KeyReader.of(key.type(), keyMemory);
            for (int i = 0; i < count; i++) {
                long ts = ChunkedSnapshot.tsAt(memory, i);
                lastTs = Math.max(lastTs, ts);
                index(reader, i, first + i, ts);
            }
        }
    }

    /// See [RowBuffer#evolve].
    public void evolve(TableSchema newer) {
        buffer.evolve(newer);
    }

    @Override
    public SegmentId id() {
        return id;
    }

    @Override
    public int chunkRows() {
        return buffer.chunkRows();
    }

    @Override
    public int rows() {
        return buffer.rows();
    }

    @Override
    public SegmentSnapshot snapshot() {
        return new ChunkedSnapshot(id, buffer.snapshot(), ends, this::find, allocator);
    }

    /// What its rows are written from; the caller closes it.
    public RowSnapshot rowSnapshot() {
        return buffer.snapshot();
    }

    @Override
    public boolean mayContain(byte[] key) {
        boolean[] found = {false};
        try (RowSnapshot rows = buffer.snapshot()) {
            find(key, rows, row -> found[0] = true);
        }
        return found[0];
    }

    @Override
    public int end(byte[] key, long ts) {
        int[] ended = {0};
        probe.look(key, key.length, ts);
        keys.find(KeyHash.of(key), buffer.rows(), probe, row -> {
            if (ends.end(row, buffer.ts(row), ts)) {
                ended[0]++;
            }
        });
        return ended[0];
    }

    @Override
    public SegmentStatistics statistics() {
        return buffer.statistics();
    }

    @Override
    public long memoryBytes() {
        return buffer.memoryBytes() + keys.memoryBytes() + ends.memoryBytes();
    }

    @Override
    public void close() {
        buffer.close();
    }

    private void find(byte[] wanted, RowSnapshot rows, KeyMap.RowConsumer found) {
        keys.find(
                KeyHash.of(wanted),
                rows.rows(),
                row -> {
                    ColumnMemory memory = rows.chunk(rows.chunkOf(row)).find(key.id());
                    return memory != null
                            && KeyReader.of(key.type(), memory).matches(rows.rowInChunk(row), wanted, wanted.length);
                },
                found);
    }

    private void index(KeyReader reader, int at, int row, long ts) {
        int length = reader.length(at);
        byte[] scratch = probe.room(length);
        reader.copy(at, scratch);
        probe.look(scratch, length, ts);
        keys.add(KeyHash.of(scratch, length), row, probe, probe);
    }

    private FieldVector keyVector(VectorSchemaRoot batch) {
        for (FieldVector vector : batch.getFieldVectors()) {
            if (RowBuffer.columnId(vector) == key.id()) {
                return vector;
            }
        }
        throw new IllegalArgumentException("A batch for segment [%s] has no key column [%s]".formatted(id, key.name()));
    }

    /// The key being looked for or added by the writer, and what to do with older rows that have it. Reused, so
    /// that an append makes no garbage.
    private final class Probe implements KeyMap.Candidate, KeyMap.RowConsumer {
        private byte[] scratch = new byte[64];
        private byte[] wanted = scratch;
        private int length;
        private long ts;

        byte[] room(int bytes) {
            if (bytes > scratch.length) {
                scratch = new byte[Math.max(bytes, 2 * scratch.length)];
            }
            return scratch;
        }

        void look(byte[] bytes, int count, long laterTs) {
            wanted = bytes;
            length = count;
            ts = laterTs;
        }

        @Override
        public boolean matches(int row) {
            ColumnMemory memory = buffer.memory(row / chunkRows(), key.id());
            return KeyReader.of(key.type(), memory).matches(row % chunkRows(), wanted, length);
        }

        @Override
        public void accept(int row) {
            ends.end(row, buffer.ts(row), ts);
        }
    }
}
