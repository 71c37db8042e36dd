package io.elanus.storage.segment;

import io.elanus.proto.grpc.DeltaFileFooter;
import io.elanus.storage.kernel.NativeMemory;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.SegmentManifest.DeltaFile;
import io.elanus.storage.segment.column.ColumnBuffer;
import io.elanus.storage.segment.column.ColumnLayout;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.segment.file.ArrowPayload;
import io.elanus.storage.segment.file.ArrowPayloadWriter;
import io.elanus.storage.segment.file.FileKind;
import io.elanus.storage.segment.file.SegmentFile;
import io.elanus.storage.segment.file.SegmentFileWriter;
import java.lang.foreign.Arena;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/// Delta logs as objects: (key, timestamp) pairs of later writes.
public final class DeltaLog {
    private static final List<Field> FIELDS = List.of(
            new Field(KeyReader.KEY, FieldType.notNullable(ArrowType.Binary.INSTANCE), null),
            new Field("ts", FieldType.notNullable(new ArrowType.Int(64, true)), null));

    private DeltaLog() {}

    /// Reads a file of a segment's manifest.
    public static DeltaBatch read(ObjectStore objects, SegmentId id, DeltaFile listed) {
        try (Arena arena = Arena.ofConfined()) {
            SegmentFile file = SegmentFile.open(
                    listed.key(),
                    objects.map(listed.key(), arena),
                    FileKind.DELTAS,
                    id.tableId(),
                    id.partitionId(),
                    id.segmentId());
            ArrowPayload payload = ArrowPayload.open(file);
            if (!payload.schema().getFields().equals(FIELDS) || payload.batches() != 1) {
                throw file.corrupt(0, "it has [%s] and not the columns of a delta log".formatted(payload.schema()));
            }
            ColumnMemory timestamps = payload.column(0, 1);
            KeyReader keys = KeyReader.canonical(payload.column(0, 0));
            var deltas = new DeltaBatch();
            for (int i = 0; i < payload.rows(0); i++) {
                deltas.add(keys.key(i), NativeMemory.longAt(timestamps.data() + (long) i * Long.BYTES));
            }
            if (deltas.size() != listed.entries()) {
                throw file.corrupt(0, "it has [%d] entries, not [%d]".formatted(deltas.size(), listed.entries()));
            }
            return deltas;
        }
    }

    /// All deltas of a manifest together.
    public static DeltaBatch readAll(ObjectStore objects, SegmentManifest manifest) {
        var all = new DeltaBatch();
        for (DeltaFile file : manifest.deltas()) {
            DeltaBatch deltas = read(objects, manifest.id(), file);
            for (int i = 0; i < deltas.size(); i++) {
                all.add(deltas.key(i), deltas.ts(i));
            }
        }
        return all;
    }

    static DeltaFile store(
            ObjectStore objects, String key, SegmentId id, DeltaBatch deltas, BufferAllocator allocator) {
        int size = deltas.size();
        try (var keys = new ColumnBuffer(ColumnLayout.VARIABLE, allocator, size);
                var timestamps = new ColumnBuffer(new ColumnLayout.Fixed(Long.BYTES), allocator, size)) {
            for (int i = 0; i < size; i++) {
                keys.appendValue(deltas.key(i));
                timestamps.appendLongs(deltas.ts(i), 1);
            }
            var writer = new SegmentFileWriter(FileKind.DELTAS, id.tableId(), id.partitionId(), id.segmentId());
            var payload = new ArrowPayloadWriter(writer, FIELDS);
            payload.add(List.of(keys.memory(), timestamps.memory()), size);
            payload.finish();
            writer.footer()
                    .setDeltas(DeltaFileFooter.newBuilder()
                            .setEntries(size)
                            .setMinTs(deltas.minTs())
                            .setMaxTs(deltas.maxTs()));
            objects.put(key, writer.finish());
            return new DeltaFile(key, size, deltas.minTs(), deltas.maxTs(), writer.position());
        }
    }
}
