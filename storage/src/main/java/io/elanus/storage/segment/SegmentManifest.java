package io.elanus.storage.segment;

import io.elanus.storage.type.HybridTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The list of a segment's files at one version. Immutable, as is the object that holds it.
///
/// Row files cover the rows [0, [#rows]) of every column that existed when they were written. A segment that
/// deletes only (L0) has no rows and lists delta logs; a compacted one may list delta logs for rows that ended.
///
/// @param version  rises by one with every manifest of the segment; 0: nothing written yet
/// @param chunkRows rows of every chunk but the last; a power of two
/// @param chunks   statistics of each chunk
/// @param keys     the sorted keys and their filter, written when the segment is complete
public record SegmentManifest(
        SegmentId id,
        int version,
        int chunkRows,
        List<RowFile> files,
        List<SegmentStatistics> chunks,
        List<DeltaFile> deltas,
        Optional<KeyFile> keys) {

    public SegmentManifest {
        files = List.copyOf(files);
        chunks = List.copyOf(chunks);
        deltas = List.copyOf(deltas);
        if (chunkRows < 1 || Integer.bitCount(chunkRows) != 1) {
            throw new IllegalArgumentException("Chunks hold a power of two of rows, not [%d]".formatted(chunkRows));
        }
    }

    /// Before anything was written.
    public static SegmentManifest empty(SegmentId id, int chunkRows) {
        return new SegmentManifest(id, 0, chunkRows, List.of(), List.of(), List.of(), Optional.empty());
    }

    public int rows() {
        int rows = 0;
        for (SegmentStatistics chunk : chunks) {
            rows += chunk.rows();
        }
        return rows;
    }

    /// Rows in full chunks; they are never written again.
    public int fullChunkRows() {
        return rows() / chunkRows * chunkRows;
    }

    /// No more rows will be written.
    public boolean complete() {
        return keys.isPresent();
    }

    /// Of all its files but the manifest.
    public long bytes() {
        return files.stream().mapToLong(RowFile::bytes).sum()
                + deltas.stream().mapToLong(DeltaFile::bytes).sum()
                + keys.map(KeyFile::bytes).orElse(0L);
    }

    /// The bytes of each of its files but the manifest.
    public Map<String, Long> sizes() {
        var sizes = new HashMap<String, Long>();
        files.forEach(file -> sizes.put(file.key(), file.bytes()));
        deltas.forEach(file -> sizes.put(file.key(), file.bytes()));
        keys.ifPresent(file -> sizes.put(file.key(), file.bytes()));
        return sizes;
    }

    /// Least timestamp of its rows and deletes; [HybridTime#MAX] if it has none.
    public long minTs() {
        long min = HybridTime.MAX;
        for (SegmentStatistics chunk : chunks) {
            min = Math.min(min, chunk.minTs());
        }
        for (DeltaFile delta : deltas) {
            min = Math.min(min, delta.minTs());
        }
        return min;
    }

    /// Greatest timestamp of its rows and deletes; 0 if it has none.
    public long maxTs() {
        long max = HybridTime.MIN;
        for (SegmentStatistics chunk : chunks) {
            max = Math.max(max, chunk.maxTs());
        }
        for (DeltaFile delta : deltas) {
            max = Math.max(max, delta.maxTs());
        }
        return max;
    }

    /// Rows [firstRow, firstRow + rows) of some columns. `columnIds` holds [#TIMESTAMPS] for the write timestamps.
    public record RowFile(String key, int firstRow, int rows, List<Integer> columnIds, long bytes) {
        /// Column id of the write timestamps.
        public static final int TIMESTAMPS = -1;

        public RowFile {
            columnIds = List.copyOf(columnIds);
        }
    }

    /// (key, timestamp) pairs of later writes.
    public record DeltaFile(String key, int entries, long minTs, long maxTs, long bytes) {}

    /// The sorted keys with their ordinals, and the key filter.
    public record KeyFile(String key, long bytes) {}
}
