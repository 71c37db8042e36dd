package io.elanus.cluster.datanode;

import io.elanus.cluster.channel.PersistedRows;
import io.elanus.proto.grpc.SegmentInfo;
import io.elanus.proto.grpc.SegmentLevel;
import io.elanus.proto.grpc.SegmentState;
import io.elanus.storage.object.ObjectStore;
import io.elanus.storage.segment.ChunkSize;
import io.elanus.storage.segment.ManifestFile;
import io.elanus.storage.segment.RowBuffer;
import io.elanus.storage.segment.RowSnapshot;
import io.elanus.storage.segment.SegmentId;
import io.elanus.storage.segment.SegmentManifest;
import io.elanus.storage.segment.StoredManifest;
import io.elanus.storage.type.TableSchema;
import java.util.ArrayDeque;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/// A growing segment at its owner: the rows that are not in files yet, where they stand in the log, and what is in
/// files. Owned by its flow; touched only within the flow's steps.
final class SegmentBuffer implements AutoCloseable {
    /// Rows of one message: they end at ordinal `end`.
    private record Piece(long ts, long position, int end) {}

    /// The earliest message that is not wholly in files.
    record Unsaved(long ts, long position) {}

    private final SegmentId id;
    private final RowBuffer rows;
    private final PersistedRows replay;
    private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
    private SegmentManifest manifest;
    private String manifestKey;
    private long startPosition;
    private long maxTs;
    private long rowsAtMaxTs;
    private long waitingSinceNanos;

    private SegmentBuffer(SegmentInfo info, RowBuffer rows, SegmentManifest manifest) {
        this.id = manifest.id();
        this.rows = rows;
        this.replay = PersistedRows.of(info);
        this.manifest = manifest;
        this.manifestKey = info.getManifest();
        this.startPosition = info.getStartPosition();
        this.maxTs = info.getMaxTs();
        this.rowsAtMaxTs = info.getRowsAtMaxTs();
    }

    static SegmentBuffer create(SegmentId id, TableSchema schema, BufferAllocator allocator) {
        int chunkRows = ChunkSize.rows(schema);
        return new SegmentBuffer(
                SegmentInfo.getDefaultInstance(),
                new RowBuffer(schema, chunkRows, allocator),
                SegmentManifest.empty(id, chunkRows));
    }

    /// Goes on with a segment that has files. Blocks on I/O.
    static SegmentBuffer load(SegmentInfo info, TableSchema schema, ObjectStore objects, BufferAllocator allocator) {
        var id = new SegmentId(info.getTableId(), info.getPartitionId(), info.getSegmentId());
        if (info.getManifest().isEmpty()) {
            return create(id, schema, allocator);
        }
        SegmentManifest manifest =
                ManifestFile.load(objects, id, info.getManifest()).manifest();
        var rows = new RowBuffer(schema, manifest.chunkRows(), allocator);
        try {
            rows.load(objects, manifest);
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
        return new SegmentBuffer(info, rows, manifest);
    }

    SegmentId id() {
        return id;
    }

    RowBuffer rows() {
        return rows;
    }

    SegmentManifest manifest() {
        return manifest;
    }

    /// Appends the rows of a slice that are not in files yet; returns how many.
    int append(VectorSchemaRoot batch, int from, int count, long ts, long position, long nowNanos) {
        int skip = replay.skip(ts, count);
        if (skip == count) {
            return 0;
        }
        rows.append(batch, from + skip, count - skip, ts);
        if (rows.rows() - (count - skip) == 0) {
            startPosition = position;
        }
        if (pieces.isEmpty()) {
            waitingSinceNanos = nowNanos;
        }
        pieces.addLast(new Piece(ts, position, rows.rows()));
        return count - skip;
    }

    boolean hasUnsavedRows() {
        return rows.rows() > manifest.rows();
    }

    boolean hasUnsavedChunk() {
        return rows.rows() / rows.chunkRows() > manifest.rows() / rows.chunkRows();
    }

    long waitingNanos(long nowNanos) {
        return hasUnsavedRows() ? nowNanos - waitingSinceNanos : 0;
    }

    /// The caller closes it.
    RowSnapshot snapshot() {
        return rows.snapshot();
    }

    /// What would still be missing once the first `saved` rows are in files: the least timestamp and the least
    /// position of those messages.
    @Nullable
    Unsaved unsaved(int saved) {
        long ts = Long.MAX_VALUE;
        long position = Long.MAX_VALUE;
        for (Piece piece : pieces) {
            if (piece.end() > saved) {
                ts = Math.min(ts, piece.ts());
                position = Math.min(position, piece.position());
            }
        }
        return ts == Long.MAX_VALUE ? null : new Unsaved(ts, position);
    }

    /// Where the log is needed from; 0: nowhere.
    long heldPosition() {
        return pieces.isEmpty() ? 0 : pieces.getFirst().position();
    }

    /// What the data coordinator is told once the rows of this manifest are in files.
    SegmentInfo describe(StoredManifest stored, boolean flushed, long checkpoint) {
        SegmentManifest written = stored.manifest();
        long newMaxTs = maxTs;
        long atMaxTs = rowsAtMaxTs;
        int begin = manifest.rows();
        for (Piece piece : pieces) {
            if (begin >= written.rows()) {
                break;
            }
            int count = Math.min(piece.end(), written.rows()) - begin;
            atMaxTs = piece.ts() == newMaxTs ? atMaxTs + count : count;
            newMaxTs = piece.ts();
            begin += count;
        }
        return SegmentInfo.newBuilder()
                .setSegmentId(id.segmentId())
                .setTableId(id.tableId())
                .setPartitionId(id.partitionId())
                .setState(flushed ? SegmentState.FLUSHED : SegmentState.GROWING)
                .setLevel(SegmentLevel.L1)
                .setManifest(stored.key())
                .setRows(written.rows())
                .setBytes(written.bytes())
                .setMinTs(written.minTs())
                .setMaxTs(newMaxTs)
                .setRowsAtMaxTs(atMaxTs)
                .setStartPosition(startPosition)
                .setCheckpoint(checkpoint)
                .build();
    }

    /// The rows of this manifest are saved; full chunks leave memory.
    void saved(StoredManifest stored, SegmentInfo info, long nowNanos) {
        manifest = stored.manifest();
        manifestKey = stored.key();
        maxTs = info.getMaxTs();
        rowsAtMaxTs = info.getRowsAtMaxTs();
        while (!pieces.isEmpty() && pieces.getFirst().end() <= manifest.rows()) {
            pieces.removeFirst();
        }
        waitingSinceNanos = nowNanos;
        rows.release(manifest.rows());
    }

    StoredManifest stored() {
        return new StoredManifest(manifestKey, manifest);
    }

    long memoryBytes() {
        return rows.memoryBytes();
    }

    long bytes() {
        return manifest.bytes() + rows.memoryBytes();
    }

    @Override
    public void close() {
        rows.close();
    }
}
