package io.elanus.storage.segment;

import io.elanus.storage.ErrorCode;
import io.elanus.storage.StorageException;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.SegmentManifest.KeyFile;
import io.elanus.storage.segment.file.FileKind;
import io.elanus.storage.type.Column;
import io.elanus.storage.type.TableSchema;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/// A complete segment, read in place from its mapped files. Only the ends of its rows change.
///
/// Opening reads the manifest's metadata and the keys, from a store far away also the timestamps, and nothing else; a
/// chunk's bytes are checked when a column of
/// its file is first used. The segment's own deltas are applied on opening; a caller applies those of L0 segments
/// and then each later write.
///
/// Thread rule: [#apply], [#end] and [#close] by one thread at a time, the rest by any.
public final class SealedSegment implements Segment {
    private final SegmentManifest manifest;
    private final MappedRows rows;
    private final SortedKeys keys;
    private final List<Column> columns;
    private final SegmentStatistics statistics;
    private final BufferAllocator allocator;
    private final RowEnds ends = new RowEnds();

    private SealedSegment(
            SegmentManifest manifest,
            MappedRows rows,
            SortedKeys keys,
            List<Column> columns,
            BufferAllocator allocator) {
        this.manifest = manifest;
        this.rows = rows;
        this.keys = keys;
        this.columns = columns;
        this.statistics = ColumnBounds.merge(manifest.chunks());
        this.allocator = allocator;
    }

    /// Maps the files of a complete segment.
    ///
    /// @param schema a version of the table's schema; reads may use others
    /// @param allocator for copies and for what views need beside the mapped bytes, which it does not account
    public static SealedSegment open(
            ObjectStore objects, SegmentManifest manifest, TableSchema schema, BufferAllocator allocator) {
        KeyFile keyFile = manifest.keys()
                .orElseThrow(() -> new StorageException(
                        ErrorCode.INTERNAL,
                        "Segment [%s] is not complete and cannot be opened as sealed. Load it as growing."
                                .formatted(manifest.id())));
        MappedRows rows = MappedRows.open(objects, manifest, schema.columns(), allocator);
        try {
            SortedKeys keys = SortedKeys.open(rows.map(objects, keyFile.key(), keyFile.bytes(), FileKind.KEYS));
            if (keys.rows() != manifest.rows()) {
                throw new StorageException(
                        ErrorCode.CORRUPT,
                        "Object [%s] is damaged: it has [%d] keys for [%d] rows. Restore it from a copy."
                                .formatted(keyFile.key(), keys.rows(), manifest.rows()));
            }
            var segment = new SealedSegment(manifest, rows, keys, schema.columns(), allocator);
            segment.endDuplicates();
            segment.apply(DeltaLog.readAll(objects, manifest));
            return segment;
        } catch (RuntimeException | Error e) { // a mapped file may fault: what was mapped is let go all the same
            rows.close();
            throw e;
        }
    }

    public SegmentManifest manifest() {
        return manifest;
    }

    /// Applies later writes; see [#end]. Returns how many rows they ended.
    public int apply(DeltaBatch deltas) {
        int ended = 0;
        for (int i = 0; i < deltas.size(); i++) {
            ended += end(deltas.key(i), deltas.ts(i));
        }
        return ended;
    }

    /// How many rows have an end.
    public int endedRows() {
        return ends.ended();
    }

    /// Reads and checks every byte of every file.
    public void verify() {
        rows.verify();
    }

    @Override
    public SegmentId id() {
        return manifest.id();
    }

    @Override
    public int chunkRows() {
        return manifest.chunkRows();
    }

    @Override
    public int rows() {
        return keys.rows();
    }

    @Override
    public SegmentSnapshot snapshot() {
        return new ChunkedSnapshot(
                id(),
                rows.snapshot(columns),
                ends,
                (key, _, found) -> keys.find(key, KeyHash.of(key), found),
                allocator);
    }

    @Override
    public boolean mayContain(byte[] key) {
        return keys.mayContain(KeyHash.of(key));
    }

    @Override
    public int end(byte[] key, long ts) {
        int[] ended = {0};
        keys.find(key, KeyHash.of(key), row -> {
            if (ends.end(row, ts(row), ts)) {
                ended[0]++;
            }
        });
        return ended[0];
    }

    @Override
    public SegmentStatistics statistics() {
        return statistics;
    }

    @Override
    public long memoryBytes() {
        return ends.memoryBytes();
    }

    @Override
    public void close() {
        rows.close();
    }

    /// A newer row of a key in the segment ends the older ones, whether or not a delta says so.
    private void endDuplicates() {
        if (keys.duplicates() > 0) {
            keys.forEachDuplicate((row, other) -> ends.end(row, ts(row), ts(other)));
        }
    }

    private long ts(int row) {
        int shift = Integer.numberOfTrailingZeros(chunkRows());
        return ChunkedSnapshot.tsAt(rows.chunk(row >>> shift), row & (chunkRows() - 1));
    }
}
