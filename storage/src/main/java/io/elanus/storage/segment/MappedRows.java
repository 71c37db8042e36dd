package io.elanus.storage.segment;

import io.elanus.proto.grpc.FileFooter;
import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.object.MappedObject;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.SegmentManifest.RowFile;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.segment.column.SharedMemory;
import io.elanus.storage.segment.file.ArrowPayload;
import io.elanus.storage.segment.file.FileKind;
import io.elanus.storage.segment.file.SegmentFile;
import io.elanus.storage.type.ArrowTypes;
import io.elanus.storage.type.Column;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/// The row files of a segment, mapped. Nothing is copied; a chunk's bytes are checked when a column of its file is
/// first used. The files stay mapped until this and every snapshot and view is closed. Thread safe once open.
final class MappedRows implements AutoCloseable {
    private final SegmentManifest manifest;
    private final Arena arena;
    private final SharedMemory owner;
    private final Chunk[] chunks;

    private MappedRows(SegmentManifest manifest, Arena arena, BufferAllocator allocator) {
        this.manifest = manifest;
        this.arena = arena;
        this.owner = new SharedMemory(allocator, arena::close);
        this.chunks = new Chunk[manifest.chunks().size()];
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] = new Chunk(owner, new HashMap<>());
        }
    }

    /// Maps and checks the files; those columns that the schema has must be of its types.
    static MappedRows open(
            ObjectStore objects, SegmentManifest manifest, List<Column> columns, BufferAllocator allocator) {
        MappedRows rows = openColumns(objects, manifest, columns, allocator);
        try {
            rows.checkWhole();
            return rows;
        } catch (RuntimeException e) { // nothing stays mapped of what is not whole
            rows.close();
            throw e;
        }
    }

    /// As [#open], of a segment that may have no timestamps yet.
    static MappedRows openColumns(
            ObjectStore objects, SegmentManifest manifest, List<Column> columns, BufferAllocator allocator) {
        var rows = new MappedRows(manifest, Arena.ofShared(), allocator);
        try {
            for (RowFile file : manifest.files()) {
                rows.add(file, rows.map(objects, file.key(), file.bytes(), FileKind.ROWS), columns);
            }
            rows.bringTimestamps();
            return rows;
        } catch (RuntimeException | Error e) { // a mapped file may fault: what was mapped is let go all the same
            rows.close();
            throw e;
        }
    }

    /// Deletes look at them on threads that must not wait for a store far away.
    private void bringTimestamps() {
        for (Chunk chunk : chunks) {
            if (chunk.incomplete(RowFile.TIMESTAMPS).isPresent()) {
                chunk.find(RowFile.TIMESTAMPS);
            }
        }
    }

    /// Maps another file of the segment, for as long as the rows.
    SegmentFile map(ObjectStore objects, String key, long bytes, FileKind kind) {
        SegmentId id = manifest.id();
        return SegmentFile.open(
                key, objects.open(key, bytes, arena), kind, id.tableId(), id.partitionId(), id.segmentId());
    }

    RowSnapshot snapshot(List<Column> columns) {
        @Nullable ChunkMemory[] memory = new ChunkMemory[chunks.length];
        if (chunks.length > 0) {
            owner.retain(chunks.length);
        }
        System.arraycopy(chunks, 0, memory, 0, chunks.length);
        return new RowSnapshot(columns, manifest.chunkRows(), memory, manifest.chunks());
    }

    ChunkMemory chunk(int chunk) {
        return chunks[chunk];
    }

    /// Checks every byte of every row file.
    void verify() {
        for (Chunk chunk : chunks) {
            chunk.places.keySet().forEach(chunk::find);
        }
    }

    @Override
    public void close() {
        owner.release();
    }

    private void add(RowFile listed, SegmentFile file, List<Column> columns) {
        FileFooter footer = file.footer();
        if (!footer.hasRows()
                || footer.getRows().getFirstRow() != listed.firstRow()
                || footer.getRows().getRows() != listed.rows()
                || footer.getRows().getChunkRows() != manifest.chunkRows()
                || !footer.getRows().getColumnIdsList().equals(listed.columnIds())) {
            throw file.corrupt(0, "it does not hold the rows and columns that the manifest lists");
        }
        ArrowPayload payload = ArrowPayload.open(file);
        checkTypes(file, payload.schema().getFields(), listed.columnIds(), columns);
        int first = listed.firstRow() / manifest.chunkRows();
        int rows = 0;
        for (int batch = 0; batch < payload.batches(); batch++) {
            int chunk = first + batch;
            if (chunk >= chunks.length
                    || payload.rows(batch) != manifest.chunks().get(chunk).rows()) {
                throw file.corrupt(0, "record batch [%d] does not have the rows of chunk [%d]".formatted(batch, chunk));
            }
            for (int i = 0; i < listed.columnIds().size(); i++) {
                chunks[chunk].places.put(listed.columnIds().get(i), new Place(payload, batch, i));
            }
            rows += payload.rows(batch);
        }
        if (rows != listed.rows() || listed.firstRow() % manifest.chunkRows() != 0) {
            throw file.corrupt(0, "its record batches have [%d] rows, not [%d]".formatted(rows, listed.rows()));
        }
    }

    private static void checkTypes(
            SegmentFile file, List<Field> fields, List<Integer> columnIds, List<Column> columns) {
        if (fields.size() != columnIds.size()) {
            throw file.corrupt(0, "it has [%d] columns, not [%d]".formatted(fields.size(), columnIds.size()));
        }
        for (Column column : columns) {
            int at = columnIds.indexOf(column.id());
            if (at >= 0 && !fields.get(at).getType().equals(ArrowTypes.arrow(column.type()))) {
                throw file.corrupt(
                        0,
                        "column [%s] is stored as [%s], the table says [%s]"
                                .formatted(
                                        column.name(),
                                        fields.get(at).getType(),
                                        column.type().sql()));
            }
        }
    }

    private void checkWhole() {
        for (int i = 0; i < chunks.length; i++) {
            if (!chunks[i].places.containsKey(RowFile.TIMESTAMPS)) {
                throw new StorageException(
                        ErrorCode.CORRUPT,
                        "The manifest of segment [%s] lists no timestamps for chunk [%d]. Restore it from a copy."
                                .formatted(manifest.id(), i));
            }
        }
    }

    private record Place(ArrowPayload payload, int batch, int column) {}

    private record Chunk(SharedMemory owner, Map<Integer, Place> places) implements ChunkMemory {
        @Override
        public ColumnMemory timestampColumn() {
            Place place = places.get(RowFile.TIMESTAMPS);
            if (place == null) {
                throw new IllegalStateException("A chunk without timestamps was opened");
            }
            return place.payload.column(place.batch, place.column);
        }

        @Override
        public @Nullable ColumnMemory find(int columnId) {
            Place place = places.get(columnId);
            return place == null ? null : place.payload.column(place.batch, place.column);
        }

        @Override
        public @Nullable ColumnMemory findUnchecked(int columnId) {
            Place place = places.get(columnId);
            return place == null ? null : place.payload.unchecked(place.batch, place.column);
        }

        @Override
        public Optional<MappedObject> incomplete(int columnId) {
            Place place = places.get(columnId);
            return place == null ? Optional.empty() : place.payload.incomplete();
        }
    }
}
