package io.elanus.storage.segment;

import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.column.ColumnMemory;
import io.elanus.storage.segment.file.FileKind;
import io.elanus.storage.segment.file.SegmentFile;
import io.elanus.storage.type.Column;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/// Remembers which keys it was given, roughly: a key that it was given is always found, one that it was not is
/// found in fewer than one of a hundred cases. Takes about two bytes a key, on the heap.
///
/// Keys go into a filter like that of a key file ([KeyFilter]); when one has as many as it was made for, a larger
/// one is begun. For one thread at a time.
public final class KeySketch {
    private static final int FIRST_KEYS = 1 << 12;
    private static final int MOST_KEYS = 1 << 22;
    private static final int GROWTH = 4;

    private final List<KeyBlocks> stages = new ArrayList<>();
    private int room;
    private int nextKeys = FIRST_KEYS;

    /// The keys of a segment's persisted rows. Blocks on I/O.
    ///
    /// @param mayTake asked before that many bytes are taken; when it says no, nothing is read
    /// @param memory for what is made on the way; nothing is left in it @return null: there was no room
    public static @Nullable KeySketch load(
            ObjectStore objects, SegmentManifest manifest, Column key, LongPredicate mayTake, BufferAllocator memory) {
        if (!mayTake.test(KeyFilter.bytes(manifest.rows()))) {
            return null;
        }
        var sketch = new KeySketch();
        if (manifest.keys().isPresent()) {
            String file = manifest.keys().get().key();
            try (Arena arena = Arena.ofShared()) {
                SegmentId id = manifest.id();
                sketch.stages.add(SortedKeys.open(SegmentFile.open(
                                file,
                                objects.map(file, arena),
                                FileKind.KEYS,
                                id.tableId(),
                                id.partitionId(),
                                id.segmentId()))
                        .filter());
            }
        } else if (manifest.rows() > 0) {
            sketch.begin(manifest.rows());
            sketch.addAll(objects, manifest, key, memory);
        }
        return sketch;
    }

    private void addAll(ObjectStore objects, SegmentManifest manifest, Column key, BufferAllocator memory) {
        try (MappedRows files = MappedRows.open(objects, manifest, List.of(key), memory);
                RowSnapshot rows = files.snapshot(List.of(key))) {
            for (int chunk = 0; chunk < rows.chunks(); chunk++) {
                ColumnMemory column = rows.chunk(chunk).find(key.id());
                if (column == null) {
                    throw new IllegalStateException("Segment [%s] has no keys".formatted(manifest.id()));
                }
                KeyReader keys = KeyReader.of(key.type(), column);
                for (int row = 0; row < rows.rowsOf(chunk); row++) {
                    add(KeyHash.of(keys.key(row)));
                }
            }
        }
    }

    /// @param hash see [KeyReader#hash]
    public void add(long hash) {
        if (room == 0) {
            begin(nextKeys);
            nextKeys = Math.min(GROWTH * nextKeys, MOST_KEYS);
        }
        room--;
        stages.getLast().add(hash);
    }

    private void begin(int keys) {
        stages.add(KeyBlocks.forKeys(keys));
        room = keys;
    }

    public boolean mayContain(long hash) {
        for (int i = stages.size() - 1; i >= 0; i--) {
            if (stages.get(i).mayContain(hash)) {
                return true;
            }
        }
        return false;
    }

    /// Heap it takes.
    public long memoryBytes() {
        return stages.stream().mapToLong(KeyBlocks::bytes).sum();
    }
}
