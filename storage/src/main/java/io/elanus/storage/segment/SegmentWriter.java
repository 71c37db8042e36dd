package io.elanus.storage.segment;

import io.elanus.proto.grpc.RowFileFooter;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.SegmentManifest.DeltaFile;
import io.elanus.storage.segment.SegmentManifest.KeyFile;
import io.elanus.storage.segment.SegmentManifest.RowFile;
import io.elanus.storage.segment.column.ColumnBuffer;
import io.elanus.storage.segment.column.ColumnLayout;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.segment.file.ArrowPayloadWriter;
import io.elanus.storage.segment.file.FileKind;
import io.elanus.storage.segment.file.SegmentFileWriter;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.ColumnType;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/// Writes segments as objects: row files straight from the chunks' memory, then what describes them, last a
/// manifest with the next version. Nothing that exists is changed, so a crash leaves at most objects that no
/// manifest names.
///
/// A full chunk is written once. A chunk that is still filling may be written too (to move the checkpoint on); the
/// next manifest lists newer files for it instead.
///
/// Thread rule: no state of its own; calls block on I/O.
public final class SegmentWriter {
    /// A VECTOR column of more bytes than this has files of its own.
    private static final int WIDE_BYTES = 64;

    private static final List<Integer> TIMES = List.of(RowFile.TIMESTAMPS);

    private final ObjectStore objects;
    private final LongSupplier fileIds;
    private final BufferAllocator allocator;

    /// @param fileIds never gives one id twice, across processes and restarts: random numbers do
    public SegmentWriter(ObjectStore objects, LongSupplier fileIds, BufferAllocator allocator) {
        this.objects = objects;
        this.fileIds = fileIds;
        this.allocator = allocator;
    }

    /// Writes the rows that the manifest lacks. Rows in its full chunks may have been released.
    public StoredManifest write(SegmentManifest manifest, RowSnapshot rows) {
        return store(append(manifest, rows));
    }

    /// Writes the rows that the manifest lacks, and the sorted keys: the segment is complete.
    public StoredManifest complete(SegmentManifest manifest, RowSnapshot rows, Column key) {
        return complete(manifest, rows, key, new DeltaBatch());
    }

    /// As [#complete], with deltas for rows of the segment that ended.
    StoredManifest complete(SegmentManifest manifest, RowSnapshot rows, Column key, DeltaBatch deltas) {
        SegmentManifest written = append(manifest, rows);
        KeyFile keys = writeKeys(written, rows, key);
        List<DeltaFile> deltaFiles = new ArrayList<>(written.deltas());
        if (!deltas.isEmpty()) {
            deltaFiles.add(DeltaLog.store(objects, newKey(written.id(), "deltas"), written.id(), deltas, allocator));
        }
        return store(new SegmentManifest(
                written.id(),
                written.version(),
                written.chunkRows(),
                written.files(),
                written.chunks(),
                deltaFiles,
                Optional.of(keys)));
    }

    /// Writes the rows that the manifest lacks without their timestamps, which nobody knows yet. What follows is
    /// [#completeUnstamped], then [#stamp].
    SegmentManifest appendUnstamped(SegmentManifest manifest, RowSnapshot rows) {
        return append(manifest, rows, groups(rows.columns(), false));
    }

    /// As [#appendUnstamped], and writes the sorted keys: only the timestamps are missing.
    SegmentManifest completeUnstamped(SegmentManifest manifest, RowSnapshot rows, Column key) {
        SegmentManifest written = appendUnstamped(manifest, rows);
        KeyFile keys = writeKeys(written, rows, key);
        return new SegmentManifest(
                written.id(),
                written.version(),
                written.chunkRows(),
                written.files(),
                written.chunks(),
                written.deltas(),
                Optional.of(keys));
    }

    /// Gives all rows of a segment that lacks only that the same timestamp: it is complete.
    public StoredManifest stamp(SegmentManifest manifest, long ts) {
        List<RowFile> files = new ArrayList<>(manifest.files());
        files.add(writeTimestamps(manifest, ts));
        List<SegmentStatistics> chunks = manifest.chunks().stream()
                .map(chunk -> new SegmentStatistics(chunk.rows(), ts, ts, chunk.columns()))
                .toList();
        return store(new SegmentManifest(
                manifest.id(),
                manifest.version(),
                manifest.chunkRows(),
                files,
                chunks,
                manifest.deltas(),
                manifest.keys()));
    }

    private RowFile writeTimestamps(SegmentManifest manifest, long ts) {
        SegmentId id = manifest.id();
        try (var column = new ColumnBuffer(new ColumnLayout.Fixed(Long.BYTES), allocator, manifest.chunkRows())) {
            column.appendLongs(ts, manifest.chunkRows());
            var writer = new SegmentFileWriter(FileKind.ROWS, id.tableId(), id.partitionId(), id.segmentId());
            var payload = new ArrowPayloadWriter(writer, List.of(timestampField()));
            manifest.chunks().forEach(chunk -> payload.add(List.of(column.memory()), chunk.rows()));
            payload.finish();
            return put(writer, id, "ts.rows", new Rows(0, manifest.rows(), manifest.chunkRows()), TIMES);
        }
    }

    /// Writes deletes as a segment of their own (L0).
    public StoredManifest writeDeltas(SegmentId id, DeltaBatch deltas) {
        DeltaFile file = DeltaLog.store(objects, newKey(id, "deltas"), id, deltas, allocator);
        return store(new SegmentManifest(id, 0, 1, List.of(), List.of(), List.of(file), Optional.empty()));
    }

    private StoredManifest store(SegmentManifest manifest) {
        var next = new SegmentManifest(
                manifest.id(),
                manifest.version() + 1,
                manifest.chunkRows(),
                manifest.files(),
                manifest.chunks(),
                manifest.deltas(),
                manifest.keys());
        String key = newKey(next.id(), "v" + next.version() + ".manifest");
        ManifestFile.store(objects, key, next);
        return new StoredManifest(key, next);
    }

    /// Writes row files only; the result is stored by whoever goes on.
    SegmentManifest append(SegmentManifest manifest, RowSnapshot rows) {
        return append(manifest, rows, groups(rows.columns(), true));
    }

    private SegmentManifest append(SegmentManifest manifest, RowSnapshot rows, List<List<Column>> groups) {
        if (manifest.complete() || rows.chunkRows() != manifest.chunkRows() || rows.rows() < manifest.rows()) {
            throw new IllegalArgumentException("Segment [%s] has [%d] rows in files and cannot take a snapshot of [%d]"
                    .formatted(manifest.id(), manifest.rows(), rows.rows()));
        }
        int kept = manifest.fullChunkRows();
        int firstChunk = kept / manifest.chunkRows();
        int fullChunks = rows.rows() / manifest.chunkRows();
        List<RowFile> files = new ArrayList<>();
        manifest.files().stream().filter(file -> file.firstRow() < kept).forEach(files::add);
        List<SegmentStatistics> chunks = new ArrayList<>(manifest.chunks().subList(0, firstChunk));
        for (int chunk = firstChunk; chunk < rows.chunks(); chunk++) {
            chunks.add(statistics(rows, chunk));
        }
        // The last chunk goes to files of its own while it is not full, so that they can be replaced.
        for (List<Column> group : groups) {
            if (firstChunk < fullChunks) {
                files.add(writeRows(manifest.id(), rows, group, firstChunk, fullChunks));
            }
            if (fullChunks < rows.chunks()) {
                files.add(writeRows(manifest.id(), rows, group, fullChunks, rows.chunks()));
            }
        }
        return new SegmentManifest(
                manifest.id(),
                manifest.version(),
                manifest.chunkRows(),
                files,
                chunks,
                manifest.deltas(),
                Optional.empty());
    }

    private static SegmentStatistics statistics(RowSnapshot rows, int chunk) {
        SegmentStatistics times = rows.statistics(chunk);
        List<ColumnStatistics> columns = new ArrayList<>();
        for (Column column : rows.columns()) {
            columns.add(ColumnBounds.of(column, memory(rows, chunk, column), times.rows()));
        }
        return new SegmentStatistics(times.rows(), times.minTs(), times.maxTs(), columns);
    }

    /// The columns by file. The empty group stands for the timestamps.
    private static List<List<Column>> groups(List<Column> columns, boolean times) {
        List<Column> narrow = new ArrayList<>();
        List<List<Column>> groups = new ArrayList<>();
        if (times) {
            groups.add(List.of());
        }
        groups.add(narrow);
        for (Column column : columns) {
            if (column.type() instanceof ColumnType.Vector vector && (vector.sparse() || vector.bytes() > WIDE_BYTES)) {
                groups.add(List.of(column));
            } else {
                narrow.add(column);
            }
        }
        return groups;
    }

    private RowFile writeRows(SegmentId id, RowSnapshot rows, List<Column> group, int fromChunk, int toChunk) {
        var writer = new SegmentFileWriter(FileKind.ROWS, id.tableId(), id.partitionId(), id.segmentId());
        boolean times = group.isEmpty();
        List<Field> fields = times
                ? List.of(timestampField())
                : group.stream().map(ArrowTypes::field).toList();
        var payload = new ArrowPayloadWriter(writer, fields);
        int count = 0;
        for (int i = fromChunk; i < toChunk; i++) {
            int chunk = i;
            payload.add(
                    times
                            ? List.of(timestamps(rows, chunk))
                            : group.stream()
                                    .map(column -> memory(rows, chunk, column))
                                    .toList(),
                    rows.rowsOf(chunk));
            count += rows.rowsOf(chunk);
        }
        payload.finish();
        String name = times ? "ts.rows" : "c" + group.getFirst().id() + ".rows";
        List<Integer> columnIds = times ? TIMES : group.stream().map(Column::id).toList();
        return put(writer, id, name, new Rows(fromChunk * rows.chunkRows(), count, rows.chunkRows()), columnIds);
    }

    /// Which rows a file holds.
    private record Rows(int first, int count, int chunkRows) {}

    private RowFile put(SegmentFileWriter writer, SegmentId id, String name, Rows rows, List<Integer> columnIds) {
        writer.footer()
                .setRows(RowFileFooter.newBuilder()
                        .setFirstRow(rows.first)
                        .setRows(rows.count)
                        .setChunkRows(rows.chunkRows)
                        .addAllColumnIds(columnIds));
        String key = newKey(id, name);
        objects.put(key, writer.finish());
        return new RowFile(key, rows.first, rows.count, columnIds, writer.position());
    }

    private KeyFile writeKeys(SegmentManifest manifest, RowSnapshot rows, Column key) {
        SegmentId id = manifest.id();
        try (Arena arena = Arena.ofConfined();
                MappedRows files = MappedRows.openColumns(objects, released(manifest, rows), List.of(key), allocator)) {
            List<ColumnMemory> chunks = new ArrayList<>();
            for (int chunk = 0; chunk < rows.chunks(); chunk++) {
                ChunkMemory memory = rows.holds(chunk) ? rows.chunk(chunk) : files.chunk(chunk);
                chunks.add(Objects.requireNonNull(memory.find(key.id()), "Every chunk has the key column"));
            }
            var keys = new SegmentKeys(key.type(), chunks, rows.chunkRows(), rows.rows());
            List<ByteBuffer> content = KeyFileWriter.encode(id, keys, arena);
            long bytes = 0;
            for (ByteBuffer part : content) {
                bytes += part.remaining();
            }
            String name = newKey(id, "keys");
            objects.put(name, content);
            return new KeyFile(name, bytes);
        }
    }

    /// What must be opened to see all keys: nothing if the snapshot still has every row.
    private static SegmentManifest released(SegmentManifest manifest, RowSnapshot rows) {
        for (int chunk = 0; chunk < rows.chunks(); chunk++) {
            if (!rows.holds(chunk)) {
                return manifest;
            }
        }
        return SegmentManifest.empty(manifest.id(), manifest.chunkRows());
    }

    private static ColumnMemory timestamps(RowSnapshot rows, int chunk) {
        return rows.chunk(chunk).timestampColumn();
    }

    private static ColumnMemory memory(RowSnapshot rows, int chunk, Column column) {
        ColumnMemory memory = rows.chunk(chunk).find(column.id());
        return Objects.requireNonNull(memory, "A growing chunk has every column of its schema");
    }

    private static Field timestampField() {
        return new Field(
                "ts",
                new FieldType(
                        false,
                        new ArrowType.Int(64, true),
                        null,
                        Map.of(ArrowTypes.COLUMN_ID, Integer.toString(RowFile.TIMESTAMPS))),
                null);
    }

    private String newKey(SegmentId id, String name) {
        return id.prefix() + HexFormat.of().toHexDigits(fileIds.getAsLong()) + "-" + name;
    }
}
